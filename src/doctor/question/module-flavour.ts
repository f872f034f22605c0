/** GPUs that the flavour of the loaded modules does not drive, or may not drive. */
import { openModulesFit } from '../../compat/rules/open-modules-fit.ts';
import type { GpuTraitsKnown } from '../../compat/rules/judgement.ts';
import { valueOf } from '../../machine/answer.ts';
import type { Facts } from '../../machine/facts.ts';
import { driverVersion } from '../../machine/questions/driver.ts';
import { gpusOf, smiReached } from '../../machine/questions/gpu.ts';
import { evidence, ruleEvidence } from '../evidence.ts';
import { subjectOfGpu } from '../subject.ts';
import type { Finding } from '../types.ts';
import { traitsOf } from './gpus.ts';

/** @param needing what the GPUs in question say of the open modules */
export function moduleFlavourFindings(
  facts: Facts,
  needing: NonNullable<GpuTraitsKnown['openKernelModule']>,
): Finding[] {
  const { moduleFlavour } = facts.kernelDriver;
  if (driverVersion(facts) === undefined || smiReached(facts)) return [];
  return gpusOf(facts)
    .filter(({ openKernelModule }) => openKernelModule === needing)
    .flatMap((gpu) => {
      const judgement = openModulesFit(traitsOf(gpu), valueOf(moduleFlavour) ?? null);
      if (judgement.fit !== 'no' && judgement.fit !== 'remark') return [];
      return [
        {
          subject: subjectOfGpu(gpu),
          severity: judgement.fit === 'no' ? ('error' as const) : ('info' as const),
          confidence: judgement.fit === 'no' ? ('certain' as const) : ('possible' as const),
          summary: judgement.text,
          evidence: [evidence(moduleFlavour, 'loaded modules', String), ...ruleEvidence(judgement)],
          fix: [],
        },
      ];
    });
}
