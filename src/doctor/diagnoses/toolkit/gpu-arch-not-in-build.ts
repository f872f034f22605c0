import { capabilityOf } from '../../fix/fitting-cuda.ts';
import { buildFor } from '../../fix/framework.ts';
import { byHand, command } from '../../fix/steps.ts';
import { buildCodeFindings } from '../../question/gpu-code.ts';
import { hearing, type DiagnosisDefinition, type FixStep, type Heard } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';
import type { Facts } from '../../../machine/facts.ts';
import { frameworkNamed } from '../../../compat/frameworks.ts';
import type { TestimonyOf } from '../../witness/testimony.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['toolkit'],
  severity: 'error',
  title: 'The program has no code for this GPU',
  related: ['torch-cuda-arch-unsupported', 'gpu-too-new-for-cuda', 'ptx-toolchain-unsupported'],
  textSummary: 'The program was built without code for this GPU',
  hears: hearing(['architectures', 'error-code'], (one, _all, facts) =>
    one.kind === 'architectures'
      ? ofArchitectures(one, facts)
      : heardError(one, {
          'cuda 209': { confidence: 'certain', namesCause: true },
          'cuda 98': { confidence: 'likely', namesCause: true },
          // Code for this GPU would have to be compiled now, and the environment forbids it.
          'cuda environment': { confidence: 'likely', namesCause: true },
          // Code that a newer toolkit made, or none at all.
          'cuda 200': null,
          'cuda 218': null,
          'nvrtc arch': null,
          'nvvm arch': null,
          'any arch': { confidence: 'possible', rank: 12 },
        }),
  ),
  judge: (facts, question) => buildCodeFindings(facts, question, (framework) => framework !== 'torch'),
  remedy: (facts) => {
    const capability = capabilityOf(facts);
    return [
      ...(capability === null ? [askCapability()] : [rebuild(capability), withCmake(capability)]),
      byHand('other-build', "Or take a build that has code for your GPU's architecture", {
        alternativeTo: capability === null ? 'see-capability' : 'rebuild',
      }),
      command(
        'see-pytorch',
        'Where it is PyTorch that says so, see which build has code for this GPU',
        ['gpu-setup', 'plan', 'torch'],
        { root: false, alternativeTo: capability === null ? 'see-capability' : 'rebuild' },
      ),
    ];
  },
};

/** PyTorch's own words are torch-cuda-arch-unsupported's; here packages speak that were built for other GPUs. */
function ofArchitectures(
  { speaker, outcome, wanted, there }: TestimonyOf<'architectures'>,
  facts: Facts,
): Heard | null {
  const name = SPEAKERS[speaker];
  const own = OWN_FIX[speaker];
  if (name === undefined || (outcome !== 'unsupported' && outcome !== 'no-kernel')) return null;
  const least = there?.[0];
  const framework = frameworkNamed(speaker);
  return {
    confidence: 'certain',
    namesCause: true,
    summary:
      `${name} has no code for ${wanted[0] === undefined ? 'this GPU' : `compute capability ${wanted[0]}`}` +
      (least === undefined
        ? ''
        : outcome === 'no-kernel'
          ? `: it has some for ${there!.join(', ')}`
          : `: it begins with ${least}`),
    ...(own === undefined ? {} : { fix: own }),
    ...(framework === null || own !== undefined
      ? {}
      : { fix: buildFor(framework, { capability: wanted[0] ?? null }, facts) }),
  };
}

const SPEAKERS: Readonly<Record<string, string>> = {
  tensorflow: 'TensorFlow',
  'llama.cpp': 'This llama.cpp',
  ollama: 'This ollama',
  'vllm build': 'This vLLM',
  'tiny-cuda-nn': 'This tiny-cuda-nn',
  paddle: 'This PaddlePaddle',
  kokkos: 'This program, which Kokkos was built into,',
  gromacs: 'This GROMACS',
  nvhpc: 'This program, which the HPC SDK built,',
  lammps: 'This LAMMPS',
  numba: 'numba, with this toolkit,',
  tensorrt: 'This TensorRT',
  'tensorrt-engine': 'This TensorRT engine',
  opencv: 'This OpenCV',
  cycles: 'This Blender',
  candle: 'This build of candle, or what its kernel needs,',
  'CUDA.jl': 'This CUDA.jl, or its toolkit,',
};

/** Where the general steps do not fit who speaks. */
const OWN_FIX: Readonly<Record<string, readonly FixStep[]>> = {
  'tensorrt-engine': [
    byHand(
      'rebuild-engine',
      'Build the engine anew from the model, on a machine with this GPU: an engine is made for the GPU that makes it',
    ),
  ],
  'CUDA.jl': [
    byHand(
      'other-runtime',
      'In Julia: take a CUDA toolkit that knows this GPU (CUDA.set_runtime_version!), or a release of CUDA.jl that still does',
    ),
  ],
  opencv: [
    byHand(
      'rebuild-opencv',
      'Build OpenCV again with the compute capability of this GPU in CUDA_ARCH_BIN (nvidia-smi --query-gpu=compute_cap --format=csv says it), or take it out where OpenCV says that it is too low',
    ),
  ],
};

const askCapability = (): FixStep =>
  command(
    'see-capability',
    'See the compute capability of this GPU: the build must name it',
    ['nvidia-smi', '--query-gpu=name,compute_cap', '--format=csv'],
    { root: false },
  );

function rebuild(capability: string): FixStep {
  const arch = capability.replace('.', '');
  return command(
    'rebuild',
    `Build again with the architecture of this GPU (${capability})`,
    ['make', `ARCH=-gencode arch=compute_${arch},code=[sm_${arch},compute_${arch}]`],
    { root: false },
  );
}

const withCmake = (capability: string): FixStep =>
  command(
    'rebuild-cmake',
    'Or, with CMake',
    ['cmake', '-B', 'build', `-DCMAKE_CUDA_ARCHITECTURES=${capability.replace('.', '')}`],
    { root: false, alternativeTo: 'rebuild' },
  );
