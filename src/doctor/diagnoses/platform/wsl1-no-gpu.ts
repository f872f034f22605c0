import { valueOf } from '../../../machine/answer.ts';
import { evidence } from '../../evidence.ts';
import { byHand, command } from '../../fix/steps.ts';
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
    command(
      'see-distributions',
      'See what this distribution is called, in a Windows terminal',
      ['wsl.exe', '-l', '-v'],
      {
        root: false,
      },
    ),
    byHand('to-wsl2', 'Convert it to WSL 2 there: wsl.exe --set-version, the name, and 2'),
  ],
};
