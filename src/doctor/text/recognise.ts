/**
 * Which diagnoses a text shows. A line that names its cause gives one finding; a line that several causes can produce
 * ("couldn't communicate with the NVIDIA driver") gives a group of candidates, likeliest first.
 */
import type { Facts } from '../../machine/facts.ts';
import { cut, MOST_EVIDENCE } from '../evidence.ts';
import type { Confidence, Diagnosis, Evidence, TextDetail, TextPattern } from '../types.ts';
import type { LogLine, LogText } from './lines.ts';

export interface TextFinding {
  diagnosis: Diagnosis;
  confidence: Confidence;
  rank: number;
  evidence: readonly Evidence[];
  detail: TextDetail;
}

/** Candidates for the same line, likeliest first; one alone where the line names its cause. */
export type TextGroup = readonly TextFinding[];

interface Hit {
  diagnosis: Diagnosis;
  pattern: TextPattern;
  match: RegExpExecArray;
  line: LogLine;
}

/** @returns groups in the order of their first line; the same candidates from several lines are one group. */
export function recognise(text: LogText, diagnoses: readonly Diagnosis[], facts: Facts): TextGroup[] {
  const hitsByLine = new Map<LogLine, Hit[]>();
  for (const diagnosis of diagnoses) {
    for (const pattern of diagnosis.text ?? []) {
      const literals = literalsOf(pattern).filter((literal) => text.lower.includes(literal));
      if (literals.length === 0) continue;
      for (const line of text.lines) {
        if (!literals.some((literal) => line.lower.includes(literal))) continue;
        const match = pattern.pattern.exec(line.text);
        if (match)
          hitsByLine.set(line, [...(hitsByLine.get(line) ?? []), { diagnosis, pattern, match, line }]);
      }
    }
  }
  const groups = new Map<string, TextGroup>();
  for (const line of text.lines) {
    const hits = hitsByLine.get(line);
    if (!hits) continue;
    const group = candidates(hits).map((hit) => findingOf(hit, facts));
    const key = group.map(({ diagnosis }) => diagnosis.code).join(' ');
    const before = groups.get(key);
    groups.set(key, before ? joinGroups(before, group) : group);
  }
  return [...groups.values()];
}

/** What a line must hold, at least one of it, for the pattern to be tried. */
export const literalsOf = ({ literal }: TextPattern): readonly string[] =>
  typeof literal === 'string' ? [literal] : literal;

/** Of one line's hits those that count: the best one that names the cause, else one per code, best first. */
function candidates(hits: readonly Hit[]): Hit[] {
  const sorted = [...hits].sort((a, b) => rankOf(b) - rankOf(a));
  const named = sorted.find(({ pattern }) => pattern.namesCause);
  if (named) return [named];
  return sorted.filter(
    (hit, index) => sorted.findIndex((other) => other.diagnosis === hit.diagnosis) === index,
  );
}

const rankOf = (hit: Hit): number => hit.pattern.rank ?? 0;

function findingOf(hit: Hit, facts: Facts): TextFinding {
  const { diagnosis, pattern, match, line } = hit;
  return {
    diagnosis,
    // From text alone nothing is certain unless the line names its cause.
    confidence: pattern.confidence === 'certain' && !pattern.namesCause ? 'likely' : pattern.confidence,
    rank: rankOf(hit),
    evidence: [{ from: line.from, excerpt: cut(line.text.trim()) }],
    detail: pattern.detail?.(match, facts) ?? {},
  };
}

function joinGroups(first: TextGroup, second: TextGroup): TextGroup {
  if (first[0]!.evidence.length >= MOST_EVIDENCE) return first;
  return first.map((finding, index) => ({
    ...finding,
    evidence: [...finding.evidence, ...(second[index]?.evidence ?? [])],
  }));
}
