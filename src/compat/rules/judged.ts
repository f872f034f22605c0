/** How a rule says what it found. */
import type { Sourced } from '../sourced.ts';
import type { Fit, Judgement, KnownFact } from './judgement.ts';

export function judged(rule: string, fit: Fit, text: string, ...facts: readonly KnownFact[]): Judgement {
  return { rule, fit, text, facts };
}

/** `no` where all that it stands on was seen; what is inferred or recalled makes a remark of it. */
export function refused(rule: string, text: string, ...facts: readonly KnownFact[]): Judgement {
  const certain = facts.every(({ confidence }) => confidence === 'seen');
  return judged(rule, certain ? 'no' : 'remark', text, ...facts);
}

/** What a row of a table says, with its source. */
export const known = ({ source, confidence }: Sourced, text: string): KnownFact => ({
  text,
  source,
  confidence,
});

/** What a row says in one of its fields, which may be remembered although the row was read. */
export function knownField(
  row: Sourced & { recalled: readonly string[] },
  field: string,
  text: string,
): KnownFact {
  const fact = known(row, text);
  return row.recalled.includes(field) && fact.confidence === 'seen'
    ? { ...fact, confidence: 'recalled' }
    : fact;
}

/** A judgement that stands on one more thing: what refuses by hearsay only remarks. */
export function standingOn(judgement: Judgement, text: string, fact: KnownFact): Judgement {
  const facts = [...judgement.facts, fact];
  const fit = judgement.fit === 'no' && fact.confidence !== 'seen' ? 'remark' : judgement.fit;
  return { ...judgement, text, facts, fit };
}
