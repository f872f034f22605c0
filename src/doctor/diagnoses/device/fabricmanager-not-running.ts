import { installPart } from '../../fix/driver-parts.ts';
import { command } from '../../fix/steps.ts';
import { fabricNotReady } from '../../question/gpu-state.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['device-nodes'],
  severity: 'error',
  title: 'The fabric manager does not run',
  related: ['driver-library-mismatch'],
  textSummary: 'On this NVSwitch machine the fabric manager does not run',
  text: [
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
  hears: hearing(['error-code'], (one) =>
    heardError(one, {
      'cuda 802': { confidence: 'certain', namesCause: true },
    }),
  ),
  judge: (facts) => fabricNotReady(facts),
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
