/** The machine that a plan is made for: this one, a recorded or unpacked one, or one of which everything is assumed. */
import { usageError } from '../base/errors.ts';
import { abortable } from '../base/abortable.ts';
import { architectureNamed } from '../compat/architectures.ts';
import { assume } from '../machine/assume.ts';
import { present } from '../machine/answer.ts';
import type { Facts } from '../machine/facts.ts';
import { unknownMachine } from '../machine/unknown-machine.ts';
import { planMachineOf } from '../stack/machine.ts';
import type { PlanMachine } from '../stack/types.ts';
import { listOf, textOf } from './call/parse-arguments.ts';
import type { Context, OptionValues } from './command.ts';

/** @throws GpuSetupError what `chooseMachine` and `assume` throw; `bad-python-version` */
export async function planMachine(options: OptionValues, context: Context): Promise<PlanMachine> {
  const gpu = listOf(options, 'assumeGpu');
  const driver = textOf(options, 'assumeDriver');
  const os = textOf(options, 'assumeOs');
  const python = textOf(options, 'assumePython');
  if (python !== undefined && !/^\d\.\d{1,2}(?:\.\d{1,3})?$/.test(python)) {
    throw usageError('bad-python-version', `"${python}" is no version of Python`);
  }
  const isAnother = options['snapshot'] !== undefined || options['root'] !== undefined;
  const isWholeAssumed = !isAnother && gpu.length > 0 && driver !== undefined && os !== undefined;
  const { facts, title } = isWholeAssumed ? nothingSeen() : await look(options, context);
  const assumed = assume(facts, { gpu: gpu.length === 0 ? undefined : gpu, driver, os });
  return planMachineOf(assumed, { title, python });
}

/** Nothing is looked at: a plan for a machine of which everything is said is made at once. */
function nothingSeen(): { facts: Facts; title: string } {
  const name = { x64: 'amd64', arm64: 'arm64' }[process.arch as string];
  const architecture = name === undefined ? null : architectureNamed(name);
  if (architecture === null) return { facts: unknownMachine(), title: 'assumed' };
  const from = { kind: 'identity' as const, name: 'architecture of the program' };
  return { facts: unknownMachine(present(architecture.machine, from)), title: 'assumed' };
}

async function look(options: OptionValues, context: Context): Promise<{ facts: Facts; title: string }> {
  const [{ chooseMachine }, { collectFacts }, { memoized }] = await Promise.all([
    import('./choose-machine.ts'),
    import('../machine/facts/collect.ts'),
    import('../machine/memo.ts'),
  ]);
  const machine = await chooseMachine(options, context);
  const facts = await abortable(collectFacts(memoized(machine)), context.signal);
  return { facts, title: machine.title };
}
