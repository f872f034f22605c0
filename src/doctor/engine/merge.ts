/** Second step: one finding per code and subject, with everything that supports it; contradictions made visible. */
import type { Facts } from '../../machine/facts.ts';
import { distinctEvidence } from '../evidence.ts';
import type { Diagnosis } from '../types.ts';
import { graver, surer, type Found } from './found.ts';

/** What a log says joins what the facts show; where both speak, the words and steps of the facts stand. */
export function merge(all: readonly Found[]): Found[] {
  const merged: Found[] = [];
  const inOrder = [...all].sort((a, b) => Number(a.origin === 'text') - Number(b.origin === 'text'));
  for (const one of inOrder) {
    const index = merged.findIndex((other) => isSame(other, one));
    if (index < 0) merged.push(one);
    else merged[index] = join(merged[index]!, one);
  }
  return merged;
}

/** Text rarely names a subject: it belongs to whatever the facts show of the same code. */
function isSame(a: Found, b: Found): boolean {
  return (
    a.diagnosis === b.diagnosis &&
    (a.finding.subject === b.finding.subject || a.origin === 'text' || b.origin === 'text')
  );
}

function join(a: Found, b: Found): Found {
  const rank = ({ finding }: Found): number => ({ certain: 2, likely: 1, possible: 0 })[finding.confidence];
  // Same origin: the surer one speaks.
  const [lead, other] = a.origin === b.origin && rank(b) > rank(a) ? [b, a] : [a, b];
  return {
    ...lead,
    rank: Math.max(a.rank, b.rank),
    finding: {
      ...lead.finding,
      severity: graver(a.finding.severity, b.finding.severity),
      confidence: surer(a.finding.confidence, b.finding.confidence),
      evidence: [...lead.finding.evidence, ...other.finding.evidence],
      fix: lead.finding.fix.length > 0 ? lead.finding.fix : other.finding.fix,
      next: [...(lead.finding.next ?? []), ...(other.finding.next ?? [])],
    },
  };
}

/**
 * What a log says and the facts rule out is kept as information: the log may be older than the machine's state, and
 * the reader should know that the two disagree.
 */
export function showContradictions(all: readonly Found[], facts: Facts): Found[] {
  return all.map((one) =>
    one.origin === 'text' && one.diagnosis.refutedBy?.(facts)
      ? contradicted(one, 'what the machine shows now speaks against it')
      : one,
  );
}

export function contradicted(one: Found, why: string): Found {
  return {
    ...one,
    finding: {
      ...one.finding,
      severity: 'info',
      confidence: 'possible',
      summary: `Recorded output says: ${lowerFirst(one.finding.summary)}; but ${why}`,
      fix: [],
      next: [],
    },
  };
}

const lowerFirst = (text: string): string =>
  /^[A-Z][a-z]/.test(text) ? text[0]!.toLowerCase() + text.slice(1) : text;

/** Steps where a finding brings none, evidence without repetition, and no certain headline without fixtures. */
export function complete(all: readonly Found[], facts: Facts): Found[] {
  return all.map(({ finding, ...rest }) => ({
    ...rest,
    finding: {
      ...finding,
      confidence:
        rest.diagnosis.experimental && finding.confidence === 'certain' ? 'likely' : finding.confidence,
      evidence: distinctEvidence(finding.evidence),
      fix: finding.fix.length > 0 || finding.severity === 'info' ? finding.fix : rest.diagnosis.remedy(facts),
    },
  }));
}

/** The diagnosis with a code that the registry holds. */
export function byCode(diagnoses: readonly Diagnosis[]): ReadonlyMap<string, Diagnosis> {
  return new Map(diagnoses.map((diagnosis) => [diagnosis.code, diagnosis]));
}
