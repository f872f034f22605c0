import { installPart } from '../../fix/driver-parts.ts';
import { byHand, command } from '../../fix/steps.ts';
import { fabricTroubles } from '../../question/fabric.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['device-nodes'],
  severity: 'error',
  title: 'The fabric manager does not run',
  related: ['driver-library-mismatch'],
  textSummary: 'On this NVSwitch machine the fabric manager does not run',
  hears: hearing(['error-code', 'trouble'], (one) =>
    one.kind === 'trouble'
      ? heardTrouble(one, {
          'fabric-manager-stopped': { confidence: 'certain', namesCause: true },
          'fabric-suspected': { confidence: 'likely', namesCause: true, rank: 1 },
          'fabric-manager-version': {
            confidence: 'certain',
            namesCause: true,
            rank: 1,
            summary: `The fabric manager does not start: it is of another version than the driver${one.detail === null ? '' : ` (${one.detail})`}`,
          },
          'fabric-manager-idle': {
            confidence: 'likely',
            namesCause: true,
            rank: 1,
            summary: 'The fabric manager found no NVSwitch that it could drive, and ended',
            fix: [
              command(
                'see-switches',
                'See whether there is an NVSwitch at all',
                ['lspci', '-d', '10de::0680'],
                {
                  root: false,
                },
              ),
              command(
                'not-needed',
                'Where there is none, as with cards that are joined by bridges or not at all, the fabric manager is not needed',
                ['systemctl', 'disable', '--now', 'nvidia-fabricmanager'],
              ),
              byHand(
                'subnet-manager',
                "Where there is one whose links are InfiniBand's too (from the Blackwell generation on), install NVIDIA's subnet manager nvlsm beside it, and start both",
                { root: true, alternativeTo: 'not-needed' },
              ),
            ],
          },
        })
      : heardError(one, {
          'cuda 802': { confidence: 'certain', namesCause: true },
          'nvml fabric': { confidence: 'possible' },
        }),
  ),
  judge: (facts) => fabricTroubles(facts),
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
