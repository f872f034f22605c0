/**
 * Whatever the folders, the umask, the open files and the signals are: every call ends in time, with an exit code of the
 * list, with a hint where it failed and without a stack; it changes nothing but the folders that it was given; and when
 * all is well again, it works.
 */
import fc from 'fast-check';
import { chmodSync, mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { changes, complaints } from '../support/hostile/complaints.ts';
import { Scene, type Stock } from '../support/hostile/run-situation.ts';
import { CALLS, situations, type Situation } from '../support/hostile/situation.ts';
import { makeStock, powers } from '../support/hostile/stock.ts';
import type { FakeServer } from '../support/nvidia/server.ts';
import { bundledProgram } from '../support/program.ts';
import { sharedTempDir } from '../support/temp-dir.ts';

const RUNS = Number(process.env['GPU_SETUP_SITUATIONS'] ?? 25);
const SEED = Number(process.env['GPU_SETUP_SEED'] ?? 14);

const program = bundledProgram();
const folder = sharedTempDir();
const able = powers();
let stock: Stock;
let server: FakeServer;
let count = 0;

beforeAll(async () => {
  chmodSync(folder, 0o755);
  chmodSync(join(program[1], '..'), 0o755);
  ({ stock, server } = await makeStock(folder, program));
}, 60_000);
afterAll(() => server?.close());

async function judge(situation: Situation): Promise<string[]> {
  const box = join(folder, `box-${++count}`);
  mkdirSync(box, { mode: 0o755 });
  const scene = new Scene(box, situation, stock);
  try {
    const call = CALLS[situation.call]!;
    const before = scene.outside();
    const ending = await scene.call(call.args, situation);
    const found = [...complaints(call, situation, ending), ...changes(before, scene.outside())];
    if (ending.afterSignalMs === null) found.push(...scene.leftInTmp().map((name) => `TMPDIR holds ${name}`));
    scene.mend();
    const again = await scene.call(call.args, null);
    const good: Situation = { ...situation, signal: null, stdout: 'read', stderr: 'read' };
    found.push(...complaints(call, good, again).map((one) => `the next call: ${one}`));
    if (!call.good.includes(again.code ?? -1)) found.push(`the next call ends with ${again.code}`);
    return found.length === 0 ? [] : [...found, JSON.stringify({ ending, again }, null, 1)];
  } finally {
    scene.close();
    await rm(box, { recursive: true, force: true });
  }
}

const because = able.canMount ? '' : ' [without file systems of its own: no mount here]';

it(
  `every call ends well in ${RUNS} bad situations${because}`,
  async () => {
    await fc.assert(
      fc.asyncProperty(situations(able), async (situation) => {
        expect(await judge(situation)).toEqual([]);
      }),
      { seed: SEED, numRuns: RUNS },
    );
  },
  60_000 + RUNS * 20_000,
);
