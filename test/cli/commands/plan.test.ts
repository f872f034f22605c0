import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Context, OptionValues } from '../../../src/cli/command.ts';
import { command as plan } from '../../../src/cli/commands/plan.ts';
import type { Plan } from '../../../src/stack/types.ts';
import type { PlanList } from '../../../src/stack/plan-all.ts';
import { commandContext, terminal } from '../../support/context.ts';
import { validatorFor } from '../../support/schema.ts';
import { sharedTempDir } from '../../support/temp-dir.ts';

const dir = sharedTempDir();
const isPlan = validatorFor('plan');
const isPlanList = validatorFor('plan-list');

interface Answer extends Plan {
  exitCode: number;
  report: string;
}

async function ask(
  words: readonly string[],
  options: OptionValues,
  more: Partial<Context> = {},
): Promise<Answer> {
  const outcome = await plan.run(words, options, commandContext(dir, more));
  expect(isPlan(outcome.json), JSON.stringify(isPlan.errors)).toBe(true);
  return { ...(outcome.json as Plan), exitCode: outcome.exitCode, report: outcome.text!(terminal) };
}

const machine = (gpu: string, driver: string, os: string, more: OptionValues = {}): OptionValues => ({
  assumeGpu: [gpu],
  assumeDriver: driver,
  assumeOs: os,
  ...more,
});

const LAPTOP = machine('GTX 1660 Ti', '440.64', 'ubuntu-18.04');
const DESKTOP = machine('RTX 3080', '535.183.01', 'ubuntu-22.04');
const PASCAL = machine('GTX 1080 Ti', '580.82.07', 'ubuntu-24.04');

/** What the tables' publishers say, held through the command line. */
describe('what fits', () => {
  it.each([
    [LAPTOP, ['tensorflow@1.9'], { cuda: '9.0' }],
    [LAPTOP, ['darknet', 'cuda@10.0'], { cuda: '10.0' }],
    [LAPTOP, ['cuda10'], { cuda: '10.0' }],
    [DESKTOP, ['tensorflow@2.4'], { cuda: '11.0' }],
    [machine('H100 PCIe', '580.82.07', 'ubuntu-24.04'), ['cuda@13'], {}],
    [machine('Tesla K80', '470.256.02', 'ubuntu-20.04'), ['cuda@11.4'], { cuda: '11.4' }],
    [machine('RTX 5090', '580.82.07', 'ubuntu-24.04'), ['torch'], {}],
  ])('%j runs %j', async (options, words, stack) => {
    expect(await ask(words, options)).toMatchObject({ feasible: 'yes', exitCode: 0, stack });
  });

  it('is built, where a recipe builds it, once its CUDA is there', async () => {
    const { commands, report } = await ask(['darknet', 'tensorflow-1.9'], LAPTOP);
    expect(commands.map(({ argv }) => argv?.join(' '))).toEqual([
      'gpu-setup install cuda@10.2',
      'gpu-setup build darknet --prefix cuda10.2',
      'gpu-setup install cuda@9.0 cudnn@7.0 --name tensorflow1.9',
      'gpu-setup build tensorflow-1.9 --prefix tensorflow1.9',
    ]);
    expect(report).toContain('darknet with CUDA 10.2');
    expect(report).not.toContain('nothing is known against');
  });

  it('of the newest PyTorch is the build that still has code for the GPU', async () => {
    const { stack } = await ask(['torch'], PASCAL);
    expect(stack?.framework).toMatchObject({ name: 'torch', build: 'cu126' });
  });

  it('of an RTX 5090 needs the open modules and CUDA 12.8 or newer', async () => {
    const { stack } = await ask(['torch'], machine('RTX 5090', '580.82.07', 'ubuntu-24.04'));
    expect(stack?.driver.openModules).toBe(true);
    expect(Number(stack?.cuda)).toBeGreaterThanOrEqual(12.8);
  });
});

