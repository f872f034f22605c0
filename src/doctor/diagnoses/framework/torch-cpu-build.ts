import { script } from '../../fix/steps.ts';
import type { DiagnosisDefinition } from '../../types.ts';

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
    },
    {
      literal: 'cuda used to build pytorch',
      pattern: /CUDA used to build PyTorch: (?:None|Could not collect)/i,
      confidence: 'certain',
      namesCause: true,
    },
    { literal: 'cpuonly', pattern: /\[cpuonly\]/i, confidence: 'likely', namesCause: true },
  ],
  remedy: () => [
    script(
      'remove-cpuonly',
      'conda: remove the marker and install a CUDA build',
      'conda remove cpuonly\nconda install pytorch pytorch-cuda=12.1 -c pytorch -c nvidia',
      { root: false },
    ),
    script(
      'pip',
      'pip: install from the index of your CUDA',
      'pip install --force-reinstall torch --index-url https://download.pytorch.org/whl/cu121',
      { root: false, alternativeTo: 'remove-cpuonly' },
    ),
  ],
};
