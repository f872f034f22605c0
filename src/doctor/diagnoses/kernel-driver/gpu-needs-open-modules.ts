import { upgradeDriver } from '../../fix/driver.ts';
import { moduleFlavourFindings } from '../../question/module-flavour.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['kernel-module'],
  notOnJetson: true,
  severity: 'error',
  title: 'This GPU needs the open kernel modules',
  causes: [{ code: 'rm-init-failed' }, { code: 'device-nodes-missing' }],
  related: ['gpu-needs-proprietary-modules', 'gpu-unsupported-by-driver', 'driver-not-installed'],
  textSummary: "This GPU works with NVIDIA's open kernel modules only, and the proprietary ones are loaded",
  hears: hearing(['gpu-refused'], ({ why }) =>
    why === 'open-only' ? { confidence: 'certain', namesCause: true } : null,
  ),
  judge: (facts) => moduleFlavourFindings(facts, 'required'),
  remedy: (facts) => upgradeDriver(facts, { open: true }),
};
