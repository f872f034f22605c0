import { command } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: 'CUDNN_HALF needs tensor cores',
  related: ['gpu-arch-not-in-build', 'cudnn-init-failed'],
  textSummary: 'darknet was built with CUDNN_HALF for a GPU without tensor cores',
  // Of another program it is the library that has no code for the GPU: gpu-arch-not-in-build.
  hears: hearing(['error-code'], (one, all) =>
    all.of('framework').some(({ name }) => name === 'darknet')
      ? heardError(one, {
          'cudnn CUDNN_STATUS_ARCH_MISMATCH': { confidence: 'likely', namesCause: true },
        })
      : null,
  ),
  remedy: () => [
    command('clean', 'Drop what was built', ['make', 'clean'], { root: false }),
    command('half-off', 'Build without it', ['make', 'CUDNN_HALF=0'], { root: false }),
  ],
};
