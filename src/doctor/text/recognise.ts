/**
 * Which diagnoses a text shows by what it testifies. A line that names its cause gives one finding; a line that
 * several causes can produce ("couldn't communicate with the NVIDIA driver") gives a group of candidates, likeliest first.
 */
import type { Facts } from '../../machine/facts.ts';
import { MOST_EVIDENCE } from '../evidence.ts';
import type { Confidence, Diagnosis, Evidence, TextDetail } from '../types.ts';
import type { Said, Witness } from '../witness/testimony.ts';

export interface TextFinding {
  diagnosis: Diagnosis;
  confidence: Confidence;
  rank: number;
  /** Counts only where nothing else is made of the line. */
  lastResort: boolean;
  evidence: readonly Evidence[];
  detail: TextDetail;
}

/** Candidates for the same line, likeliest first; one alone where the line names its cause. */
export type TextGroup = readonly TextFinding[];

/** One diagnosis on one line. */
interface Hit {
  diagnosis: Diagnosis;
  /** Index of the line. */
  at: number;
  confidence: Confidence;
  rank: number;
  namesCause: boolean;
  lastResort: boolean;
  /** Made only for what is shown: a log may repeat a line half a million times. */
  evidence: () => readonly Evidence[];
  detail: () => TextDetail;
}

/**
 * @param facts of the machine, filled up with what the text says of it
 * @returns groups in the order of their first line; the same candidates from several lines are one group
 */
export function recognise(heard: Witness, diagnoses: readonly Diagnosis[], facts: Facts): TextGroup[] {
  const hitsByLine = new Map<number, Hit[]>();
  for (const one of diagnoses) {
    for (const hit of byHearing(one, heard, facts))
      hitsByLine.set(hit.at, [...(hitsByLine.get(hit.at) ?? []), hit]);
  }
  const groups = new Map<string, TextGroup>();
  for (const at of [...hitsByLine.keys()].sort((a, b) => a - b)) {
    const group = candidates(hitsByLine.get(at)!);
    // What is harmless on one line may be a fault on the next.
    const key = group.map((hit) => `${hit.diagnosis.code} ${hit.detail().severity ?? ''}`).join(' ');
    const before = groups.get(key);
    if (before === undefined) groups.set(key, group.map(findingOf));
    else if (before[0]!.evidence.length < MOST_EVIDENCE) groups.set(key, joinGroups(before, group));
  }
  return [...groups.values()];
}

function* byHearing(diagnosis: Diagnosis, heard: Witness, facts: Facts): Generator<Hit> {
  const { hears } = diagnosis;
  for (const one of (hears?.kinds ?? []).flatMap((kind) => heard.of(kind))) {
    const verdict = hears!.judge(one, heard, facts);
    if (verdict === null) continue;
    const { confidence, rank = 0, namesCause = false, lastResort = false, also = [], ...detail } = verdict;
    yield {
      diagnosis,
      at: one.at,
      confidence,
      rank,
      namesCause,
      lastResort,
      evidence: () => [one, ...also].map(rowOf),
      detail: () => detail,
    };
  }
}

const rowOf = ({ from, excerpt }: Said): Evidence => ({ from, excerpt });

/** Of one line's hits those that count: the best one that names the cause, else one per code, best first. */
function candidates(hits: readonly Hit[]): Hit[] {
  const sorted = [...hits].sort((a, b) => b.rank - a.rank);
  const named = sorted.find(({ namesCause }) => namesCause);
  if (named) return [named, ...sorted.filter(({ lastResort }) => lastResort)];
  return sorted.filter(
    (hit, index) => sorted.findIndex((other) => other.diagnosis === hit.diagnosis) === index,
  );
}

function findingOf({
  diagnosis,
  confidence,
  rank,
  namesCause,
  lastResort,
  evidence,
  detail,
}: Hit): TextFinding {
  return {
    diagnosis,
    // From text alone nothing is certain unless the line names its cause.
    confidence: confidence === 'certain' && !namesCause ? 'likely' : confidence,
    rank,
    lastResort,
    evidence: evidence(),
    detail: detail(),
  };
}

function joinGroups(first: TextGroup, second: readonly Hit[]): TextGroup {
  return first.map((finding, index) => ({
    ...finding,
    evidence: [...finding.evidence, ...(second[index]?.evidence() ?? [])],
  }));
}
