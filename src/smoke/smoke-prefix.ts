/** The ladder of a prefix: does everything in it load, compile and calculate right? */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readPrefix, type PrefixPlace } from '../prefix/home/prefixes.ts';
import { applyEnvironment, environmentOf } from '../prefix/use/environment.ts';
import {
  climbLadder,
  environmentIn,
  gpuHere,
  inWorkFolder,
  type SmokeContext,
  type SmokeResult,
} from './context.ts';
import type { Rung, Step } from './ladder.ts';
import type { GpuState } from '../machine/questions/gpu.ts';
import { prefixSteps } from './rungs/prefix-steps.ts';

export const PREFIX_RUNGS: readonly Rung[] = [
  'loader',
  'compile',
  'runtime',
  'device',
  'kernel',
  'libraries',
];

/** @throws GpuSetupError `disk-full`, `no-work-folder`, `prefix-broken`; the signal's reason */
export async function smokePrefix(place: PrefixPlace, context: SmokeContext): Promise<SmokeResult> {
  return inWorkFolder(context, async (work) => {
    const steps = await stepsOfPrefix(place, context, work, await gpuHere(context));
    return { ...(await climbLadder(steps, PREFIX_RUNGS, context)), curve: null, kept: null };
  });
}

/** @throws GpuSetupError `prefix-broken` */
export async function stepsOfPrefix(
  place: PrefixPlace,
  context: SmokeContext,
  work: string,
  gpu: GpuState,
): Promise<Step[]> {
  const manifest = await readPrefix(place);
  const clean = environmentIn(work, context);
  const folder = join(work, 'cuda');
  await mkdir(folder);
  return prefixSteps({
    machine: context.machine,
    gpu,
    manifest,
    root: place.path,
    env: applyEnvironment(clean, await environmentOf(place.path, clean, context.homes)),
    work: folder,
    signal: context.signal,
  });
}
