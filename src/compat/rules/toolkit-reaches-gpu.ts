/** Whether what a toolkit makes, and what its libraries hold, gets to a GPU. */
import { CUDA_RELEASES } from '../cuda-releases.ts';
import { compareDottedVersions } from '../dotted-version.ts';
import {
  architecturesOfToolkit,
  libraryPtx,
  toolkitsForCapability,
  type ToolkitArchitectures,
} from '../gpu-architectures.ts';
import { codeRunsOn } from './code-runs-on.ts';
import type { GpuTraitsKnown, Judgement, KnownFact } from './judgement.ts';
import { judged, known, refused } from './judged.ts';
import { gpuInWords } from './words.ts';

/**
 * @param purpose to `run` programs, code for a smaller minor will do, and PTX where the libraries have it; to `build` for a GPU its
 *   own architecture must be one that nvcc knows
 */
export function toolkitReachesGpu(
  cuda: string,
  gpu: Pick<GpuTraitsKnown, 'name' | 'computeCapability'>,
  purpose: 'run' | 'build',
): Judgement {
  const toolkit = architecturesOfToolkit(cuda);
  const capability = gpu.computeCapability;
  if (toolkit === null || capability === null)
    return judged(
      'toolkit-reaches-gpu',
      'unknown',
      toolkit === null
        ? `which GPUs CUDA ${cuda} makes code for is in no table`
        : `of ${gpu.name} no compute capability is known`,
    );
  const name = gpuInWords(gpu);
  if (toolkit.machine.includes(capability))
    return judged(
      'toolkit-reaches-gpu',
      'yes',
      `CUDA ${toolkit.cuda} makes code for ${name}`,
      makes(toolkit),
    );
  const dropped = droppedBy(toolkit.cuda, capability);
  if (dropped !== null)
    return refused(
      'toolkit-dropped-architecture',
      `CUDA ${toolkit.cuda} makes no code for ${name} any more: ${dropped.last} was the last that did`,
      known(dropped.by, `CUDA ${dropped.by.cuda} makes code for ${listOf(dropped.by)}`),
    );
  return purpose === 'build' ? notKnownTo(toolkit, name, capability) : runsOn(toolkit, name, capability);
}

function notKnownTo(toolkit: ToolkitArchitectures, name: string, capability: string): Judgement {
  return refused(
    'toolkit-knows-architecture',
    `nvcc of CUDA ${toolkit.cuda} does not know ${name}${firstThatDoes(capability)}`,
    makes(toolkit),
  );
}

function runsOn(toolkit: ToolkitArchitectures, name: string, capability: string): Judgement {
  const code = codeRunsOn({ machine: toolkit.machine, ptx: toolkit.machine }, capability);
  const older = `CUDA ${toolkit.cuda} is older than ${name}`;
  switch (code.fit) {
    case 'yes':
      return judged(
        'toolkit-reaches-gpu',
        'yes',
        `CUDA ${toolkit.cuda} reaches ${name}: ${code.text}`,
        makes(toolkit),
      );
    case 'slow': {
      const libraries = libraryPtx(toolkit.cuda);
      if (libraries?.ptx === false)
        return refused(
          'libraries-without-ptx',
          `${older}, and its cuBLAS and cuDNN have no PTX to compile for it${firstThatDoes(capability)}`,
          makes(toolkit),
          known(libraries, `cuBLAS and cuDNN of CUDA ${toolkit.cuda} hold machine code alone, no PTX`),
        );
      return judged(
        'ptx-compiled-at-start',
        'slow',
        `${older}: its programs reach it through PTX alone, compiled at first start${firstThatDoes(capability)}`,
        makes(toolkit),
      );
    }
    default:
      return refused('toolkit-reaches-gpu', `CUDA ${toolkit.cuda} makes no code for ${name}`, makes(toolkit));
  }
}

/** What was dropped does not come back: the first toolkit without it speaks for all later ones. */
function droppedBy(cuda: string, capability: string): { last: string; by: ToolkitArchitectures } | null {
  const { last } = toolkitsForCapability(capability);
  if (last === null || compareDottedVersions(cuda, last) < 0) return null;
  const next = CUDA_RELEASES[CUDA_RELEASES.indexOf(last) + 1];
  const by = next === undefined ? null : architecturesOfToolkit(next);
  return by === null ? null : { last, by };
}

function firstThatDoes(capability: string): string {
  const { first } = toolkitsForCapability(capability);
  return first === null ? '' : `; CUDA ${first} is the first that makes code for it`;
}

const listOf = ({ machine }: ToolkitArchitectures): string => machine.join(', ');

const makes = (toolkit: ToolkitArchitectures): KnownFact =>
  known(toolkit, `CUDA ${toolkit.cuda} makes code for ${listOf(toolkit)}`);
