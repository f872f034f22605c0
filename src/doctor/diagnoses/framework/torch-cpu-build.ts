import type { Facts } from '../../../machine/facts.ts';
import { buildFor } from '../../fix/framework.ts';
import { command } from '../../fix/steps.ts';
import type { DiagnosisDefinition, FixStep } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['framework'],
  severity: 'error',
  title: 'This PyTorch is built without CUDA',
  related: ['torch-cuda-arch-unsupported', 'conda-shadows-cuda'],
  text: [
    {
      literal: 'torch not compiled with cuda enabled',
      pattern: /Torch not compiled with CUDA enabled/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'torch',
      pattern: /^(?:pytorch|torch)\s{1,30}\d[\w.]{0,12}\s{1,30}py[\d.]{1,5}_cpu/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: '+cpu',
      pattern: /torch(?:==|-|\s{1,20}|: ?)\d[\d.]{1,8}\+cpu/i,
      confidence: 'certain',
      namesCause: true,
      detail: ([text], facts) => ({ fix: steps(/\d[\d.]{1,8}/.exec(text)?.[0] ?? null, facts) }),
    },
    {
      literal: 'cuda used to build pytorch',
      pattern: /CUDA used to build PyTorch: (?:None|Could not collect)/i,
      confidence: 'certain',
      namesCause: true,
    },
    { literal: 'cpuonly', pattern: /\[cpuonly\]/i, confidence: 'likely', namesCause: true },
  ],
  remedy: (facts) => steps(null, facts),
};

/** @param version that is installed, which is kept where it has a build for this machine */
function steps(version: string | null, facts: Facts | null): FixStep[] {
  const build = buildFor('torch', { version }, facts);
  return [
    ...build,
    command(
      'remove-cpuonly',
      'In conda: remove the marker that chooses PyTorch without CUDA',
      ['conda', 'remove', 'cpuonly'],
      { root: false },
    ),
  ];
}
