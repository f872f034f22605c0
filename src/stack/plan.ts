/** From what is wanted and a machine to the stack that fits, why, and what to type. */
import { commandsFor } from './commands/commands.ts';
import { solve } from './solve/solve.ts';
import type { Plan, PlanMachine, PlanReason, PlanRequest } from './types.ts';

/** @param notes what was noticed while the request was read, in sentences */
export function plan(request: PlanRequest, machine: PlanMachine, notes: readonly string[] = []): Plan {
  const solution = solve(request, machine);
  return {
    schema: 'gpu-setup/plan@1',
    ...solution,
    asked: request.wanted,
    purpose: request.purpose,
    machine,
    remarks: [...solution.remarks, ...notes.map(asRemark)],
    commands:
      solution.stack === null ? [] : commandsFor([solution.stack, ...solution.further], request, machine),
  };
}

const asRemark = (text: string): PlanReason => ({
  text,
  rule: 'as-it-was-asked',
  facts: [],
});
