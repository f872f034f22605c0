/** GPUs that are driven by one flavour of kernel modules alone. */
import { openModulesFit } from '../../compat/rules/open-modules-fit.ts';
import type { GpuTraitsKnown } from '../../compat/rules/judgement.ts';
import { valueOf } from '../../machine/answer.ts';
import type { Facts } from '../../machine/facts.ts';
import { driverVersion } from '../../machine/questions/driver.ts';
import { gpusOf, smiReached } from '../../machine/questions/gpu.ts';
import { evidence, ruleEvidence, sentence } from '../evidence.ts';
import { subjectOfGpu } from '../subject.ts';
import type { Finding } from '../types.ts';
import { traitsOf } from './gpus.ts';

/** @param needing what the GPUs in question say of the open modules */
export function moduleFlavourFindings(
  facts: Facts,
  needing: NonNullable<GpuTraitsKnown['openKernelModule']>,
): Finding[] {
  const { moduleFlavour, moduleVersion } = facts.kernelDriver;
  if (driverVersion(facts) === undefined || smiReached(facts)) return [];
  const flavour = valueOf(moduleFlavour) ?? null;
  // A driver that is merely assumed has no flavour yet: then it is good to know that not every one will do.
  const isToBeChosen = needing === 'required' && flavour === null && moduleVersion.from.kind === 'option';
  return gpusOf(facts)
    .filter(({ openKernelModule }) => openKernelModule === needing)
    .flatMap((gpu) => {
      const judgement = openModulesFit(traitsOf(gpu), flavour);
      if (judgement.fit !== 'no' && !isToBeChosen) return [];
      return [
        {
          subject: subjectOfGpu(gpu),
          severity: judgement.fit === 'no' ? ('error' as const) : ('info' as const),
          confidence: 'certain' as const,
          summary: sentence(judgement.text),
          evidence: [evidence(moduleFlavour, 'loaded modules', String), ...ruleEvidence(judgement)],
          fix: [],
        },
      ];
    });
}
