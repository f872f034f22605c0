import { moduleLoaded } from '../../../machine/questions/driver.ts';
import { inWsl } from '../../../machine/questions/platform.ts';
import { evidence } from '../../evidence.ts';
import { script } from '../../fix/steps.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['libcuda'],
  notOnJetson: true,
  severity: 'warning',
  title: 'nvidia-smi is not installed',
  explainedBy: [{ code: 'driver-not-installed' }, { code: 'container-no-gpu' }, { code: 'no-nvidia-gpu' }],
  related: ['libcuda-missing', 'driver-not-installed'],
  judge(facts) {
    if (facts.nvidiaSmi.state !== 'absent' || moduleLoaded(facts) !== true || inWsl(facts)) return [];
    return [
      {
        subject: 'machine',
        severity: 'warning',
        confidence: 'certain',
        summary: 'The driver runs, but nvidia-smi is not installed',
        evidence: [
          evidence(facts.nvidiaSmi, 'nvidia-smi'),
          evidence(facts.kernelDriver.moduleVersion, 'loaded nvidia module', String),
        ],
        fix: [],
      },
    ];
  },
  remedy: () => [
    script(
      'install-utils',
      'Install the tools, of the same branch as the driver',
      'apt install nvidia-utils-535   # Ubuntu; Debian: nvidia-smi; Fedora: xorg-x11-drv-nvidia-cuda; Arch: nvidia-utils',
    ),
  ],
};
