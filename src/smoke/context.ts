/** What every ladder needs, whatever it proves: the machine, a private folder, and how far to climb. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cleanEnvironment } from '../base/processes/clean-environment.ts';
import { requireSpace } from '../base/files/disk-space.ts';
import type { Emit } from '../base/events.ts';
import { makeWorkFolder } from '../base/files/work-folder.ts';
import { collectGpuUse } from '../machine/facts/collect.ts';
import type { Machine } from '../machine/machine.ts';
import type { Kept } from './artifacts.ts';
import { climb, RUNGS, stepsUpTo, type Climb, type Rung, type Step } from './ladder.ts';
import { gpuState, type GpuState } from '../machine/questions/gpu.ts';
import type { Curve } from './rungs/training.ts';

export interface SmokeContext {
  machine: Machine;
  /** The caller's. */
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  /** Homes whose prefixes may stand in the caller's environment. */
  homes: readonly string[];
  upTo: Rung | null;
  emit: Emit;
  signal?: AbortSignal | undefined;
}

export interface SmokeResult extends Climb {
  /** Rungs without which the machine is not ready. */
  required: readonly Rung[];
  /** How the network learned; null where none did. */
  curve: Curve | null;
  kept: Kept | null;
}

/** Programs of nvcc are the largest of it; the drawn data set has 6 MB. */
const WORK_BYTES = 300e6;
const WORK_FILES = 1000;

/** @param work gets a folder that is gone when it ends, however it ends */
export async function inWorkFolder<T>(
  context: SmokeContext,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await makeWorkFolder(context.home);
  try {
    const need = { folder, bytes: WORK_BYTES, bytesAtMost: WORK_BYTES, files: WORK_FILES };
    await requireSpace(need, context.emit);
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Compilers and CUDA put temporary files and compiled kernels into the private folder, too. */
export function environmentIn(work: string, { env }: SmokeContext): Record<string, string> {
  return cleanEnvironment(env, join(work, 'tmp'));
}

export async function gpuHere({ machine }: SmokeContext): Promise<GpuState> {
  return gpuState(await collectGpuUse(machine));
}

/** @param required rungs without which the machine is not ready; those that are climbed count */
export async function climbLadder(
  steps: readonly Step[],
  required: readonly Rung[],
  context: SmokeContext,
): Promise<Climb & Pick<SmokeResult, 'required'>> {
  const { upTo } = context;
  const isClimbed = (rung: Rung): boolean => upTo === null || RUNGS.indexOf(rung) <= RUNGS.indexOf(upTo);
  return { ...(await climb(stepsUpTo(steps, upTo), context)), required: required.filter(isClimbed) };
}
