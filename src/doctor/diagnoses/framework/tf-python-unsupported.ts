import type { Facts } from '../../../machine/facts.ts';
import { pythonFor } from '../../fix/framework.ts';
import { byHand } from '../../fix/steps.ts';
import type { DiagnosisDefinition, FixStep } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: 'TensorFlow has no build for this Python',
  related: ['tf-built-for-other-cuda', 'protobuf-or-numpy-too-new'],
  textSummary: 'There is no build of this TensorFlow for the Python that is running',
  text: [
    {
      literal: 'the requirement tensorflow',
      pattern: /Could not find a version that satisfies the requirement tensorflow/i,
      confidence: 'likely',
      namesCause: true,
      detail: ({ input }, facts) => ({ fix: steps(versionIn(input), facts) }),
      rank: 1,
    },
    {
      literal: 'no matching distribution found for tensorflow',
      pattern: /No matching distribution found for tensorflow/i,
      confidence: 'likely',
      namesCause: true,
      detail: ({ input }, facts) => ({ fix: steps(versionIn(input), facts) }),
    },
  ],
  remedy: (facts) => steps(null, facts),
};

/** ERROR: No matching distribution found for tensorflow-gpu==1.9.0 */
const versionIn = (line: string): string | null =>
  /tensorflow[\w-]{0,12}(?:\[[\w,-]{1,40}\])?==(\d[\d.]{0,12}\d)/i.exec(line)?.[1] ?? null;

function steps(version: string | null, facts: Facts | null): FixStep[] {
  const python = pythonFor('tensorflow', version, facts);
  return [...python, byHand('docker', 'Or run it in an image of its time', { alternativeTo: python[0]!.id })];
}
