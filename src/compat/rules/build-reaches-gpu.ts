/** Whether a framework's build has code for a GPU. It reaches none that its CUDA does not reach. */
import { CUDA_RELEASES } from '../cuda-releases.ts';
import { compareDottedVersions } from '../dotted-version.ts';
import type { FrameworkBuild } from '../frameworks.ts';
import { codeRunsOn } from './code-runs-on.ts';
import type { Fit, GpuTraitsKnown, Judgement } from './judgement.ts';
import { judged, knownField, refused, standingOn } from './judged.ts';
import { toolkitReachesGpu } from './toolkit-reaches-gpu.ts';
import { buildInWords, gpuInWords } from './words.ts';

/** @param architecture as `uname -m` names it; null: x86-64, on which nearly all builds run */
export function buildReachesGpu(
  build: FrameworkBuild,
  gpu: Pick<GpuTraitsKnown, 'name' | 'computeCapability'>,
  architecture: string | null,
): Judgement {
  const what = buildInWords(build);
  const capability = gpu.computeCapability;
  if (capability === null)
    return judged('build-reaches-gpu', 'unknown', `of ${gpu.name} no compute capability is known`);
  const least = belowLeast(build, gpu, capability);
  if (least?.fit === 'no') return least;
  const isArm = architecture === 'aarch64';
  const machine = isArm ? build.machineAarch64 : build.machine;
  if (isArm && machine === null)
    return judged('build-reaches-gpu', 'unknown', `whether there is a ${what} for aarch64 is in no table`);
  const own = machine === null ? null : byCode(build, machine, gpu, capability);
  if (own?.fit === 'no') return own;
  const toolkit = byToolkit(build, gpu);
  if (toolkit?.fit === 'no' || (toolkit?.fit === 'remark' && own?.fit !== 'yes')) return toolkit;
  return least ?? own ?? (toolkit === null ? notInTable(what) : asItsToolkit(build, toolkit));
}

function byCode(
  build: FrameworkBuild,
  machine: readonly string[],
  gpu: Pick<GpuTraitsKnown, 'name' | 'computeCapability'>,
  capability: string,
): Judgement {
  const what = buildInWords(build);
  const code = codeRunsOn({ machine, ptx: build.ptx }, capability);
  const fact = knownField(build, 'machine', `${what} has machine code for ${machine.join(', ')}`);
  if (code.fit === 'no')
    return refused(
      'build-reaches-gpu',
      `${what} has no code for ${gpuInWords(gpu)}, only for ${machine.join(', ')}`,
      fact,
    );
  return judged(code.rule, code.fit, `${what} on ${gpu.name}: ${code.text}`, fact);
}

function belowLeast(
  build: FrameworkBuild,
  gpu: Pick<GpuTraitsKnown, 'name' | 'computeCapability'>,
  capability: string,
): Judgement | null {
  const least = build.minComputeCapability;
  if (least === null || compareDottedVersions(capability, least) >= 0) return null;
  const text = `${buildInWords(build)} asks for compute capability ${least} or newer`;
  return refused(
    'build-asks-for-capability',
    `${text}, which ${gpuInWords(gpu)} has not`,
    knownField(build, 'minComputeCapability', text),
  );
}

const BEST_FIRST: readonly Fit[] = ['yes', 'slow', 'remark', 'unknown', 'no'];

/** Of the releases that a build is for the one that does best. */
function byToolkit(
  build: FrameworkBuild,
  gpu: Pick<GpuTraitsKnown, 'name' | 'computeCapability'>,
): Judgement | null {
  const { cuda, cudaTo } = build;
  if (cuda === null) return null;
  const releases = CUDA_RELEASES.filter(
    (release) =>
      compareDottedVersions(release, cuda) >= 0 && compareDottedVersions(release, cudaTo ?? cuda) <= 0,
  );
  const judgements = (releases.length === 0 ? [cuda] : releases).map((release) =>
    toolkitReachesGpu(release, gpu, 'run'),
  );
  const best = judgements.sort((a, b) => BEST_FIRST.indexOf(a.fit) - BEST_FIRST.indexOf(b.fit))[0]!;
  const isFor = `${buildInWords(build)} is for CUDA ${cuda === cudaTo || cudaTo === null ? cuda : `${cuda} to ${cudaTo}`}`;
  return standingOn(best, `${isFor}: ${best.text}`, knownField(build, 'cuda', isFor));
}

function asItsToolkit(build: FrameworkBuild, toolkit: Judgement): Judgement {
  const what = buildInWords(build);
  return standingOn(toolkit, toolkit.text, {
    text: `what ${what} has code for is in no table; it is taken to be what its CUDA makes code for`,
    source: build.source,
    confidence: 'inferred',
  });
}

const notInTable = (what: string): Judgement =>
  judged('build-reaches-gpu', 'unknown', `which GPUs ${what} has code for is in no table`);
