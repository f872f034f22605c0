/** What to type, in order, so that a stack is there: as far as gpu-setup, pip and the distribution bring it. */
import type { PlanCommand, PlanMachine, PlanRequest, PlanStack } from '../types.ts';
import { compilerCommands } from './compiler.ts';
import { driverCommandsFor } from './driver.ts';
import { frameworkCommands } from './framework.ts';
import { prefixOf } from './prefix.ts';

export function commandsFor(
  stack: PlanStack,
  request: PlanRequest,
  machine: PlanMachine,
): readonly PlanCommand[] {
  const prefix = prefixOf(stack, request);
  return [
    ...(request.purpose === 'run' ? driverCommandsFor(stack, machine) : []),
    ...(prefix === null ? [] : [prefix.command]),
    ...(prefix === null ? [] : compilerCommands(stack, request, machine)),
    ...frameworkCommands(stack, prefix?.name ?? null, machine),
  ];
}
