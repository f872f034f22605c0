/** `install tensorflow@1.9`: the prefix that a plan for the framework asks for. */
import { isForeign, type PackageArchitecture } from '../base/architecture.ts';
import { GpuSetupError, usageError } from '../base/errors.ts';
import { shellLine } from '../base/processes/shell-line.ts';
import { architectureNamed } from '../compat/architectures.ts';
import { frameworkCommands } from '../stack/commands/framework.ts';
import { prefixOf } from '../stack/commands/prefix.ts';
import { planMachineOf } from '../stack/machine.ts';
import { titleOf } from '../stack/published.ts';
import { solve } from '../stack/solve/solve.ts';
import type { PlanCommand, PlanMachine, PlanStack, Wanted } from '../stack/types.ts';
import { present } from '../machine/answer.ts';
import { collectFacts } from '../machine/facts/collect.ts';
import { liveMachine } from '../machine/kinds/live.ts';
import { memoized } from '../machine/memo.ts';
import { unknownMachine } from '../machine/unknown-machine.ts';
import { wantedOf } from './plan-words.ts';
import type { Recipe } from './recipe.ts';

export interface FrameworkPrefix {
  /** What is installed in the place of the words: "cuda@9.0", "cudnn@7.0". */
  words: readonly string[];
  /** "tensorflow1.9" */
  name: string;
  /** What stands in the way of running it here. */
  warnings: readonly string[];
}

/**
 * What cannot run on this machine is still installed: it may be for another one, and is said.
 *
 * @param words with a framework among them
 * @param here the machine that it is for
 * @throws GpuSetupError what `wantedOf` throws; `does-not-fit`: on no machine; (exit code 2) `brings-its-own-cuda`
 */
export function frameworkPrefix(
  words: readonly string[],
  recipes: ReadonlyMap<string, Recipe>,
  here: PlanMachine,
): FrameworkPrefix {
  const wanted = wantedOf(words, recipes);
  const { stack, conflicts } = solved(wanted, here);
  const chosen = stack ?? anywhere(wanted, words);
  const prefix = prefixOf(chosen, { wanted, purpose: 'run' });
  if (prefix === null) throw needsNoPrefix(chosen, here);
  return {
    words: prefix.specs,
    name: prefix.name,
    warnings: conflicts.map(({ text }) => `on ${here.from.gpus} it cannot run: ${text}`),
  };
}

/** The machine that a request is for: this one with all that is seen of it, of any other its architecture. */
export async function planMachineThere(
  architecture: PackageArchitecture,
  forAnyHost: boolean,
): Promise<PlanMachine> {
  if (!forAnyHost && !isForeign(architecture))
    return planMachineOf(await collectFacts(memoized(liveMachine())), { title: 'this machine' });
  const { machine } = architectureNamed(architecture)!;
  const named = present(machine, { kind: 'identity', name: '--architecture' });
  return planMachineOf(unknownMachine(named), { title: `a machine of ${architecture}` });
}

type Solved = { stack: PlanStack | null; conflicts: readonly { text: string }[] };

function solved(wanted: readonly Wanted[], machine: PlanMachine): Solved {
  return solve({ wanted, purpose: 'run' }, machine);
}

/** The stack where nothing is known of the machine. */
function anywhere(wanted: readonly Wanted[], words: readonly string[]): PlanStack {
  const { stack, conflicts } = solved(wanted, planMachineOf(unknownMachine(), { title: 'any machine' }));
  if (stack !== null) return stack;
  throw new GpuSetupError(
    'does-not-fit',
    `${words.join(' ')}: ${conflicts.map(({ text }) => text).join('; ')}`,
    {
      hint: shellLine(['gpu-setup', 'plan', ...words]),
    },
  );
}

function needsNoPrefix(stack: PlanStack, machine: PlanMachine): Error {
  const { framework } = stack;
  const title = framework === null ? 'this' : `${titleOf(framework.name)} ${framework.version}`;
  return usageError(
    'brings-its-own-cuda',
    `the packages of ${title} bring their own CUDA: no prefix is needed`,
    {
      hint: frameworkCommands(stack, null, machine).map(typed),
      details: { framework },
    },
  );
}

function typed({ argv, script, needsRoot }: PlanCommand): string {
  return argv === undefined ? (script ?? '') : shellLine(needsRoot ? ['sudo', ...argv] : argv);
}
