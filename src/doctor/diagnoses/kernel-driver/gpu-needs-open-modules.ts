import { valueOf } from '../../../machine/answer.ts';
import { smiWorks } from '../../../machine/questions/driver.ts';
import { gpusOf, nameOfGpu } from '../../../machine/questions/gpu.ts';
import { evidence } from '../../evidence.ts';
import { subjectOfGpu } from '../../subject.ts';
import { upgradeDriver } from '../../fix/driver.ts';
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
  judge(facts) {
    if (valueOf(facts.kernelDriver.moduleFlavour) !== 'proprietary' || smiWorks(facts)) return [];
    return gpusOf(facts)
      .filter(({ openKernelModule }) => openKernelModule === 'required')
      .map((gpu) => ({
        subject: subjectOfGpu(gpu),
        severity: 'error' as const,
        confidence: 'certain' as const,
        summary: `The ${nameOfGpu(gpu)} works with NVIDIA's open kernel modules only, and the proprietary ones are loaded`,
        evidence: [evidence(facts.kernelDriver.moduleFlavour, 'loaded modules', String)],
        fix: [],
      }));
  },
  remedy: (facts) => upgradeDriver(facts, { open: true }),
};
