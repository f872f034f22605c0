/** A darknet program: which one it is, told by the file itself, and its calls. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GpuSetupError, messageOf } from '../../base/errors.ts';
import { runGroup, type GroupResult } from '../../base/processes/process-group.ts';
import { parseElf } from '../../formats/elf.ts';
import type { Detection } from '../data/box.ts';
import type { DataSet } from '../data/dataset.ts';
import { RESULTS_FOLDER } from '../data/dataset.ts';
import { parseDetections } from './darknet-output.ts';

export interface Darknet {
  program: string;
  /** For people: "AlexeyAB's darknet". */
  title: string;
  /** AlexeyAB's measures mAP itself (`detector map`); pjreddie's does not. */
  measuresMap: boolean;
  /** Of two detections of one class that overlap more, `detector valid` writes one. */
  mostOverlap: number;
  /** Linked with CUDA. Such a program does not start where there is no libcuda.so.1. */
  cuda: boolean;
}

/** Where and how long darknet runs. */
export interface DarknetContext {
  /** The folder of the data set. */
  folder: string;
  env: Readonly<Record<string, string>>;
  /** False: on the CPU, also where it was built with CUDA. */
  gpu: boolean;
  signal?: AbortSignal | undefined;
}

const ROUND_LIMIT_MS = 10 * 60_000;

/** In the texts of AlexeyAB's alone. */
const MAP_TEXT = 'mean average precision (mAP@';

/** @throws GpuSetupError `bad-darknet` for what is no program or no darknet */
export async function inspectDarknet(program: string): Promise<Darknet> {
  let bytes: Buffer;
  try {
    bytes = await readFile(program);
  } catch (error) {
    throw badDarknet(program, messageOf(error), error);
  }
  const elf = parseElf(bytes);
  // A script that starts the program is fine, too; what it starts is not known then.
  const script = bytes.subarray(0, 2).toString('latin1') === '#!';
  if (!elf.ok && !script) throw badDarknet(program, 'it is no program');
  if (!bytes.includes('detector')) throw badDarknet(program, 'it knows no "detector"');
  const measuresMap = bytes.includes(MAP_TEXT);
  return {
    program,
    title: measuresMap ? "AlexeyAB's darknet" : "pjreddie's darknet",
    measuresMap,
    mostOverlap: measuresMap ? 0.6 : 0.45,
    cuda: elf.ok && elf.elf.needed.some((name) => /^lib(cuda|cudart)\.so/.test(name)),
  };
}

function badDarknet(program: string, why: string, cause?: unknown): GpuSetupError {
  return new GpuSetupError('bad-darknet', `${program} cannot be used as darknet: ${why}`, {
    hint: 'gpu-setup build darknet makes one',
    cause,
  });
}

/**
 * Trains until the cfg's max_batches.
 * @param weights to go on from; null: from random ones
 * @throws GpuSetupError `darknet-failed`; the signal's reason
 */
export function trainDetector(
  darknet: Darknet,
  files: { data: string; cfg: string; weights: string | null },
  context: DarknetContext,
  onLine: (line: string) => void,
): Promise<GroupResult> {
  const { data, cfg, weights } = files;
  // pjreddie's would take an option that it does not know for the name of the weights.
  const quiet = darknet.measuresMap ? ['-dont_show'] : [];
  const args = ['train', data, cfg, ...(weights === null ? [] : [weights]), ...quiet];
  return call(darknet, args, context, onLine);
}

/**
 * Detections in each held-out picture of the data set, in its order.
 * @throws GpuSetupError `darknet-failed`, `darknet-output`
 */
export async function detectHeldOut(
  darknet: Darknet,
  set: DataSet,
  files: { cfg: string; weights: string },
  context: DarknetContext,
): Promise<{ detections: Detection[][]; output: string }> {
  const result = await call(darknet, ['valid', set.data, files.cfg, files.weights], context);
  const byClass = await Promise.all(
    set.classes.map(async (name, index) => {
      const file = join(RESULTS_FOLDER, `comp4_det_test_${name}.txt`);
      return parseDetections(await resultText(join(context.folder, file), darknet), index, file);
    }),
  );
  const detections = set.heldOut.map(({ id }) => byClass.flatMap((found) => found.get(id) ?? []));
  return { detections, output: result.stdout + result.stderr };
}

async function resultText(path: string, darknet: Darknet): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new GpuSetupError('darknet-output', `${darknet.title} wrote no detections`, { cause: error });
  }
}

/** What AlexeyAB's itself says of the mAP on the held-out pictures: its text. */
export async function measureMap(
  darknet: Darknet,
  set: DataSet,
  files: { cfg: string; weights: string },
  context: DarknetContext,
): Promise<string> {
  return (await call(darknet, ['map', set.data, files.cfg, files.weights], context)).stdout;
}

/**
 * Runs the network over the pictures of a list and tells when each group of pictures began.
 * @param files weights null: untrained, which takes the same time
 */
export function timeDetector(
  darknet: Darknet,
  files: { data: string; cfg: string; weights: string | null },
  context: DarknetContext,
  onLine: (line: string) => void,
): Promise<GroupResult> {
  const args = ['valid', files.data, files.cfg, ...(files.weights === null ? [] : [files.weights])];
  return call(darknet, args, context, onLine);
}

async function call(
  darknet: Darknet,
  args: readonly string[],
  context: DarknetContext,
  onLine: (line: string) => void = () => {},
): Promise<GroupResult> {
  const device = darknet.cuda && !context.gpu ? ['-nogpu'] : [];
  const result = await runGroup([darknet.program, 'detector', ...args, ...device], {
    cwd: context.folder,
    // Threads that wait by spinning make a shared machine ten times slower.
    env: { ...context.env, OMP_WAIT_POLICY: 'PASSIVE' },
    timeoutMs: ROUND_LIMIT_MS,
    signal: context.signal,
    onLine,
  });
  if (result.outcome === 'exited' && result.exit === 0) return result;
  throw darknetFailed(darknet, args[0]!, result);
}

function darknetFailed(darknet: Darknet, what: string, result: GroupResult): GpuSetupError {
  const how = {
    exited: `ended with exit code ${result.exit}`,
    signalled: `was ended by ${result.endedBy}`,
    flooded: 'printed without end',
    'timed-out': `did not end within ${ROUND_LIMIT_MS / 60_000} minutes`,
    'not-found': 'is not there',
    'not-permitted': 'may not be executed',
    'failed-to-start': 'could not be started',
  }[result.outcome];
  const last = lastLines(`${result.stdout}\n${result.stderr}`);
  return new GpuSetupError(
    'darknet-failed',
    `${darknet.program} detector ${what} ${how}${last === '' ? '' : `: ${last}`}`,
    {
      hint:
        result.endedBy === 'SIGKILL'
          ? 'the kernel does this when memory runs out (dmesg | grep -i oom says so); close other programs'
          : undefined,
      details: { outcome: result.outcome, exitCode: result.exit, signal: result.endedBy },
    },
  );
}

/** The end of what a program printed, where the reason stands. */
function lastLines(text: string): string {
  const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  return lines.slice(-3).join(' / ').slice(-400).trim();
}
