import type { Plan } from '../types.ts';

/** What fits together, or why nothing does: a plan without the commands that bring it about. */
export type Solution = Pick<
  Plan,
  'feasible' | 'confidence' | 'stack' | 'further' | 'reasons' | 'remarks' | 'conflicts' | 'alternatives'
>;
