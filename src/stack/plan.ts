/** From what is wanted and a machine to the stack that fits, why, and what to type. */
import { commandsFor } from './commands/commands.ts';
import { solve } from './solve/solve.ts';
import type { Solution } from './solve/solution.ts';
import type { Plan, PlanMachine, PlanReason, PlanRequest } from './types.ts';

/** @param notes what was noticed while the request was read, in sentences */
export function plan(request: PlanRequest, machine: PlanMachine, notes: readonly string[] = []): Plan {
  const solution = withoutGuess(solve(request, machine), request, machine);
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

/** What runs on a GPU of which nothing is known fits as far as the rest goes, and that is no yes. */
function withoutGuess(solution: Solution, { purpose }: PlanRequest, { gpus, from }: PlanMachine): Solution {
  if (solution.feasible !== 'yes' || purpose === 'build' || gpus !== null) return solution;
  const text =
    'which GPU there is could not be seen: whether there is code for it, and which driver it takes, is not known';
  const remark = {
    text,
    rule: 'gpu-not-known',
    facts: [{ text: 'the GPU is not known', source: from.gpus, confidence: 'seen' as const }],
  };
  return { ...solution, feasible: 'unknown', remarks: [remark, ...solution.remarks] };
}

const asRemark = (text: string): PlanReason => ({
  text,
  rule: 'as-it-was-asked',
  facts: [],
});
