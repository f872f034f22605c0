/** The small CUDA programs of the ladder (src/smoke/cuda): compiled with a prefix, run, and their one line of JSON read. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sources from 'assets:src/smoke/cuda';
import { GpuSetupError } from '../../base/errors.ts';
import { runGroup, type GroupResult } from '../../base/processes/process-group.ts';
import type { Figures } from '../ladder.ts';
import { macroOf, type Library } from './toolchain.ts';

export type Program = 'versions' | 'device' | 'kernel' | 'cublas' | 'step' | 'cudnn';

/** What each links with; `versions` takes all there are. */
const LINKS: Readonly<Record<Exclude<Program, 'versions'>, readonly Library[]>> = {
  device: [],
  kernel: [],
  cublas: ['cublas'],
  step: ['cublas'],
  cudnn: ['cudnn'],
};

export interface Workshop {
  /** Private folder for sources, programs, and the temporary files of compilers. */
  folder: string;
  /** Of the prefix, cleaned. */
  env: Readonly<Record<string, string>>;
  nvcc: string;
  libraries: readonly Library[];
  /** -gencode options. */
  architecture: readonly string[];
  signal?: AbortSignal | undefined;
}

const COMPILE_LIMIT_MS = 5 * 60_000;
const RUN_LIMIT_MS = 2 * 60_000;

export async function writeSources(folder: string): Promise<void> {
  await Promise.all(Object.entries(sources).map(([name, text]) => writeFile(join(folder, name), text)));
}

/** Those that the prefix has the libraries for. */
export function programsFor(libraries: readonly Library[]): Program[] {
  const others = Object.entries(LINKS) as [Exclude<Program, 'versions'>, readonly Library[]][];
  const possible = others.filter(([, needs]) => needs.every((library) => libraries.includes(library)));
  return ['versions', ...possible.map(([name]) => name)];
}

/** @throws the signal's reason */
export function compileProgram(program: Program, workshop: Workshop): Promise<GroupResult> {
  return runGroup(compileCommand(program, workshop), {
    cwd: workshop.folder,
    env: workshop.env,
    timeoutMs: COMPILE_LIMIT_MS,
    signal: workshop.signal,
  });
}

function compileCommand(program: Program, { nvcc, libraries, architecture }: Workshop): string[] {
  const linked = program === 'versions' ? libraries : LINKS[program];
  // cudart is linked statically by default: here the one that other programs load is asked for its version.
  const macros =
    program === 'versions' ? ['-cudart', 'shared', ...libraries.map((one) => `-D${macroOf(one)}`)] : [];
  const libs = linked.map((library) => `-l${library}`);
  return [nvcc, '-std=c++11', ...architecture, ...macros, '-o', program, `${program}.cu`, ...libs];
}

/**
 * @returns what it printed; a program whose results are wrong prints them, too, and ends with 1
 * @throws GpuSetupError `program-failed`; the signal's reason
 */
export async function runProgram(
  program: Program,
  workshop: Workshop,
): Promise<{ figures: Figures; right: boolean }> {
  const result = await runGroup([join(workshop.folder, program)], {
    cwd: workshop.folder,
    env: workshop.env,
    timeoutMs: RUN_LIMIT_MS,
    signal: workshop.signal,
  });
  const figures = parseLine(result.stdout);
  if (result.outcome !== 'exited' || figures === null) throw programFailed(program, howEnded(result), result);
  const error = figures['error'] as { what: string; code: number; text: string } | undefined;
  if (typeof error === 'object') {
    throw programFailed(program, `${error.what} returned ${error.code}: ${error.text}`, result, error);
  }
  return { figures, right: result.exit === 0 };
}

function parseLine(text: string): Figures | null {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? (value as Figures) : null;
  } catch {
    return null;
  }
}

function howEnded(result: GroupResult): string {
  const said = result.stderr.trim().split('\n').at(-1) ?? '';
  const how =
    result.outcome === 'exited'
      ? `exit code ${result.exit}`
      : result.outcome === 'signalled'
        ? `ended by ${result.endedBy}`
        : result.outcome === 'timed-out'
          ? `no end within ${RUN_LIMIT_MS / 1000} s`
          : 'it could not be started';
  return said === '' ? how : `${how}: ${said}`;
}

function programFailed(
  program: Program,
  why: string,
  result: GroupResult,
  error?: { code: number },
): GpuSetupError {
  return new GpuSetupError('program-failed', `${program}: ${why}`, {
    details: { program, outcome: result.outcome, exitCode: result.exit, cudaError: error?.code ?? null },
  });
}
