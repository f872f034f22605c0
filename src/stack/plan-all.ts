/** What a machine can run: for each framework, and for CUDA alone, the newest that fits. */
import { FRAMEWORKS } from '../compat/frameworks.ts';
import { plan } from './plan.ts';
import type { Plan, PlanMachine, PlanRequest } from './types.ts';

/** Schema `gpu-setup/plan-list@1`. */
export interface PlanList {
  schema: 'gpu-setup/plan-list@1';
  machine: PlanMachine;
  purpose: PlanRequest['purpose'];
  /** CUDA first, then the frameworks, most asked for first. */
  plans: readonly Plan[];
}

export function planAll(machine: PlanMachine, purpose: PlanRequest['purpose']): PlanList {
  const plans = ['cuda', ...FRAMEWORKS].map((name) =>
    plan(
      { wanted: [{ name, version: null, notation: 'plain', build: null, from: '--all' }], purpose },
      machine,
    ),
  );
  return { schema: 'gpu-setup/plan-list@1', machine, purpose, plans };
}
