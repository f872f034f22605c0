/** Why a candidate fits, and what is to be said against it all the same. */
import { satisfies } from '@renovatebot/pep440';
import type { Judgement, KnownFact } from '../../compat/rules/judgement.ts';
import { openModulesFit } from '../../compat/rules/open-modules-fit.ts';
import type { PlanMachine, PlanReason, PlanStack } from '../types.ts';
import { factsOfPremise, type PremiseName, type Premises } from './premises.ts';
import type { Verdict } from './verdict.ts';

export interface Reasons {
  reasons: PlanReason[];
  remarks: PlanReason[];
}

export function reasonsOf({ general, gpus }: Verdict, premises: Premises): Reasons {
  const modules = premises.purpose === 'run' ? gpus.map(({ gpu }) => openModulesFit(gpu, null)) : [];
  const judgements = [...general, ...gpus.flatMap((one) => one.judgements), ...modules];
  const speaking = judgements.filter(({ fit }) => fit !== 'unknown' || !modules.some((one) => one.fit === fit));
  const asReason = (judgement: Judgement): PlanReason => reasonOf(judgement, premises);
  return {
    reasons: speaking.filter(({ fit }) => fit === 'yes').map(asReason),
    remarks: speaking.filter(({ fit }) => fit !== 'yes').map(asReason),
  };
}