describe('what does not fit', () => {
  it.each([
    [LAPTOP, ['cuda@11.0'], '450'],
    [LAPTOP, ['cuda@13'], '580'],
    [DESKTOP, ['tensorflow@1.9'], '8.6'],
    [DESKTOP, ['torch@1.4'], '8.6'],
    [PASCAL, ['torch+cu130'], '6.1'],
    [machine('Tesla K80', '470.256.02', 'ubuntu-20.04'), ['cuda@12'], '3.7'],
    [machine('GTX 980', '590.48.01', 'ubuntu-24.04'), ['cuda'], '580'],
  ])('%j does not run %j, and why is said', async (options, words, because) => {
    const answer = await ask(
      words.map((word) => word.replace('torch+', 'torch@2.14+')),
      options,
    );
    expect(answer).toMatchObject({ feasible: 'no', exitCode: 1, stack: null });
    expect(answer.conflicts.length).toBeGreaterThan(0);
    expect(JSON.stringify(answer.conflicts)).toContain(because);
    expect(answer.commands).toEqual([]);
    expect(answer.report).toMatch(/^x no: /);
  });

  it('is answered with what does, by what has to change', async () => {
    const { alternatives, report } = await ask(['tensorflow@1.9'], DESKTOP);
    expect(alternatives.map(({ change }) => change)).toContain('framework');
    expect(report).toContain('What does fit');
  });
});

describe('what to type', () => {
  const lines = ({ commands }: Answer): string[] =>
    commands.map(({ argv, script }) => argv?.join(' ') ?? script ?? '');

  it('for TensorFlow 1.9 is a prefix, a Python that it has wheels for, and its package', async () => {
    const typed = lines(await ask(['tensorflow@1.9'], LAPTOP));
    expect(typed).toContainEqual('gpu-setup install cuda@9.0 cudnn@7.0 --name tensorflow1.9');
    expect(typed).toContainEqual('python3.6 -m venv tensorflow1.9-env');
    expect(typed.find((line) => line.includes('pip install'))).toContain('tensorflow-gpu==1.9.0');
    expect(typed.at(-1)).toBe('gpu-setup run tensorflow1.9 -- tensorflow1.9-env/bin/python');
  });

  it('for a PyTorch that brings its CUDA is no prefix, and the index of its build', async () => {
    const typed = lines(await ask(['torch'], PASCAL));
    expect(typed.join('\n')).not.toContain('gpu-setup install');
    expect(typed.find((line) => line.includes('pip install'))).toMatch(/--(?:extra-)?index-url \S+\/cu126/);
  });

  it('is a driver of the distribution where none runs that will do', async () => {
    const answer = await ask(['cuda@13'], { assumeGpu: ['RTX 4090'], snapshot: bare('none.json') });
    const install = answer.commands.find(({ id }) => id.startsWith('install-driver'));
    expect(install).toMatchObject({ needsRoot: true });
    expect(answer.commands.some(({ id }) => id === 'reboot')).toBe(true);
  });

  it('has ids of its own for every command, each with one way to type it', async () => {
    for (const words of [
      ['tensorflow@2.4', 'onnxruntime'],
      ['cuda@11.8', 'cudnn'],
    ]) {
      const { commands } = await ask(words, DESKTOP);
      expect(new Set(commands.map(({ id }) => id)).size).toBe(commands.length);
    }
  });
});

/** A snapshot of a machine of which the distribution alone is known. */
function bare(name: string): string {
  const files = { '/etc/os-release': 'ID=ubuntu\nVERSION_ID="24.04"\nPRETTY_NAME="Ubuntu 24.04 LTS"\n' };
  writeFileSync(join(dir, name), JSON.stringify({ format: 'gpu-setup/snapshot@1', files }));
  return name;
}

describe('what is not known', () => {
  it('is no reason to say yes or no: exit code 3', async () => {
    const answer = await ask(['tensorflow@1.9'], { snapshot: bare('bare.json') });
    expect(answer).toMatchObject({ feasible: 'unknown', exitCode: 3 });
    expect(answer.machine).toMatchObject({ gpus: null, os: { id: 'ubuntu' }, from: { os: 'bare.json' } });
  });

  it('of a GPU is said, never guessed', async () => {
    await expect(ask(['torch'], machine('10de:ffff', '580.82.07', 'ubuntu-24.04'))).rejects.toMatchObject({
      code: 'unknown-gpu',
      exitCode: 2,
    });
  });
});

describe('for a build', () => {
  it('the driver of the machine is of no account, and a GPU that is named is', async () => {
    const build = { ...PASCAL, purpose: 'build' };
    expect(await ask(['cuda@12.6'], { ...build, assumeDriver: '390.157' })).toMatchObject({
      feasible: 'yes',
    });
    expect(await ask(['cuda@13.0'], build)).toMatchObject({ feasible: 'no' });
  });
});

