import { compareDottedVersions } from '../../../compat/dotted-version.ts';
import { gpuTakesDriver, leastBranchFor } from '../../../compat/rules/gpu-takes-driver.ts';
import { valueOf } from '../../../machine/answer.ts';
import type { Facts } from '../../../machine/facts.ts';
import { gpusOf, nameOfGpu, smiReached } from '../../../machine/questions/gpu.ts';
import { evidence, ruleEvidence, sentence } from '../../evidence.ts';
import { installDriver } from '../../fix/driver.ts';
import { command, script } from '../../fix/steps.ts';
import { traitsOf } from '../../question/gpus.ts';
import { subjectOfGpu } from '../../subject.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['kernel-module'],
  notOnJetson: true,
  severity: 'error',
  title: 'The driver does not support this GPU',
  causes: [
    { code: 'rm-init-failed' },
    { code: 'module-not-loaded' },
    { code: 'device-nodes-missing' },
    { code: 'nouveau-in-use' },
    // The driver that knows the card is newer, and serves more.
    { code: 'driver-too-old-for-cuda', when: isOlderThanGpu },
  ],
  related: ['gpu-needs-open-modules', 'gpu-needs-proprietary-modules', 'driver-not-installed'],
  hears: hearing(['gpu-refused', 'trouble'], (one, _all, facts) => {
    if (one.kind === 'trouble')
      return heardTrouble(one, { 'no-driver-offered': { confidence: 'possible', rank: 2 } });
    const { why, branch } = one;
    if (why === 'unsupported') return { confidence: 'certain', namesCause: true };
    if (why !== 'legacy') return null;
    return {
      confidence: 'certain',
      namesCause: true,
      ...(branch === null
        ? { summary: 'This GPU needs a legacy branch of the driver: the newer one ignores it' }
        : {
            summary: `This GPU needs the legacy driver branch ${branch}, and ignores the one that is loaded`,
            fix: installDriver(facts, { atLeast: branch, atMost: branch }),
          }),
    };
  }),
  judge(facts) {
    const driver = valueOf(facts.kernelDriver.moduleVersion);
    if (driver === undefined || smiReached(facts)) return [];
    return gpusOf(facts).flatMap((gpu) => {
      const judgement = gpuTakesDriver(traitsOf(gpu), driver);
      if (judgement.fit !== 'no' && judgement.fit !== 'remark') return [];
      return [
        {
          subject: subjectOfGpu(gpu),
          severity: judgement.fit === 'no' ? ('error' as const) : ('warning' as const),
          confidence: judgement.fit === 'no' ? ('certain' as const) : ('likely' as const),
          summary: sentence(judgement.text),
          evidence: [
            evidence(facts.kernelDriver.moduleVersion, 'loaded nvidia module', String),
            evidence(facts.gpus, 'NVIDIA devices', (list) => list.map(nameOfGpu).join(', ')),
            ...ruleEvidence(judgement),
          ],
          fix: installDriver(facts, {
            atLeast: leastBranchFor(traitsOf(gpu))?.branch ?? null,
            atMost: gpu.lastDriverBranch,
          }),
        },
      ];
    });
  },
  remedy: (facts) =>
    facts !== null && gpusOf(facts).length > 0
      ? installDriver(facts)
      : [
          script('which-branch', 'See which branch the driver names for this GPU', 'dmesg | grep -i NVRM'),
          command('which-gpu', 'Or which GPU it is', ['lspci', '-nn', '-d', '10de:'], {
            root: false,
            alternativeTo: 'which-branch',
          }),
        ],
};

function isOlderThanGpu(facts: Facts): boolean {
  const driver = valueOf(facts.kernelDriver.moduleVersion);
  return gpusOf(facts).some(
    ({ firstDriverBranch: first }) =>
      driver !== undefined && first !== null && compareDottedVersions(driver, first) < 0,
  );
}
