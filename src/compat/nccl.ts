/** NCCL builds that were seen and what they are built for. Data: data/nccl.json. */
import table from './data/nccl.json' with { type: 'json' };
import type { Confidence } from './rules/judgement.ts';
import type { Sourced } from './sourced.ts';

export interface NcclRow extends Sourced {
  /** "2.15.5" */
  nccl: string;
  /** "11.8" */
  cuda: string;
}

/** Newest first. There are more than these. */
export const NCCL_BUILDS: readonly NcclRow[] = table.rows.map(([nccl, cuda, source, confidence]) => ({
  nccl: String(nccl),
  cuda: String(cuda),
  source: table.sources[Number(source)]!,
  confidence: confidence as Confidence,
}));