describe('--requirements', () => {
  it('plans what a file asks for, and says where each was asked', async () => {
    writeFileSync(join(dir, 'requirements.txt'), 'numpy\ntensorflow==2.4.*\n');
    const answer = await ask([], { ...DESKTOP, requirements: 'requirements.txt' });
    expect(answer).toMatchObject({
      feasible: 'yes',
      stack: { cuda: '11.0' },
      asked: [{ name: 'tensorflow', from: 'requirements.txt: line 2' }],
    });
  });

  it('plans for the system of the image that a Dockerfile builds on, under the driver of the host', async () => {
    writeFileSync(
      join(dir, 'Dockerfile'),
      'FROM nvidia/cuda:11.8.0-devel-ubuntu20.04\nRUN pip install torch==2.1.0\n',
    );
    const file = { requirements: 'Dockerfile' };
    const host = { assumeGpu: ['V100'], assumeDriver: '535.183.01' };
    const { machine: planned, feasible } = await ask([], { ...host, ...file });
    expect(planned).toMatchObject({
      os: { id: 'ubuntu', version: '20.04' },
      glibc: '2.31',
      gcc: null,
      from: { os: 'Dockerfile: line 1' },
    });
    expect(feasible).toBe('yes');
    const old = machine('V100', '470.256.02', 'debian-12', file);
    expect((await ask([], old)).machine.os).toMatchObject({ id: 'debian' });
  });

  it('is refused beside words, and so is --all', async () => {
    const call = (words: readonly string[], options: OptionValues): Promise<Answer> =>
      ask(words, { ...DESKTOP, ...options });
    await expect(call(['torch'], { requirements: 'x' })).rejects.toMatchObject({ code: 'options-conflict' });
    await expect(call([], { requirements: 'x', all: true })).rejects.toMatchObject({
      code: 'options-conflict',
    });
    await expect(call([], {})).rejects.toMatchObject({ code: 'missing-argument', exitCode: 2 });
  });
});

describe('--all', () => {
  it('tells of each framework the newest that fits, and how sure that is', async () => {
    const outcome = await plan.run([], { ...PASCAL, all: true }, commandContext(dir));
    expect(isPlanList(outcome.json), JSON.stringify(isPlanList.errors)).toBe(true);
    const { plans } = outcome.json as PlanList;
    expect(outcome.exitCode).toBe(0);
    expect(plans.find(({ asked }) => asked[0]!.name === 'torch')).toMatchObject({ feasible: 'yes' });
    const report = outcome.text!(terminal);
    for (const name of ['CUDA', 'PyTorch', 'TensorFlow', 'JAX', 'ONNX Runtime'])
      expect(report).toContain(name);
  });
});

describe('--assume-python', () => {
  it('counts against what has no wheels for it', async () => {
    const with36 = await ask(['tensorflow@1.9'], { ...LAPTOP, assumePython: '3.6' });
    expect(with36.feasible).toBe('yes');
    const with312 = await ask(['tensorflow@1.9'], { ...LAPTOP, assumePython: '3.12' });
    expect(with312.feasible).toBe('no');
  });

  it('is refused where it is no version', async () => {
    await expect(ask(['torch'], { ...LAPTOP, assumePython: 'snake' })).rejects.toMatchObject({
      code: 'bad-python-version',
      exitCode: 2,
    });
  });
});

describe('the screen', () => {
  it.each([40, 80, 120])('has no line wider than %i columns but commands', async (columns) => {
    for (const [options, words] of [
      [LAPTOP, ['tensorflow@1.9']],
      [DESKTOP, ['tensorflow@1.9']],
      [PASCAL, ['torch']],
    ] as const) {
      const outcome = await plan.run(words, options, commandContext(dir));
      const commands = (outcome.json as Plan).commands.flatMap(
        ({ argv, script }) => argv?.[0] ?? script ?? [],
      );
      const text = outcome.text!({ ...terminal, interactive: true, columns });
      const wide = text.split('\n').filter((line) => line.length > columns);
      expect(wide.filter((line) => !commands.some((word) => line.includes(word)))).toEqual([]);
    }
  });
});
