import type { Plan, PlanStack } from '../types.ts';

/** What fits together, or why nothing does: a plan without the commands that bring it about. */
export interface Solution extends Pick<
  Plan,
  'feasible' | 'confidence' | 'stack' | 'reasons' | 'remarks' | 'conflicts' | 'alternatives'
> {
  /** Where several frameworks are wanted, or a recipe beside one: the stacks after the first. All take one driver. */
  further: readonly PlanStack[];
}
