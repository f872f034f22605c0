/** Rows of generated tables: a table lists its sources once, a row names the place in that list. */
import type { Confidence } from './rules/judgement.ts';

export interface Sourced {
  /** Where it was read. */
  source: string;
  confidence: Confidence;
}

type SourcedRow<Row> = Omit<Row, 'source' | 'confidence'> & Sourced;

/** A row with its source in words. */
export function withSource<Row extends { source: number; confidence: string }>(
  sources: readonly string[],
  row: Row,
): SourcedRow<Row> {
  return { ...row, source: sources[row.source]!, confidence: row.confidence as Confidence };
}
