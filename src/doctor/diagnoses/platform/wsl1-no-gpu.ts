import { valueOf } from '../../../machine/answer.ts';
import { evidence } from '../../evidence.ts';
import { script } from '../../fix/steps.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['os'],
  severity: 'error',
  title: 'WSL 1 has no GPU',
  causes: [
    { code: 'libcuda-missing' },
    { code: 'nvidia-utils-missing' },
    { code: 'driver-not-installed' },
    { code: 'toolkit-missing' },
  ],
  related: ['wsl-linux-driver-installed', 'wsl-host-driver-too-old'],
  judge(facts) {
    if (valueOf(facts.platform.wsl) !== 1) return [];
    return [
      {
        subject: 'machine',
        severity: 'error',
        confidence: 'certain',
        summary: 'This is WSL 1, which cannot reach the GPU; WSL 2 can',
        evidence: [
          evidence(facts.platform.wsl, 'WSL', String),
          evidence(facts.platform.kernel, 'kernel', ({ release }) => release),
        ],
        fix: [],
      },
    ];
  },
  remedy: () => [
    script(
      'to-wsl2',
      'Convert the distribution to WSL 2, from a Windows terminal',
      'wsl.exe --set-version DISTRIBUTION 2   # wsl.exe -l -v lists them',
      { root: false },
    ),
  ],
};
