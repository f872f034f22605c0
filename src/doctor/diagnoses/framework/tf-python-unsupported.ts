import { byHand, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: 'TensorFlow has no build for this Python',
  related: ['tf-built-for-other-cuda', 'protobuf-or-numpy-too-new'],
  textSummary: 'There is no build of this TensorFlow for the Python that is running',
  hears: hearing(['package'], ({ manager, reason, name, version }) =>
    manager === 'pip' && reason === 'no-matching-version' && name !== null && /^tensorflow/i.test(name)
      ? {
          confidence: 'likely',
          namesCause: true,
          ...(version === null
            ? {}
            : { summary: `There is no build of ${name} ${version} for the Python that is running` }),
        }
      : null,
  ),
  remedy: () => [
    script(
      'old-python',
      'Make an environment with the Python it was built for (TensorFlow 1.9: Python 3.6 and older)',
      'conda create -n tf python=3.6\nconda activate tf',
      { root: false },
    ),
    byHand('docker', 'Or run it in an image of its time', { alternativeTo: 'old-python' }),
  ],
};
