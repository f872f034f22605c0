/** Why a candidate fits, and what is to be said against it all the same. */
import { openModulesFit } from '../../compat/rules/open-modules-fit.ts';
import type { PlanReason } from '../types.ts';
import { factsOfPremise, type Premises } from './premises.ts';
import { about, type Said, type Verdict } from './verdict.ts';

export interface Reasons {
  reasons: readonly PlanReason[];
  /** What speaks against it without making it impossible. */
  remarks: readonly PlanReason[];
}

export function reasonsOf(verdict: Verdict, premises: Premises): Reasons {
  const judgements = [...verdict.general, ...ofGpus(verdict, premises)];
  const asReason = (one: Said): PlanReason => reasonOf(one, premises);
  return {
    reasons: judgements.filter(({ fit }) => fit === 'yes').map(asReason),
    remarks: judgements.filter(({ fit }) => fit !== 'yes').map(asReason),
  };
}

/** Where several stacks stand on the same reason it is said once. */
export function distinctReasons(reasons: readonly PlanReason[]): PlanReason[] {
  return [...new Map(reasons.map((one) => [one.text, one])).values()];
}

function ofGpus({ gpus }: Verdict, { purpose }: Premises): Said[] {
  return gpus.flatMap(({ gpu, judgements }) => [
    ...judgements,
    ...(purpose === 'run' && gpu.openKernelModule === 'required'
      ? [about(openModulesFit(gpu, null), 'gpus')]
      : []),
  ]);
}

function reasonOf({ text, rule, facts, about: names }: Said, premises: Premises): PlanReason {
  return { text, rule, facts: [...names.flatMap((name) => factsOfPremise(premises, name)), ...facts] };
}
