import { lastBranchWithClosedModules } from '../../../compat/driver-offers.ts';
import { upgradeDriver } from '../../fix/driver.ts';
import { moduleFlavourFindings } from '../../question/module-flavour.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['kernel-module'],
  notOnJetson: true,
  severity: 'error',
  title: 'This GPU needs the proprietary kernel modules',
  causes: [{ code: 'rm-init-failed' }, { code: 'module-not-loaded' }, { code: 'device-nodes-missing' }],
  related: ['gpu-needs-open-modules', 'gpu-unsupported-by-driver'],
  textSummary: 'This GPU is older than Turing: the open kernel modules do not drive it',
  hears: hearing(['gpu-refused'], ({ why }) =>
    why === 'closed-only' ? { confidence: 'certain', namesCause: true } : null,
  ),
  judge: (facts) => moduleFlavourFindings(facts, 'unsupported'),
  remedy: (facts) => upgradeDriver(facts, { open: false, atMost: lastBranchWithClosedModules() }),
};
