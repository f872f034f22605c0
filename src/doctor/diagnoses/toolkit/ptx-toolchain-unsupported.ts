import { byHand, script } from '../../fix/steps.ts';
import { ptxFindings } from '../../question/ptx.ts';
import { hearing, type DiagnosisDefinition, type FixStep } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['driver-serves-cuda'],
  severity: 'error',
  title: 'The PTX is newer than the driver',
  related: ['driver-too-old-for-cuda', 'gpu-arch-not-in-build'],
  textSummary: 'The program holds PTX of a newer CUDA than the driver can compile',
  text: [
    {
      literal: 'unsupported .version',
      pattern: /Unsupported \.version [\d.]{1,5}; current version is/i,
      confidence: 'certain',
      namesCause: true,
    },
  ],
  hears: hearing(['error-code'], (one) =>
    heardError(one, {
      'cuda 222': { confidence: 'certain', namesCause: true },
    }),
  ),
  judge: (facts, question) => ptxFindings(facts, question, remedy),
  remedy,
};

function remedy(): FixStep[] {
  return [
    byHand('upgrade-driver', 'Upgrade the driver to one that serves the CUDA the program was built with', {
      root: true,
    }),
    script(
      'native-code',
      'Or build with machine code for this GPU, so that no PTX is needed; or with an older toolkit',
      'nvcc -gencode arch=compute_75,code=sm_75 ...',
      { root: false, alternativeTo: 'upgrade-driver' },
    ),
  ];
}
