import { script } from '../../fix/steps.ts';
import { installModprobe } from '../../fix/system.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['device-nodes'],
  notOnJetson: true,
  severity: 'error',
  title: 'The device file /dev/nvidia-uvm is missing',
  causes: [{ code: 'container-toolkit-misconfigured' }],
  related: ['device-nodes-missing', 'container-no-gpu'],
  textSummary: 'The nvidia-uvm module or its device file is missing: nvidia-smi works, CUDA does not',
  text: [
    {
      literal: 'uvm kernel module',
      pattern: /Could not load UVM kernel module/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: '/dev/nvidia-uvm',
      pattern: /\/dev\/nvidia-uvm'?"?:? ?.{0,40}(?:No such file|ENOENT)/i,
      confidence: 'certain',
      namesCause: true,
      rank: 1,
    },
    {
      literal: 'nvidia-modprobe',
      pattern: /'nvidia-modprobe' is currently not installed|nvidia-modprobe: (?:command )?not found/i,
      confidence: 'likely',
      namesCause: true,
    },
  ],
  hears: hearing(['error-code'], (one) =>
    heardError(one, { 'cuda 999': { confidence: 'possible', rank: 3 } }),
  ),
  remedy: (facts) => [
    ...installModprobe(facts, 'Install nvidia-modprobe, which loads nvidia-uvm and makes its device file'),
    script('load-uvm', 'Load it now', 'nvidia-modprobe -u -c 0'),
  ],
};
