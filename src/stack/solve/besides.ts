/** What is to be said of the machine beside what decides: what a stack still lacks there. */
import { compilerAccepted } from '../../compat/rules/compiler-accepted.ts';
import type { PlanMachine, PlanReason, PlanStack } from '../types.ts';
import type { Premises } from './premises.ts';

export function besides(
  stacks: readonly PlanStack[],
  { purpose }: Premises,
  machine: PlanMachine,
): PlanReason[] {
  return [
    ...(purpose === 'run' && machine.driver === 'none' && !machine.jetson ? [noDriver(machine)] : []),
    ...stacks.flatMap((stack) => compilerOf(stack, machine)),
  ];
}

const noDriver = ({ from, container, wsl }: PlanMachine): PlanReason => ({
  text: wsl
    ? 'no driver is here: install one in Windows first'
    : container
      ? "no driver is here: a container uses its host's, which has to be installed first"
      : 'no driver is installed: it has to be first',
  rule: 'driver-is-there',
  facts: [{ text: 'no driver', source: from.driver, confidence: 'seen' }],
});

/** Others can be installed beside the ones that are here: no reason to refuse. */
function compilerOf({ cuda, compiler }: PlanStack, { gcc, from }: PlanMachine): PlanReason[] {
  if (cuda === null || compiler === null || gcc === null || gcc.length === 0) return [];
  const judgements = gcc.map((major) => compilerAccepted(cuda, 'gcc', major));
  if (judgements.some(({ fit }) => fit !== 'no')) return [];
  const { text, rule, facts } = judgements[0]!;
  const here = { text: `gcc ${gcc.join(', ')}`, source: from.os, confidence: 'seen' as const };
  return [{ text: `${text}: to build with it another one is needed`, rule, facts: [here, ...facts] }];
}
