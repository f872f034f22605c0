/** What to type, in order, so that a stack is there: as far as gpu-setup, pip and the distribution bring it. */
import type { PlanCommand, PlanMachine, PlanRequest, PlanStack } from '../types.ts';
import { compilerCommands } from './compiler.ts';
import { driverCommandsFor } from './driver.ts';
import { frameworkCommands } from './framework.ts';
import { prefixOf } from './prefix.ts';

/** @param stacks all under the driver of the first */
export function commandsFor(
  stacks: readonly PlanStack[],
  request: PlanRequest,
  machine: PlanMachine,
): readonly PlanCommand[] {
  const [first] = stacks;
  if (first === undefined) return [];
  const commands = [
    ...(request.purpose === 'run' ? driverCommandsFor(first, machine) : []),
    ...stacks.flatMap((stack) => {
      const prefix = prefixOf(stack, request);
      return [
        ...(prefix === null ? [] : [prefix.command, ...compilerCommands(stack, request, machine)]),
        ...(stack.recipe?.builds === true && prefix !== null
          ? [buildCommand(stack.recipe.name, prefix.name)]
          : frameworkCommands(stack, prefix?.name ?? null, machine)),
      ];
    }),
  ];
  return withoutRepeats(commands);
}

/** A recipe compiles its program, or makes its own environment. */
function buildCommand(recipe: string, prefix: string): PlanCommand {
  return {
    id: 'build-recipe',
    title: `Build ${recipe} with it`,
    argv: ['gpu-setup', 'build', recipe, '--prefix', prefix],
    needsRoot: false,
    alternativeTo: null,
  };
}

/** Stacks that share a prefix or an environment ask for it once; ids stay apart. */
function withoutRepeats(commands: readonly PlanCommand[]): PlanCommand[] {
  const lines = new Set<string>();
  const ids = new Map<string, number>();
  return commands.flatMap((command) => {
    const line = JSON.stringify([command.argv, command.script]);
    if (lines.has(line)) return [];
    lines.add(line);
    const count = (ids.get(command.id) ?? 0) + 1;
    ids.set(command.id, count);
    return [count === 1 ? command : { ...command, id: `${command.id}-${count}` }];
  });
}
