import { compareDottedVersions } from '../../../compat/dotted-version.ts';
import { valueOf } from '../../../machine/answer.ts';
import { smiWorks } from '../../../machine/questions/driver.ts';
import { gpusOf, nameOfGpu } from '../../../machine/questions/gpu.ts';
import { evidence } from '../../evidence.ts';
import { subjectOfGpu } from '../../subject.ts';
import { installDriver } from '../../fix/driver.ts';
import { command, script } from '../../fix/steps.ts';
import type { DiagnosisDefinition } from '../../types.ts';

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
  ],
  related: ['gpu-needs-open-modules', 'gpu-needs-proprietary-modules', 'driver-not-installed'],
  text: [
    {
      literal: 'legacy drivers',
      pattern: /supported through the NVIDIA (\d{2,3})\.xx Legacy drivers/i,
      confidence: 'certain',
      namesCause: true,
      detail: ([, branch], facts) => ({
        summary: `This GPU needs the legacy driver branch ${branch}, and ignores the one that is loaded`,
        fix: installDriver(facts, { atLeast: branch!, atMost: branch! }),
      }),
    },
    {
      literal: 'is not supported by the',
      pattern: /NVIDIA GPU.{0,120}is not supported by the [\d.]{3,12} NVIDIA driver/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'installed in this system is not supported by the',
      pattern: /installed in this system is not supported by the/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'not supported by this release',
      pattern: /NVRM: .{0,60}not supported by this release/i,
      confidence: 'likely',
      namesCause: true,
    },
  ],
  judge(facts) {
    const driver = valueOf(facts.kernelDriver.moduleVersion);
    if (driver === undefined || smiWorks(facts)) return [];
    return gpusOf(facts).flatMap((gpu) => {
      const last = gpu.lastDriverBranch;
      const branch = driver.split('.')[0]!;
      if (last === null || compareDottedVersions(branch, last) <= 0) return [];
      return [
        {
          subject: subjectOfGpu(gpu),
          severity: 'error' as const,
          confidence: 'certain' as const,
          summary: `Driver ${driver} no longer supports the ${nameOfGpu(gpu)}: ${last} is the last branch that does`,
          evidence: [
            evidence(facts.kernelDriver.moduleVersion, 'loaded nvidia module', String),
            evidence(facts.gpus, 'NVIDIA devices', (list) => list.map(nameOfGpu).join(', ')),
          ],
          fix: installDriver(facts, { atMost: last }),
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
