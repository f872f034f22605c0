import { toolkitsForCapability } from '../../../compat/gpu-architectures.ts';
import { gpusOf } from '../../../machine/questions/gpu.ts';
import type { Facts } from '../../../machine/facts.ts';
import { ageOfArchitecture } from '../../architecture-age.ts';
import { byHand } from '../../fix/steps.ts';
import { toolkitInPrefix } from '../../fix/toolkit.ts';
import { toolkitCodeFindings } from '../../question/gpu-code.ts';
import { hearing, type DiagnosisDefinition, type FixStep } from '../../types.ts';
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
  remedy: () => [dropArchitecture(null)],
};

/** A GPU that is that old needs an old toolkit; for any other the number is one too many. */
function steps(capability: string, facts: Facts): FixStep[] {
  const { last } = toolkitsForCapability(capability);
  const gpus = gpusOf(facts);
  const older =
    last === null
      ? []
      : toolkitInPrefix(
          'older-toolkit',
          `For a GPU that is that old: the last toolkit that makes code for it`,
          last,
        );
  if (gpus.some((gpu) => gpu.computeCapability === capability)) return older;
  const drop = dropArchitecture(capability);
  const known = gpus.some((gpu) => gpu.computeCapability !== null);
  return known ? [drop] : [drop, ...older.map((step) => ({ ...step, alternativeTo: drop.id }))];
}

function dropArchitecture(capability: string | null): FixStep {
  const what = capability === null ? 'the architecture' : numberOf(capability);
  return byHand(
    'drop-arch',
    `Take ${what} out of the list that the build names, and keep your GPU's (ARCH in a Makefile, CMAKE_CUDA_ARCHITECTURES, TORCH_CUDA_ARCH_LIST)`,
  );
}

/** "compute_30" of "3.0" */
const numberOf = (capability: string): string => `compute_${capability.replace('.', '')}`;
