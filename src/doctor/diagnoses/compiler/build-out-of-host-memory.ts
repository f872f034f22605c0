import { script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['host-compiler'],
  severity: 'error',
  title: 'The build needs more memory than the machine has',
  related: ['host-compiler-too-new'],
  textSummary: 'A compiler was killed: the machine had no memory left for it',
  hears: hearing(['out-of-host-memory'], ({ program }) => ({
    confidence: 'certain',
    namesCause: true,
    ...(program === null ? {} : { summary: `${program} was killed: the machine had no memory left for it` }),
  })),
  remedy: () => [
    script(
      'fewer-jobs',
      'Build with fewer compilers at once (ninja and PyTorch extensions: MAX_JOBS; CMake: --parallel; make: -j)',
      'export MAX_JOBS=1 CMAKE_BUILD_PARALLEL_LEVEL=1 MAKEFLAGS=-j1',
      { root: false },
    ),
    script('see-memory', 'See how much memory and swap there is', 'free -h', { root: false }),
  ],
};
