import { buildsOf } from '../../../compat/frameworks.ts';
import { byHand, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: 'The CPU lacks an instruction that TensorFlow uses',
  related: ['tf-python-unsupported'],
  textSummary: 'The program stopped at an instruction that this CPU does not have, most often AVX',
  hears: hearing(['trouble'], (one) =>
    one.what !== 'cpu-instruction'
      ? null
      : { confidence: one.detail === null ? 'likely' : 'certain', namesCause: true },
  ),
  remedy: () => [
    script('see-cpu', 'See what the CPU has', 'grep -o -m1 -w -E "avx2?" /proc/cpuinfo', { root: false }),
    byHand(
      'other-build',
      `Without AVX: take TensorFlow ${lastWithoutAvx()}, the last whose wheel does without it, a build of conda's, or build it yourself`,
    ),
  ],
};

const lastWithoutAvx = (): string => buildsOf('tensorflow').find(({ needsAvx }) => !needsAvx)?.version ?? '';
