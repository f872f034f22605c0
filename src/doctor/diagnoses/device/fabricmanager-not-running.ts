import { installPart } from '../../fix/driver-parts.ts';
import { command } from '../../fix/steps.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['device-nodes'],
  severity: 'error',
  title: 'The fabric manager does not run',
  related: ['driver-library-mismatch'],
  textSummary: 'On this NVSwitch machine the fabric manager does not run',
  text: [
    {
      literal: 'system not yet initialized',
      pattern: /system not yet initialized/i,
      confidence: 'likely',
      namesCause: true,
    },
    {
      literal: ['cudaerrorsystemnotready', 'cuda_error_system_not_ready'],
      pattern: /cudaErrorSystemNotReady|CUDA_ERROR_SYSTEM_NOT_READY/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'fabric',
      pattern: /fabric ?manager.{0,60}(?:not running|failed)/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'fabricmanager',
      pattern: /nvidia-fabricmanager.{0,60}(?:failed|inactive|not running|not found)/i,
      confidence: 'certain',
      namesCause: true,
    },
  ],
  remedy: (facts) => [
    ...installPart(facts, 'fabricManager', {
      id: 'install-fabricmanager',
      title: "Install the fabric manager of exactly the driver's version",
    }),
    command('start-fabricmanager', 'Start it, now and with the machine', [
      'systemctl',
      'enable',
      '--now',
      'nvidia-fabricmanager',
    ]),
  ],
};
