import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Context } from '../../src/cli/command.ts';
import { command as smoke } from '../../src/cli/commands/smoke.ts';
import { fakeDarknet } from '../smoke/fake-darknet.ts';
import { elfImage } from '../support/elf-image.ts';
import { asOrdinaryUser } from '../support/ordinary-user.ts';
import { installFake, TOOLKIT } from '../support/prefix.ts';
import { validatorFor } from '../support/schema.ts';
import { tempDir } from '../support/temp-dir.ts';

const validate = validatorFor('smoke');
const gpu = existsSync('/dev/nvidia0');

let folder: string;
let home: string;
beforeEach(() => {
  folder = tempDir();
  home = join(folder, 'home');
  mkdirSync(join(home, 'state'), { recursive: true });
});

async function call(
  name: string,
  options: Record<string, string> = {},
  signal = new AbortController().signal,
) {
  const terminal = { columns: 80, color: false, interactive: false, unicode: true };
  const context: Context = {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder },
    uid: 1000,
    json: true,
    debug: false,
    yes: false,
    configuration: { path: null, settings: {}, problem: null, environment: {} },
    stdout: terminal,
    stderr: terminal,
    mayAsk: false,
    now: () => new Date(0),
    emit: () => {},
    signal,
    leaveToChild: () => {},
    folders: () => ({ home, config: join(folder, 'config'), cache: join(folder, 'cache') }),
  };
  const outcome = await smoke.run([name], options, context);
  const json = JSON.parse(JSON.stringify(outcome.json)) as {
    overall: string;
    reached: string | null;
    rungs: { rung: string; status: string; because: string | null }[];
    kept: { curve: string } | null;
  };
  expect(validate(json), JSON.stringify(validate.errors)).toBe(true);
  const statuses = Object.fromEntries(json.rungs.map(({ rung, status }) => [rung, status]));
  return { ...outcome, json, statuses, text: outcome.text!(terminal) };
}

describe('smoke of a prefix', () => {
  it.skipIf(gpu)(
    'is never passed without a GPU: what cannot be run is required, and says why (no GPU here)',
    async () => {
      await installFake(home, 'cuda10', { tree: { 'lib64/libx.so.1': elfImage({ needed: ['libc.so.6'] }) } });
      const { exitCode, json, statuses, hints } = await call('cuda10');
      expect(exitCode).toBe(3);
      expect(json).toMatchObject({ overall: 'partial', reached: 'loader' });
      expect(statuses).toMatchObject({
        loader: 'passed',
        compile: 'not-run',
        device: 'not-run',
        libraries: 'not-run',
      });
      expect(statuses['training']).toBeUndefined();
      expect(hints!.join()).toContain('--with compiler');
    },
  );

  it('--upto asks for no more than the rung that is named', async () => {
    await installFake(home, 'cuda10', { tree: { 'lib64/libx.so.1': elfImage({}) } });
    const { exitCode, json } = await call('cuda10', { upto: 'loader' });
    expect(exitCode).toBe(0);
    expect(json.rungs.map(({ rung }) => rung)).toEqual(['loader']);
    expect(json.overall).toBe('passed');
  });

  it('fails where nvcc finds no compiler that it accepts, in the words of nvcc itself', async () => {
    const refusing =
      '#!/bin/sh\necho "error[host-compiler-missing]: CUDA 10.0 takes g++ up to 7" >&2\necho "hint: apt install g++-7" >&2\nexit 1\n';
    await installFake(home, 'cuda10', { tree: { ...TOOLKIT, 'bin/nvcc': refusing } });
    const { exitCode, json, statuses } = await call('cuda10', { upto: 'runtime' });
    expect(exitCode).toBe(1);
    expect(statuses).toMatchObject({ compile: 'failed', runtime: 'not-run' });
    expect(json.rungs.find(({ rung }) => rung === 'runtime')!.because).toContain('"compile", which failed');
  });

  it('leaves nothing behind in the home', async () => {
    await installFake(home, 'cuda10', { tree: { 'lib64/libx.so.1': elfImage({}) } });
    await call('cuda10', { upto: 'compile' });
    expect(readdirSync(join(home, 'state'))).toEqual([]);
  });
});

describe('smoke yolov4-nano', () => {
  it('needs a darknet, and says how to get one', async () => {
    const { exitCode, json, hints } = await call('yolov4-nano');
    expect(exitCode).toBe(3);
    expect(json.rungs.find(({ rung }) => rung === 'training')).toMatchObject({
      status: 'not-run',
      because: 'no darknet is built in this home',
    });
    expect(hints).toEqual(['gpu-setup build darknet']);
  });

  it('fails inference where darknet’s weights are none, and keeps the curve', async () => {
    const { exitCode, json, statuses, text } = await call('yolov4-nano', { darknet: fakeDarknet(folder) });
    expect(exitCode).toBe(1);
    expect(statuses).toMatchObject({ training: 'passed', inference: 'failed' });
    expect(readFileSync(json.kept!.curve, 'utf8')).toContain('</svg>');
    expect(text).toContain('mAP@0.5  100: 1.000');
    expect(readdirSync(join(home, 'smoke'))).toEqual(['yolov4-nano']);
    expect(readdirSync(join(home, 'state'))).toEqual([]);
  });

  it('keeps nothing and leaves nothing when it is stopped in the middle of training', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new DOMException('stopped by SIGINT', 'AbortError')), 1500);
    const program = fakeDarknet(folder, { train: 'sleep 60' });
    await expect(call('yolov4-nano', { darknet: program }, controller.signal)).rejects.toThrow(
      'stopped by SIGINT',
    );
    expect(existsSync(join(home, 'smoke'))).toBe(false);
    expect(readdirSync(join(home, 'state'))).toEqual([]);
  });
});

describe('smoke', () => {
  it('does not know what is neither a prefix nor a recipe that trains', async () => {
    await expect(call('cuda9')).rejects.toMatchObject({ code: 'unknown-prefix', exitCode: 1 });
    await expect(call('cuda99')).rejects.toMatchObject({ code: 'unknown-prefix', exitCode: 1 });
    // With a slash it is the path of a recipe's folder.
    await expect(call('../x')).rejects.toMatchObject({ code: 'unknown-recipe', exitCode: 2 });
  });

  it('tries a recipe where prefixes cannot be read, and says so of a name that is none', async () => {
    mkdirSync(join(home, 'prefixes'), { mode: 0o000 });
    await asOrdinaryUser(folder, async () => {
      // Found, and refused for what is wrong with the call.
      await expect(call('yolov4-nano', { target: 'toaster' })).rejects.toMatchObject({
        code: 'unknown-target',
      });
      await expect(call('cuda99')).rejects.toMatchObject({ code: 'prefix-unreadable' });
    });
  });

  it('refuses options that would have no effect on a prefix', async () => {
    await installFake(home, 'cuda10', { tree: { 'lib64/libx.so.1': elfImage({}) } });
    for (const option of ['darknet', 'target']) {
      await expect(call('cuda10', { [option]: 'visionseed' })).rejects.toMatchObject({
        code: 'option-without-effect',
        exitCode: 2,
      });
    }
  });

  it('takes no name beside --cost', async () => {
    await expect(call('cuda10', { cost: 'x.cfg' })).rejects.toMatchObject({ code: 'unexpected-argument' });
  });
});
