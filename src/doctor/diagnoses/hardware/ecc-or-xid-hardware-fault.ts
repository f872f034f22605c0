import { byHand, command } from '../../fix/steps.ts';
import { memoryFaults } from '../../question/gpu-state.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['gpu'],
  severity: 'error',
  title: 'The GPU reports a hardware fault',
  causes: [{ code: 'rm-init-failed' }],
  related: ['gpu-fell-off-bus', 'rm-init-failed'],
  textSummary: 'The GPU reports an error of its memory or of the chip',
  text: [
    {
      literal: 'xid',
      pattern: /Xid \(PCI:[^)]{5,30}\): (?:48|63|64|74|92|94|95|119|120|140)\b/i,
      confidence: 'likely',
      namesCause: true,
    },
    { literal: 'double bit ecc', pattern: /Double Bit ECC Error/i, confidence: 'certain', namesCause: true },
    {
      literal: 'row remapping failure',
      pattern: /Row Remapping Failure/i,
      confidence: 'certain',
      namesCause: true,
    },
  ],
  hears: hearing(['error-code'], (one) =>
    heardError(one, {
      'cuda 214': { confidence: 'certain', namesCause: true },
    }),
  ),
  judge: (facts) => memoryFaults(facts),
  remedy: () => [
    command('see-ecc', 'See the counters of the memory', ['nvidia-smi', '-q', '-d', 'ECC,ROW_REMAPPER'], {
      root: false,
    }),
    command('gpu-reset', 'With no program on it, reset the GPU (or restart): bad pages are then set aside', [
      'nvidia-smi',
      '--gpu-reset',
    ]),
    byHand('replace', 'It comes again after the reset: have the card replaced'),
  ],
};
