/** The rows of the report: what the facts say about each check, with the findings laid over it. */
import type { Facts } from '../../machine/facts.ts';
import type { Found } from '../engine/found.ts';
import { covers } from '../engine/found.ts';
import type { Roots } from '../engine/relations.ts';
import { isApplicable } from '../purpose.ts';
import { LAYERS, type Check, type Diagnosis, type Question } from '../types.ts';
import { aptSources } from './apt.ts';
import { blocked } from './blocked.ts';
import type { CheckRule, Observation } from './check-rule.ts';
import { hostCompiler } from './compiler.ts';
import { containerGpu } from './container.ts';
import { cudnn } from './cudnn.ts';
import { deviceNodes } from './device.ts';
import { libcuda } from './driver-library.ts';
import { gpu } from './hardware.ts';
import { driverServes, kernelModule } from './kernel-driver.ts';
import { diskSpace, operatingSystem } from './platform.ts';
import { nvcc, toolkit } from './toolkit.ts';

export const CHECKS: readonly CheckRule[] = [
  operatingSystem,
  diskSpace,
  gpu,
  kernelModule,
  driverServes,
  deviceNodes,
  libcuda,
  containerGpu,
  toolkit,
  nvcc,
  cudnn,
  hostCompiler,
  aptSources,
];

/** @param shown the findings of the report, in display order */
export function judgeChecks(
  facts: Facts,
  question: Question,
  shown: readonly Found[],
  roots: Roots,
  diagnoses: ReadonlyMap<string, Diagnosis>,
): Check[] {
  return CHECKS.flatMap((rule) =>
    rule.observe(facts, question).map((observation): Check => {
      const { subject, evidence } = observation;
      const base = { id: rule.id, layer: rule.layer, subject, evidence, blockedBy: null };
      if (!isApplicable(rule.layer, question.purpose)) {
        return { ...base, status: 'not-applicable', summary: 'a build needs none of this' };
      }
      return { ...base, ...judge(rule, observation, facts, shown, roots, diagnoses) };
    }),
  ).sort((a, b) => LAYERS.indexOf(a.layer) - LAYERS.indexOf(b.layer));
}

function judge(
  rule: CheckRule,
  observation: Observation,
  facts: Facts,
  shown: readonly Found[],
  roots: Roots,
  diagnoses: ReadonlyMap<string, Diagnosis>,
): Pick<Check, 'status' | 'blockedBy' | 'summary'> & Partial<Pick<Check, 'evidence'>> {
  const { subject, status, summary } = observation;
  const own = shown.filter(
    ({ diagnosis, finding }) => rule.codes.includes(diagnosis.code) && covers(finding.subject, subject),
  );
  const root = own.find((one) => one.finding.severity === 'error' && roots.isRoot(one));
  if (root)
    return {
      status: 'error',
      blockedBy: null,
      summary: root.finding.summary,
      evidence: root.finding.evidence,
    };
  if (status !== 'ok' && status !== 'not-applicable') {
    const cause = blocked(rule, subject, shown, roots, facts, diagnoses);
    if (cause !== null) return { status: 'blocked', blockedBy: cause, summary };
  }
  const warning = own.find(({ finding }) => finding.severity === 'warning');
  if (warning)
    return {
      status: 'warning',
      blockedBy: null,
      summary: warning.finding.summary,
      evidence: warning.finding.evidence,
    };
  // Not as it should be, and no diagnosis says why: the report must not call that fine.
  return { status: status === 'bad' ? 'unknown' : status, blockedBy: null, summary };
}
