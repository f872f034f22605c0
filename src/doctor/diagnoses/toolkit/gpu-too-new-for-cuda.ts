import { frameworkNamed } from '../../../compat/frameworks.ts';
import { architecturesOfToolkit, toolkitsForCapability } from '../../../compat/gpu-architectures.ts';
import type { Facts } from '../../../machine/facts.ts';
import { ageOfArchitecture } from '../../architecture-age.ts';
import { capabilityOf, fittingCuda, makesCodeFor } from '../../fix/fitting-cuda.ts';
import { buildFor } from '../../fix/framework.ts';
import { byHand, inPlaceOf } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
import { toolkitCodeFindings } from '../../question/gpu-code.ts';
import { hearing, type DiagnosisDefinition, type FixStep, type Heard } from '../../types.ts';
import { toolkitOfBuild } from '../../witness/build-said.ts';
import { heardError } from '../../witness/heard-error.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';
import type { TestimonyOf, Witness } from '../../witness/testimony.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['toolkit'],
  severity: 'error',
  title: 'The GPU is newer than this CUDA',
  related: ['gpu-arch-not-in-build', 'torch-cuda-arch-unsupported', 'gpu-arch-dropped'],
  textSummary: 'This CUDA is older than the GPU and cannot make code for it',
  hears: hearing(['architectures', 'error-code', 'trouble'], (one, all, facts) => {
    switch (one.kind) {
      case 'architectures':
        return one.speaker === 'nvrtc'
          ? unknownToRuntimeCompiler(facts, all)
          : unknownToCompiler(one, all, facts);
      case 'error-code':
        return heardError(one, {
          'cuda 200': { confidence: 'possible' },
          // They compile for the GPU that is there, and refuse the option that names it.
          'nvrtc arch': { confidence: 'likely', namesCause: true },
          'nvvm arch': { confidence: 'likely', namesCause: true },
        });
      case 'trouble':
        return heardTrouble(one, { 'blas-did-not-run': { confidence: 'possible' } });
    }
  }),
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

/**
 * NVRTC compiles for the GPU that is there, and is of the CUDA that came with the framework. What it was asked for it does not say; that
 * toolkits have dropped the GPU is the rarer case, and then the framework has no code for it either.
 */
function unknownToRuntimeCompiler(facts: Facts, all: Witness): Heard {
  const capability = capabilityOf(facts);
  const named = all
    .of('framework')
    .map(({ name }) => frameworkNamed(name))
    .find((one) => one !== null);
  const build = named == null ? [] : buildFor(named, { capability }, facts);
  const toolkit = supplyCuda(
    {
      cuda:
        capability === null
          ? null
          : (fittingCuda(facts, (release) => makesCodeFor(release, capability)) ??
            toolkitsForCapability(capability).first),
    },
    facts,
  );
  return {
    confidence: 'likely',
    namesCause: true,
    rank: 2,
    summary: `NVRTC, which compiles for the GPU that is there, does not know ${capability === null ? 'its architecture' : `compute capability ${capability}`}: it is of an older CUDA than the GPU`,
    fix: build[0] === undefined ? toolkit : [...build, ...inPlaceOf(build[0].id, toolkit)],
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
