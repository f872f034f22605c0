import { capabilityOf } from '../../fix/fitting-cuda.ts';
import { command, inPlaceOf, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['toolkit'],
  severity: 'error',
  title: 'A build was not told for which GPUs to compile',
  // A compiler that does not work tells no default.
  explainedBy: [{ code: 'host-compiler-too-new' }, { code: 'host-compiler-missing' }],
  related: ['gpu-arch-not-in-build', 'gpu-too-new-for-cuda', 'container-no-gpu'],
  textSummary:
    'A build was not told for which GPUs to compile, and saw none that it could take the answer from (in the build of an image there is none)',
  hears: hearing(['trouble'], (one) =>
    heardTrouble(one, { 'no-architecture-asked': { confidence: 'certain', namesCause: true } }),
  ),
  remedy: (facts) => {
    const capability = capabilityOf(facts);
    const torch = script(
      'name-for-torch',
      'Extensions of PyTorch: name it before the build',
      `export TORCH_CUDA_ARCH_LIST=${capability ?? '"$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader | head -n 1)"'}`,
      { root: false },
    );
    return [
      ...(capability === null
        ? [
            command(
              'see-capability',
              'See the compute capability of the GPU that it is for, where that GPU is',
              ['nvidia-smi', '--query-gpu=name,compute_cap', '--format=csv'],
              { root: false },
            ),
          ]
        : []),
      command(
        'name-for-cmake',
        'CMake: name it, without its dot ("native" only where the GPU is in this machine; "all-major" knows every CMake from 3.23 on)',
        [
          'cmake',
          '-B',
          'build',
          `-DCMAKE_CUDA_ARCHITECTURES=${capability === null ? 'all-major' : capability.replace('.', '')}`,
        ],
        { root: false },
      ),
      ...inPlaceOf('name-for-cmake', [torch]),
    ];
  },
};
