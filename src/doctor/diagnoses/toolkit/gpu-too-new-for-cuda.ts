import { architecturesOfToolkit, toolkitsForCapability } from '../../../compat/gpu-architectures.ts';
import type { Facts } from '../../../machine/facts.ts';
import { ageOfArchitecture } from '../../architecture-age.ts';
import { fittingCuda, makesCodeFor } from '../../fix/fitting-cuda.ts';
import { byHand } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
import { toolkitCodeFindings } from '../../question/gpu-code.ts';
import { hearing, type DiagnosisDefinition, type FixStep, type Heard } from '../../types.ts';
import { toolkitOfBuild } from '../../witness/build-said.ts';
import { heardError } from '../../witness/heard-error.ts';
import type { TestimonyOf, Witness } from '../../witness/testimony.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['toolkit'],
  severity: 'error',
  title: 'The GPU is newer than this CUDA',
  related: ['gpu-arch-not-in-build', 'torch-cuda-arch-unsupported', 'gpu-arch-dropped'],
  textSummary: 'This CUDA is older than the GPU and cannot make code for it',
  hears: hearing(['architectures', 'error-code'], (one, all, facts) =>
    one.kind === 'architectures'
      ? unknownToCompiler(one, all, facts)
      : heardError(one, { 'cuda 200': { confidence: 'possible' } }),
  ),
  judge: (facts, question) => toolkitCodeFindings(facts, question, 'gpu-too-new'),
  remedy: (facts) => [
    ...supplyCuda({ cuda: null }, facts),
    byHand('rebuild', 'And build the program with it'),
  ],
};

/** A compiler that does not know what it is asked for: what no toolkit has dropped, a newer one knows. */
function unknownToCompiler(one: TestimonyOf<'architectures'>, all: Witness, facts: Facts): Heard | null {
  const wanted = one.wanted[0];
  if (one.outcome !== 'unknown-to-compiler' || wanted === undefined) return null;
  const cuda = toolkitOfBuild(one, all, facts);
  const { age, sure } = ageOfArchitecture(wanted, cuda);
  // What toolkits have dropped, the oldest of them did not know yet.
  if (age === 'dropped' && sure) return null;
  const { first } = toolkitsForCapability(wanted);
  return {
    confidence: age === 'dropped' ? 'possible' : sure ? 'certain' : 'likely',
    namesCause: age === 'too-new',
    rank: age === 'dropped' ? 1 : 2,
    summary:
      `${one.speaker} ${cuda === null ? '' : `of CUDA ${cuda} `}does not know compute capability ${wanted} yet` +
      (first === null ? '' : `: CUDA ${first} is the first that does`),
    fix: steps(wanted, cuda, facts),
  };
}

function steps(capability: string, cuda: string | null, facts: Facts): FixStep[] {
  const { first } = toolkitsForCapability(capability);
  const newer = supplyCuda(
    { cuda: fittingCuda(facts, (release) => makesCodeFor(release, capability)) ?? first },
    facts,
  );
  const nearest = cuda === null ? null : runsOn(capability, cuda);
  if (nearest === null) return newer;
  const number = nearest.replace('.', '');
  return [
    ...newer,
    byHand(
      'nearest-arch',
      `Or build for compute capability ${nearest} with the toolkit that is there: the GPU runs that code too (compute_${number},sm_${number}; CMAKE_CUDA_ARCHITECTURES=${number}, TORCH_CUDA_ARCH_LIST=${nearest})`,
      { alternativeTo: newer[0]!.id },
    ),
  ];
}

/** The newest architecture of the same major, with a smaller minor, that the toolkit makes code for: its machine code runs. */
function runsOn(capability: string, cuda: string): string | null {
  const [major, minor] = capability.split('.').map(Number) as [number, number];
  const known = architecturesOfToolkit(cuda)?.machine ?? [];
  return (
    known.findLast((one) => {
      const [otherMajor, otherMinor] = one.split('.').map(Number) as [number, number];
      return otherMajor === major && otherMinor < minor;
    }) ?? null
  );
}
