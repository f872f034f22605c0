/**
 * Asking a library in a process of its own. The library may do whatever it likes: crash, hang, print without end, end the process.
 * Each of these is an answer of its own kind, in both runtimes the same, and none reaches the program that asked.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../../../src/machine/answer.ts';
import { askLibrary } from '../../../src/machine/native/ask.ts';
import type { LibraryQuestion, LibraryReply } from '../../../src/machine/native/calls.ts';
import { cudaQuestion } from '../../../src/machine/facts/compute/question.ts';
import { computeFactsOf } from '../../../src/machine/facts/compute/read.ts';
import { CHILDREN } from '../../support/driver/children.ts';
import { canCompile, compiled } from '../../support/driver/stand-in.ts';
import { sharedTempDir } from '../../support/temp-dir.ts';

const folder = sharedTempDir();
let library = '';

beforeAll(() => {
  if (canCompile) library = compiled(folder, 'libcuda');
});

describe.each(CHILDREN)('a library asked by %s', (name, child, isHere) => {
  const able = isHere && canCompile;
  const needs = able ? '' : ` (needs ${name} and gcc)`;

  const asked = (mode: string, over: Partial<LibraryQuestion> = {}): Promise<Answer<LibraryReply>> =>
    askLibrary(
      { ...cudaQuestion(library), timeoutMs: 20_000, ...over },
      { env: { ...process.env, STANDIN: mode }, probePath: process.env['PATH'] ?? '', child },
    );
  const reply = async (mode: string, over: Partial<LibraryQuestion> = {}): Promise<LibraryReply> => {
    const answer = await asked(mode, over);
    if (answer.state !== 'present') throw new Error(JSON.stringify(answer));
    return answer.value;
  };
  const facts = async (mode: string) => computeFactsOf(await reply(mode), library);

  it.skipIf(!able)(`computes on every device, and names them${needs}`, async () => {
    const { gpus, cuda, failure } = await facts('devices:2');
    expect({ cuda, failure }).toEqual({ cuda: '12.2', failure: null });
    expect(gpus).toEqual(
      [0, 1].map((index) => ({
        index,
        name: `NVIDIA Stand-in ${index}`,
        busId: `0${index + 1}:00.0`,
        computeCapability: '7.5',
        memoryMiB: 6144,
        result: 'right',
        failure: null,
        wrong: null,
      })),
    );
  });

  it.skipIf(!able)(`sees a wrong number${needs}`, async () => {
    const [gpu] = (await facts('wrong')).gpus;
    expect(gpu).toMatchObject({
      result: 'wrong',
      wrong: { count: 1, of: 256, first: { at: 3, expected: 23, got: 23 + (1 << 20) } },
    });
  });

  it.skipIf(!able)(`gives errors by call and number, before and on a device${needs}`, async () => {
    expect(await facts('error:cuInit:803')).toMatchObject({
      failure: { call: 'cuInit', code: 803 },
      gpus: [],
    });
    const { failure, gpus } = await facts('error:cuCtxCreate_v2:46');
    expect(failure).toBeNull();
    expect(gpus[0]).toMatchObject({ result: 'failed', failure: { call: 'cuCtxCreate_v2', code: 46 } });
    // Without a name it computes all the same.
    expect((await facts('error:cuDeviceGetName:1')).gpus[0]).toMatchObject({ name: null, result: 'right' });
  });

  it.skipIf(!able)(`tells a crash, by its signal and the function${needs}`, async () => {
    expect(await reply('crash:cuModuleLoadData')).toEqual({
      outcome: 'crashed',
      signal: 'SIGSEGV',
      during: 'cuModuleLoadData',
    });
  });

  it.skipIf(!able)(`ends what hangs, and says where${needs}`, async () => {
    const hung = await reply('hang:cuInit', { timeoutMs: 8000 });
    expect(hung).toEqual({ outcome: 'hung', afterMs: 8000, during: 'cuInit' });
  });

  it.skipIf(!able)(`tells output without end, and an end without an answer${needs}`, async () => {
    expect(await reply('flood:cuInit')).toMatchObject({ outcome: 'garbled', during: 'cuInit' });
    expect(await reply('exit:cuInit')).toMatchObject({ outcome: 'garbled', during: 'cuInit' });
  });

  it.skipIf(!able)(`takes nothing that the library prints for an answer${needs}`, async () => {
    expect((await facts('print:cuInit')).gpus[0]).toMatchObject({ result: 'right' });
  });

  it.skipIf(!able)(
    `gives the loader's words for a file that is no library, and for none${needs}`,
    async () => {
      const broken = join(folder, 'broken.so.1');
      writeFileSync(broken, 'no library');
      expect(await reply('', { path: broken })).toEqual({
        outcome: 'not-loaded',
        why: `${broken}: file too short`,
      });
      expect(await reply('', { path: join(folder, 'none.so.1') })).toMatchObject({ outcome: 'not-loaded' });
    },
  );

  it.skipIf(!able)(`calls no function that the library lacks${needs}`, async () => {
    const steps = [{ call: ['nowhere', 'noWhereElse'], with: [] }] as const;
    expect(await reply('', { steps })).toEqual({
      outcome: 'answered',
      calls: [{ call: 'nowhere', code: null }],
    });
  });
});

describe('a process that could not ask', () => {
  const asked = (child: readonly string[] | null): Promise<Answer<LibraryReply>> =>
    askLibrary(cudaQuestion('/nowhere/libcuda.so.1'), {
      env: process.env,
      probePath: '/usr/bin:/bin',
      child,
    });

  it('is unknown: nothing here that can, or it did not start; never the fault of the library', async () => {
    expect(await asked(null)).toMatchObject({ state: 'unknown', reason: 'not-applicable' });
    expect(await asked(['/nowhere/python3'])).toMatchObject({ state: 'unknown', reason: 'failed' });
    expect(await asked(['sh', '-c', 'echo no module named ctypes >&2; exit 1'])).toMatchObject({
      state: 'unknown',
      why: expect.stringContaining('no module named ctypes') as string,
    });
  });

  it('and an answer of another form is garbled', async () => {
    const printing = (line: string) => asked(['sh', '-c', `echo gpu-setup: loading >&2; echo '${line}'`]);
    for (const line of [
      '',
      '{',
      '[]',
      '{"calls": [{"call": 1}]}',
      '{"calls": {}}',
      '{"calls": []} {"calls": []}',
    ])
      expect(await printing(line)).toMatchObject({ value: { outcome: 'garbled' } });
    expect(await printing('{"calls": []}')).toMatchObject({ value: { outcome: 'answered' } });
  });
});

const REAL = '/usr/lib/x86_64-linux-gnu/libcuda.so.1';

describe('the real libcuda of a machine without a GPU', () => {
  const isHere = canCompile && existsReal() && CHILDREN[0]![2];
  it.skipIf(!isHere)('answers that there is no device (needs libcuda1, and no GPU)', async () => {
    const answer = await askLibrary(cudaQuestion(REAL), {
      env: process.env,
      probePath: process.env['PATH'] ?? '',
    });
    expect(answer).toMatchObject({ state: 'present', value: { outcome: 'answered' } });
    if (answer.state !== 'present') return;
    expect(computeFactsOf(answer.value, REAL).failure).toEqual({ call: 'cuInit', code: 100 });
  });
});

function existsReal(): boolean {
  return existsSync(REAL) && !existsSync('/dev/nvidiactl');
}
