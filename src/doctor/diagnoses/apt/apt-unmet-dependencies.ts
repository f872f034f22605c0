import { command, script } from '../../fix/steps.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: 'apt cannot satisfy the dependencies',
  related: ['dpkg-overwrite-conflict', 'apt-version-not-found', 'runfile-and-apt-mixed'],
  textSummary:
    'apt cannot satisfy the dependencies: packages of two repositories do not go together, or some are held',
  text: [
    {
      literal: 'unmet dependencies',
      pattern: /have unmet dependencies/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'held broken packages',
      pattern: /you have held broken packages/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'depends:',
      pattern:
        /(?:cuda|nvidia|libnvidia|libcud)\S{0,60} : Depends: .{0,200}(?:but it is not|but \S{1,80} is to be|is not going to be installed)/i,
      confidence: 'certain',
      namesCause: true,
    },
  ],
  remedy: () => [
    command('fix-broken', 'Let apt mend what is half-done', ['apt', '--fix-broken', 'install']),
    script(
      'pin',
      "Decide between Ubuntu's and NVIDIA's driver packages: NVIDIA's pin file lets its repository win",
      'curl -fsSL https://developer.download.nvidia.com/compute/cuda/repos/ubuntu2004/x86_64/cuda-ubuntu2004.pin -o /etc/apt/preferences.d/cuda-repository-pin-600   # your release\napt update',
    ),
    script(
      'remove-other',
      'Or remove the other branch first',
      "apt remove --purge 'nvidia-*' 'libnvidia-*' 'cuda-drivers*'",
      { alternativeTo: 'pin' },
    ),
    script(
      'toolkit-only',
      'For a toolkit alone use gpu-setup, which needs no driver packages',
      'gpu-setup install cuda11',
      { root: false },
    ),
  ],
};
