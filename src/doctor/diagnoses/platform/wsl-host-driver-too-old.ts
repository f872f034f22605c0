import { byHand, command } from '../../fix/steps.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['os'],
  severity: 'error',
  title: 'The Windows driver is too old for WSL',
  causes: [{ code: 'libcuda-missing' }, { code: 'driver-too-old-for-cuda' }],
  related: ['wsl-linux-driver-installed', 'driver-too-old-for-cuda'],
  text: [
    {
      literal: 'requires an updated driver',
      pattern: /WSL.{0,80}requires an updated driver/i,
      confidence: 'likely',
      namesCause: true,
    },
    { literal: 'dxgkio_', pattern: /dxgkio_query_adapter_info: Ioctl failed/i, confidence: 'possible' },
  ],
  remedy: () => [
    byHand('windows-driver', 'Update the NVIDIA driver in Windows (https://www.nvidia.com/drivers)'),
    command('wsl-update', 'Update WSL, in a Windows terminal', ['wsl.exe', '--update'], { root: false }),
    command('wsl-restart', 'Restart it there', ['wsl.exe', '--shutdown'], { root: false }),
  ],
};
