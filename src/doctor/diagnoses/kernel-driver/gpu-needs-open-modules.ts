import { upgradeDriver } from '../../fix/driver.ts';
import { moduleFlavourFindings } from '../../question/module-flavour.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['kernel-module'],
  notOnJetson: true,
  severity: 'error',
  title: 'This GPU needs the open kernel modules',
  causes: [{ code: 'rm-init-failed' }, { code: 'device-nodes-missing' }],
  related: ['gpu-needs-proprietary-modules', 'gpu-unsupported-by-driver', 'driver-not-installed'],
  textSummary: "This GPU works with NVIDIA's open kernel modules only, and the proprietary ones are loaded",
  text: [
    {
      literal: 'open kernel modules',
      pattern: /requires use of the NVIDIA open kernel modules/i,
      confidence: 'certain',
      namesCause: true,
    },
  ],
  judge: (facts) => moduleFlavourFindings(facts, 'required'),
  remedy: (facts) => upgradeDriver(facts, { open: true }),
};
