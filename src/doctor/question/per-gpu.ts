/** One judgement made of each GPU's state. */
import { originText, valueOf } from '../../machine/answer.ts';
import type { Facts, GpuStateFacts } from '../../machine/facts.ts';
import { subjectOfGpu } from '../subject.ts';
import type { Confidence, Finding, FixStep, NextQuestion, Severity } from '../types.ts';

export interface Verdict {
  /** What is wrong with "GPU 0 (01:00.0)": "has to be reset". */
  says: string;
  /** What was read. */
  shown: string;
  severity: Severity;
  confidence: Confidence;
  /** In the place of what the diagnosis does otherwise. */
  fix?: readonly FixStep[];
  next?: readonly NextQuestion[];
}

export function perGpu(facts: Facts, judge: (state: GpuStateFacts) => Verdict | null): Finding[] {
  return (valueOf(facts.gpuStates) ?? []).flatMap((state): Finding[] => {
    const verdict = judge(state);
    if (verdict === null) return [];
    const { says, shown, severity, confidence, fix = [], next } = verdict;
    const called = nameOf(state);
    return [
      {
        subject: subjectOfGpu(state),
        severity,
        confidence,
        summary: `${called} ${says}`,
        evidence: [{ from: originText(facts.gpuStates.from), excerpt: `${called}: ${shown}` }],
        fix,
        ...(next === undefined ? {} : { next }),
      },
    ];
  });
}

function nameOf({ index, busId }: GpuStateFacts): string {
  if (index === null) return busId === null ? 'A GPU' : `The GPU at ${busId}`;
  return busId === null ? `GPU ${index}` : `GPU ${index} (${busId})`;
}

export const fault = (says: string, shown: string, confidence: Confidence): Verdict => ({
  says,
  shown,
  severity: 'error',
  confidence,
});
