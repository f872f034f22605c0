/** For which GPUs a program is built: those that are here or were named, as far as the toolkit makes code for them. */
import { GpuSetupError } from '../../base/errors.ts';
import { architecturesOfToolkit, toolkitsForCapability } from '../../compat/gpu-architectures.ts';
import { codeRunsOn } from '../../compat/rules/code-runs-on.ts';
import type { Judgement } from '../../compat/rules/judgement.ts';
import { toolkitReachesGpu } from '../../compat/rules/toolkit-reaches-gpu.ts';
import { valueOf } from '../../machine/answer.ts';
import { collectGpus } from '../../machine/facts/collect.ts';
import { liveMachine } from '../../machine/kinds/live.ts';

/** What is built with what. */
export interface GpuTarget {
  /** Address of the recipe. */
  recipe: string;
  /** Name of the prefix. */
  prefix: string;
  /** "11.8.89" */
  cuda: string;
}

/**
 * Compute capabilities of the GPUs that happen to be here, without those on which nothing that the toolkit makes will ever run. One
 * that nvcc does not know yet may run code of its major, or PTX: that is the recipe's to choose.
 *
 * @throws GpuSetupError `no-gpu-to-build-for`, `gpu-unknown-to-toolkit`
 */
export async function capabilitiesHere(target: GpuTarget): Promise<readonly string[]> {
  const { recipe, prefix, cuda } = target;
  const found = (valueOf(await collectGpus(liveMachine())) ?? []).flatMap(
    ({ computeCapability }) => computeCapability ?? [],
  );
  if (found.length === 0) {
    throw new GpuSetupError('no-gpu-to-build-for', 'no NVIDIA GPU was found here, and none was named', {
      hint: [
        `name the one it is for: gpu-setup build ${recipe} --prefix ${prefix} --assume-gpu sm_75`,
        'or leave --prefix out to build for the CPU; "gpu-setup doctor" says why a GPU is not seen',
      ],
    });
  }
  const able = found.filter((capability) => judge(cuda, capability, 'run').fit !== 'no');
  if (able.length === 0) refuseIfNo(found[0]!, target, 'run');
  return able;
}

/**
 * GPUs that were named are what the build is for: nvcc must know each. Said before anything is compiled: nvcc would say no more than
 * that it is unsupported, after minutes.
 *
 * @throws GpuSetupError `gpu-unknown-to-toolkit`
 */
export function requireKnown(capabilities: readonly string[], target: GpuTarget): void {
  for (const capability of capabilities) refuseIfNo(capability, target, 'build');
}

function refuseIfNo(capability: string, target: GpuTarget, purpose: 'run' | 'build'): void {
  const { prefix, cuda } = target;
  const { fit, text } = judge(cuda, capability, purpose);
  if (fit !== 'no') return;
  throw new GpuSetupError('gpu-unknown-to-toolkit', `${prefix}: ${text}`, {
    hint: waysOn(capability, target),
    details: { prefix, cuda, computeCapability: capability },
  });
}

function judge(cuda: string, computeCapability: string, purpose: 'run' | 'build'): Judgement {
  const gpu = { firstDriverBranch: null, lastDriverBranch: null, openKernelModule: null, computeCapability };
  return toolkitReachesGpu(cuda, { ...gpu, name: `compute capability ${computeCapability}` }, purpose);
}

/** A toolkit that knows the GPU; or code of the same major that it runs as well, where this toolkit makes such. */
function waysOn(capability: string, { recipe, prefix, cuda }: GpuTarget): string[] {
  const { first, last } = toolkitsForCapability(capability);
  const range = last === null ? `CUDA ${first} or newer` : `CUDA ${first} to ${last}`;
  const install = `gpu-setup install cuda@${last ?? first}`;
  const machine = architecturesOfToolkit(cuda)?.machine ?? [];
  const near = machine.findLast((one) => codeRunsOn({ machine: [one], ptx: null }, capability).fit === 'yes');
  const build = `gpu-setup build ${recipe} --prefix ${prefix} --assume-gpu ${near}`;
  return [
    ...(first === null ? [] : [`${range} makes code for it: ${install}, then build with that prefix`]),
    ...(near === undefined ? [] : [`code for ${near} runs on it too: ${build}`]),
  ];
}
