import { toolkitsForCapability } from '../../../compat/gpu-architectures.ts';
import type { Facts } from '../../../machine/facts.ts';
import { gpusOf } from '../../../machine/questions/gpu.ts';
import { ageOfArchitecture } from '../../architecture-age.ts';
import { fittingCuda, makesCodeFor } from '../../fix/fitting-cuda.ts';
import { byHand, inPlaceOf } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
import { toolkitCodeFindings } from '../../question/gpu-code.ts';
import { type DiagnosisDefinition, type FixStep, hearing } from '../../types.ts';
import { toolkitOfBuild } from '../../witness/build-said.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['toolkit'],
  severity: 'error',
  title: 'This toolkit no longer knows the architecture',
  related: ['gpu-too-new-for-cuda', 'gpu-arch-not-in-build'],
  textSummary: 'The build asks nvcc for a GPU architecture that this toolkit no longer knows',
  hears: hearing(['architectures'], (one, all, facts) => {
    const wanted = one.wanted[0];
    if (one.outcome !== 'unknown-to-compiler' || wanted === undefined) return null;
    const cuda = toolkitOfBuild(one, all, facts);
    const { age, sure } = ageOfArchitecture(wanted, cuda);
    if (age !== 'dropped') return null;
    const { last } = toolkitsForCapability(wanted);
    return {
      confidence: sure ? 'certain' : 'likely',
      namesCause: sure,
      rank: 2,
      summary:
        `${one.speaker} ${cuda === null ? '' : `of CUDA ${cuda} `}no longer knows ${numberOf(wanted)}` +
        (last === null ? '' : `: CUDA ${last} is the last that makes code for it`),
      fix: steps(wanted, facts),
    };
  }),
  judge: (facts, question) => toolkitCodeFindings(facts, question, 'gpu-dropped'),
  remedy: (facts) => [
    dropArchitecture('the architecture'),
    ...inPlaceOf('drop-arch', supplyCuda({ cuda: null }, facts)),
  ],
};

/** A GPU that is that old needs an old toolkit; for any other the number is one too many. */
function steps(capability: string, facts: Facts): FixStep[] {
  const { last } = toolkitsForCapability(capability);
  const cuda = fittingCuda(facts, (release) => makesCodeFor(release, capability)) ?? last;
  const older = cuda === null ? [] : supplyCuda({ cuda }, facts);
  const gpus = gpusOf(facts).map((gpu) => gpu.computeCapability);
  if (gpus.includes(capability)) return older;
  const drop = dropArchitecture(numberOf(capability));
  return gpus.some((one) => one !== null) ? [drop] : [drop, ...inPlaceOf(drop.id, older)];
}

const dropArchitecture = (what: string): FixStep =>
  byHand(
    'drop-arch',
    `Take ${what} out of the list that the build names, and keep your GPU's (ARCH in a Makefile, CMAKE_CUDA_ARCHITECTURES, TORCH_CUDA_ARCH_LIST)`,
  );

/** "compute_30" of "3.0" */
const numberOf = (capability: string): string => `compute_${capability.replace('.', '')}`;
