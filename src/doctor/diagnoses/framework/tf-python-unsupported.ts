import type { Facts } from '../../../machine/facts.ts';
import { pythonFor } from '../../fix/framework.ts';
import { byHand } from '../../fix/steps.ts';
import { type DiagnosisDefinition, type FixStep, hearing } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: 'TensorFlow has no build for this Python',
  related: ['tf-built-for-other-cuda', 'protobuf-or-numpy-too-new'],
  textSummary: 'There is no build of this TensorFlow for the Python that is running',
  hears: hearing(['package'], ({ manager, reason, name, version }, _all, facts) =>
    manager === 'pip' && reason === 'no-matching-version' && name !== null && /^tensorflow/i.test(name)
      ? {
          confidence: 'likely',
          namesCause: true,
          ...(version === null
            ? {}
            : {
                summary: `There is no build of ${name} ${version} for the Python that is running`,
                fix: steps(version, facts),
              }),
        }
      : null,
  ),
  remedy: (facts) => steps(null, facts),
};

function steps(version: string | null, facts: Facts | null): FixStep[] {
  const python = pythonFor('tensorflow', version, facts);
  return [...python, byHand('docker', 'Or run it in an image of its time', { alternativeTo: python[0]!.id })];
}
