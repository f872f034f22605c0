/** First step of a diagnosis: ask every judge, read every line. */
import type { Facts } from '../../machine/facts.ts';
import { recognise, type TextFinding, type TextGroup } from '../text/recognise.ts';
import type { Diagnosis, Finding, NextQuestion, Question, Severity } from '../types.ts';
import type { Witness } from '../witness/testimony.ts';
import { consequencesOf } from './consequences.ts';
import type { Found } from './found.ts';

export function fromFacts(diagnoses: readonly Diagnosis[], facts: Facts, question: Question): Found[] {
  return diagnoses.flatMap((diagnosis) =>
    bounded(diagnosis.judge?.(facts, question) ?? []).map((finding): Found => ({
      diagnosis,
      finding,
      origin: 'facts',
      rank: 0,
    })),
  );
}

/** Of one diagnosis and severity: more than a machine has GPUs, or a person reads. */
export const MOST_ALIKE = 50;

/** Ten thousand prefixes have the same to be said of them: the last that is told says of how many more it is true. */
function bounded(findings: Iterable<Finding>): readonly Finding[] {
  const count = new Map<Severity, number>();
  const last = new Map<Severity, Finding>();
  const kept: Finding[] = [];
  for (const finding of findings) {
    const alike = (count.get(finding.severity) ?? 0) + 1;
    count.set(finding.severity, alike);
    if (alike > MOST_ALIKE) continue;
    kept.push(finding);
    last.set(finding.severity, finding);
  }
  return kept.map((finding) => {
    const more = count.get(finding.severity)! - MOST_ALIKE;
    return more > 0 && last.get(finding.severity) === finding
      ? { ...finding, summary: `${finding.summary}; the same was found ${more} times more` }
      : finding;
  });
}

/**
 * @param facts of the machine, filled up with what the text says of it
 * @param established what the facts showed already: it settles which of several candidates a line stands for
 * @param subject `machine` for recorded output, `log` for a log of an unknown machine
 */
export function fromText(
  heard: Witness,
  diagnoses: readonly Diagnosis[],
  facts: Facts,
  established: readonly Found[],
  subject: string,
): Found[] {
  // As of most machines that are looked at live: nobody said anything.
  if (heard.testimony.length === 0) return [];
  const groups = recognise(heard, diagnoses, facts).map((group) => possible(group, facts));
  const known = new Set([
    ...established
      .filter(({ finding }) => finding.severity === 'error')
      .map(({ diagnosis }) => diagnosis.code),
    ...groups.flatMap((group) => (isSettled(group) ? [group[0]!.diagnosis.code] : [])),
  ]);
  const byCode = new Map(diagnoses.map((one) => [one.code, one]));
  const causing = diagnoses.filter(({ code }) => known.has(code));
  const implied = consequencesOf(causing, facts, byCode);
  return groups.flatMap((group) => {
    if (isSettled(group)) return [found(group[0]!, subject, [], true)];
    const settled = group.filter(({ diagnosis }) => known.has(diagnosis.code));
    // The line adds evidence to what is known to be so, and says nothing about the other candidates.
    if (settled.length > 0) return settled.map((finding) => found(finding, subject, [], true));
    if (group.some(({ diagnosis }) => implied.has(diagnosis.code))) return [];
    const next = distinctNext(group.flatMap(({ diagnosis }) => diagnosis.next ?? []));
    return group.map((finding, index) => found(finding, subject, index === 0 ? next : [], index === 0));
  });
}

/** Without the candidates that the facts rule out; a line that names its cause stays, to be shown as a contradiction. */
function possible(group: TextGroup, facts: Facts): TextGroup {
  const isRefuted = ({ diagnosis }: TextFinding): boolean => diagnosis.refutedBy?.(facts) === true;
  const lastResort = group.filter((one) => one.lastResort);
  const others = group.filter((one) => !one.lastResort);
  if (lastResort.length > 0 && others.every(isRefuted)) return lastResort;
  return others.length === 1 ? others : others.filter((one) => !isRefuted(one));
}

const isSettled = (group: TextGroup): boolean => group.length === 1;

/** @param leading whether this is what the line most probably means: only that counts as an error */
function found(text: TextFinding, subject: string, next: readonly NextQuestion[], leading: boolean): Found {
  const { diagnosis, detail } = text;
  const severity = detail.severity ?? diagnosis.severity;
  return {
    diagnosis,
    origin: 'text',
    rank: text.rank,
    finding: {
      subject,
      severity: leading || severity !== 'error' ? severity : 'warning',
      confidence: text.confidence,
      summary: detail.summary ?? diagnosis.textSummary ?? diagnosis.title,
      evidence: text.evidence,
      fix: detail.fix ?? [],
      next,
    },
  };
}

function distinctNext(next: readonly NextQuestion[]): NextQuestion[] {
  return next.filter((one, index) => next.findIndex((other) => other.ask === one.ask) === index);
}
