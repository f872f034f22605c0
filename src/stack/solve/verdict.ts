/** What the rules say of one candidate under some premises. */
import type { Fit, GpuTraitsKnown, Judgement } from '../../compat/rules/judgement.ts';
import type { Candidate } from './candidates.ts';
import type { PremiseName } from './premises.ts';

/** A judgement, and the premises that it is about. */
export interface Said extends Judgement {
  about: readonly PremiseName[];
}

export const about = (judgement: Judgement, ...names: readonly PremiseName[]): Said => ({
  ...judgement,
  about: names,
});

export interface Verdict {
  candidate: Candidate;
  /** What concerns no GPU. */
  general: readonly Said[];
  /** Per GPU; one that is reached is enough. */
  gpus: readonly { gpu: GpuTraitsKnown; judgements: readonly Said[]; fit: Fit }[];
  fit: Fit;
}

const WORST_LAST: readonly Fit[] = ['yes', 'slow', 'remark', 'unknown', 'no'];

export const rankOf = (fit: Fit): number => WORST_LAST.indexOf(fit);

export function worst(fits: readonly Fit[]): Fit {
  return fits.reduce((a, b) => (rankOf(b) > rankOf(a) ? b : a), 'yes');
}

export function best(fits: readonly Fit[]): Fit {
  return fits.reduce((a, b) => (rankOf(b) < rankOf(a) ? b : a), 'no');
}

export const fitOfAll = (judgements: readonly Judgement[]): Fit => worst(judgements.map(({ fit }) => fit));
