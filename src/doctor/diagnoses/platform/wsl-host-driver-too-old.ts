import { byHand, command } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['os'],
  severity: 'error',
  title: 'The Windows driver is too old for WSL',
  causes: [{ code: 'libcuda-missing' }, { code: 'driver-too-old-for-cuda' }],
  related: ['wsl-linux-driver-installed', 'driver-too-old-for-cuda'],
  hears: hearing(['trouble'], (one) =>
    heardTrouble(one, { 'windows-driver-too-old': { confidence: 'likely', namesCause: true } }),
  ),
  remedy: () => [
    byHand('windows-driver', 'Update the NVIDIA driver in Windows (https://www.nvidia.com/drivers)'),
    command('wsl-update', 'Update WSL, in a Windows terminal', ['wsl.exe', '--update'], { root: false }),
    command('wsl-restart', 'Restart it there', ['wsl.exe', '--shutdown'], { root: false }),
  ],
};
