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
  /** What speaks against it is hearsay, or it is in no table: what is known to fit goes before. */
  isDoubtful: boolean;
  /** In how many ways; of what is in doubt that with the fewest doubts goes before. */
  doubts: number;
}

/** From what is best to what is worst; a refusal by hearsay only remarks, and is a doubt all the same. */
const ORDER: readonly { fit: Fit; isDoubtful: boolean }[] = [
  { fit: 'yes', isDoubtful: false },
  { fit: 'slow', isDoubtful: false },
  { fit: 'remark', isDoubtful: false },
  { fit: 'remark', isDoubtful: true },
  { fit: 'unknown', isDoubtful: true },
  { fit: 'no', isDoubtful: false },
];

export const rankOf = (fit: Fit): number => ORDER.findIndex((one) => one.fit === fit);

function rankOfJudgement({ fit, facts }: Judgement): number {
  const isHearsay = fit === 'remark' && facts.some(({ confidence }) => confidence !== 'seen');
  return rankOf(fit) + Number(isHearsay);
}

const doubtsIn = (judgements: readonly Judgement[]): number =>
  judgements.filter((one) => ORDER[rankOfJudgement(one)]!.isDoubtful).length;

const worst = (judgements: readonly Judgement[]): number => Math.max(0, ...judgements.map(rankOfJudgement));

export const fitOfAll = (judgements: readonly Judgement[]): Fit => ORDER[worst(judgements)]!.fit;

export function verdictOf(
  candidate: Candidate,
  general: readonly Said[],
  gpus: readonly Pick<Verdict['gpus'][number], 'gpu' | 'judgements'>[],
): Verdict {
  const ranks = gpus.map(({ judgements }) => worst(judgements));
  const rank = Math.max(worst(general), gpus.length === 0 ? 0 : Math.min(...ranks));
  return {
    candidate,
    general,
    gpus: gpus.map((one, at) => ({ ...one, fit: ORDER[ranks[at]!]!.fit })),
    ...ORDER[rank]!,
    doubts:
      doubtsIn(general) +
      (gpus.length === 0 ? 0 : Math.min(...gpus.map(({ judgements }) => doubtsIn(judgements)))),
  };
}
