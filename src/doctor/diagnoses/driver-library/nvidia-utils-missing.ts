import { moduleLoaded } from '../../../machine/questions/driver.ts';
import { inContainer, inWsl, onJetson } from '../../../machine/questions/platform.ts';
import { evidence } from '../../evidence.ts';
import { jetsonDriver } from '../../fix/jetson.ts';
import { installPart } from '../../fix/driver-parts.ts';
import { lendPart } from '../../fix/lent-libraries.ts';
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
  remedy: (facts) =>
    facts !== null && onJetson(facts)
      ? [jetsonDriver()]
      : facts !== null && inContainer(facts)
        ? lendPart(facts, 'utility')
        : installPart(facts, 'tools', {
            id: 'install-utils',
            title: 'Install the tools, of the same branch as the driver',
          }),
};
