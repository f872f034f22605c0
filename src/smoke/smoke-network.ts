/** The ladder of a network: does darknet learn it here, and see what it has learned? */
import { messageOf } from '../base/errors.ts';
import type { Target } from '../compat/targets.ts';
import { chooseDarknet } from '../darknet/run/choose-darknet.ts';
import { inspectDarknet } from '../darknet/run/darknet.ts';
import { findPrefix } from '../prefix/home/prefixes.ts';
import { keepLearned } from './artifacts.ts';
import {
  climbLadder,
  environmentIn,
  gpuHere,
  inWorkFolder,
  type SmokeContext,
  type SmokeResult,
} from './context.ts';
import type { SmokeDefinition } from './definition.ts';
import { notRun, type Rung, type Step } from './ladder.ts';
import type { GpuState } from '../machine/questions/gpu.ts';
import { networkSteps } from './rungs/network-steps.ts';
import { PREFIX_RUNGS, stepsOfPrefix } from './smoke-prefix.ts';

const NETWORK_RUNGS: readonly Rung[] = ['training', 'inference'];

/**
 * @param name of what is kept of it
 * @param program darknet of the user's; null: the one that was built in this home
 * @throws GpuSetupError `bad-darknet`, `disk-full`, `no-work-folder`; the signal's reason
 */
export async function smokeNetwork(
  name: string,
  definition: SmokeDefinition,
  target: Target,
  program: string | null,
  context: SmokeContext,
): Promise<SmokeResult> {
  return inWorkFolder(context, async (work) => {
    const gpu = await gpuHere(context);
    const choice =
      program === null
        ? await chooseDarknet(context.home, context.machine)
        : { darknet: await inspectDarknet(program), build: null };
    const darknet = 'because' in choice ? choice : choice.darknet;
    const network = networkSteps({
      definition,
      darknet,
      target,
      env: environmentIn(work, context),
      gpu: gpu.state === 'usable',
      work,
      emit: context.emit,
      signal: context.signal,
    });
    const lower =
      'because' in choice
        ? skipped(choice.because)
        : await lowerSteps(choice.build?.prefix?.name ?? null, context, work, gpu);
    const result = await climbLadder([...lower, ...network.steps], NETWORK_RUNGS, context);
    const learned = network.learned();
    return {
      ...result,
      curve: learned?.curve ?? null,
      kept: learned === null ? null : await keepLearned(context.home, name, learned),
    };
  });
}

/** The rungs of the prefix that darknet was built with. On a machine without a GPU they prove nothing about training. */
async function lowerSteps(
  prefix: string | null,
  context: SmokeContext,
  work: string,
  gpu: GpuState,
): Promise<Step[]> {
  if (prefix === null) return skipped('darknet was not built with a prefix of this home');
  if (gpu.state !== 'usable') return skipped(gpu.because);
  const place = await findPrefix({ home: context.home }, prefix).catch((error: unknown) => messageOf(error));
  if (typeof place === 'string') return skipped(`darknet was built with the prefix ${prefix}: ${place}`);
  return stepsOfPrefix(place, context, work, gpu);
}

function skipped(because: string): Step[] {
  return PREFIX_RUNGS.map((rung) => ({ rung, needs: [], run: notRun(because) }));
}
