/** The rows of the report: what the facts say about each check, with the findings laid over it. */
import type { Facts } from '../../machine/facts.ts';
import type { Found } from '../engine/found.ts';
import { covers } from '../engine/found.ts';
import type { Roots } from '../engine/relations.ts';
import { isApplicable } from '../purpose.ts';
import { LAYERS } from '../layers.ts';
import type { Check, CheckId, Diagnosis, Question } from '../types.ts';
import { aptSources } from './apt.ts';
import { blocked } from './blocked.ts';
import type { CheckRule, Observation } from './check-rule.ts';
import { hostCompiler } from './compiler.ts';
import { containerGpu } from './container.ts';
import { cudnn } from './cudnn.ts';
import { deviceNodes } from './device.ts';
import { compute } from './compute.ts';
import { libcuda } from './driver-library.ts';
import { gpu } from './hardware.ts';
import { driverServes, kernelModule } from './kernel-driver.ts';
import { diskSpace, operatingSystem } from './platform.ts';
import { runningProcess } from './process.ts';
import { nvcc, toolkit } from './toolkit.ts';

/** In the order of the report, within a layer. */
const CHECKS: Readonly<Record<CheckId, CheckRule>> = {
  os: operatingSystem,
  'disk-space': diskSpace,
  gpu,
  'kernel-module': kernelModule,
  'driver-serves-cuda': driverServes,
  'device-nodes': deviceNodes,
  libcuda,
  compute,
  'container-gpu': containerGpu,
  toolkit,
  nvcc,
  cudnn,
  'host-compiler': hostCompiler,
  // A framework is known by what its programs print alone.
  framework: { layer: 'framework' },
  process: runningProcess,
  'apt-nvidia-source': aptSources,
};

/** @param shown the findings of the report, in display order */
export function judgeChecks(
  facts: Facts,
  question: Question,
  shown: readonly Found[],
  roots: Roots,
  diagnoses: ReadonlyMap<string, Diagnosis>,
): Check[] {
  return (Object.keys(CHECKS) as CheckId[])
    .flatMap((id) => {
      const { layer, needs = [], observe } = CHECKS[id];
      const observed = observe?.(facts, question) ?? observedByFindings(id, shown);
      return observed.map((observation): Check => {
        const { subject, evidence } = observation;
        const base = { id, layer, subject, evidence, blockedBy: null };
        if (!isApplicable(layer, question.purpose)) {
          return { ...base, status: 'not-applicable', summary: 'a build needs none of this' };
        }
        const cause = (): string | null => blocked(id, needs, subject, shown, roots, facts, diagnoses);
        return { ...base, ...judge(id, observation, shown, roots, cause) };
      });
    })
    .sort((a, b) => LAYERS.indexOf(a.layer) - LAYERS.indexOf(b.layer));
}

function observedByFindings(id: CheckId, shown: readonly Found[]): Observation[] {
  const own = shown.filter(
    ({ diagnosis, finding }) => diagnosis.checks.includes(id) && finding.severity !== 'info',
  );
  const first = new Map(own.toReversed().map(({ finding }) => [finding.subject, finding]));
  return [...first.values()].map(({ subject, summary, evidence }) => ({
    subject,
    status: 'unknown',
    summary,
    evidence,
  }));
}

/** @param blockedBy code of what stands in the way, where the check is not as it should be */
function judge(
  id: CheckId,
  { subject, status, summary }: Observation,
  shown: readonly Found[],
  roots: Roots,
  blockedBy: () => string | null,
): Pick<Check, 'status' | 'blockedBy' | 'summary'> & Partial<Pick<Check, 'evidence'>> {
  // A row of the whole machine that is not as it should be is explained by a finding about any part of it.
  const own = shown.filter(
    ({ diagnosis, finding }) =>
      diagnosis.checks.includes(id) &&
      (covers(finding.subject, subject) || (status === 'bad' && subject === 'machine')),
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
    const cause = blockedBy();
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
