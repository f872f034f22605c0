/** Making fix steps: data that a person reads and, later, a program runs. Each is one command that can be typed as it stands. */
import type { HostCommand } from '../../compat/driver-commands.ts';
import type { FixStep, NextQuestion } from '../types.ts';

interface StepOptions {
  /** Default true: most fixes change the system. */
  root?: boolean;
  reboot?: boolean;
  alternativeTo?: string;
}

/** One program with its arguments. */
export function command(
  id: string,
  title: string,
  argv: readonly string[],
  options: StepOptions = {},
): FixStep {
  return { id, title, argv, ...flags(options) };
}

/** One line for a shell. */
export function script(id: string, title: string, text: string, options: StepOptions = {}): FixStep {
  return { id, title, script: text, ...flags(options) };
}

/** What cannot be typed: a switch in the firmware, a plug, a line in a file that only its owner knows. */
export function byHand(id: string, title: string, options: StepOptions = {}): FixStep {
  return script(id, title, `# ${title}`, { root: false, ...options });
}

export const reboot = (title = 'Restart the machine'): FixStep =>
  command('reboot', title, ['reboot'], { reboot: true });

export const ask = (question: string, ...argv: string[]): NextQuestion => ({ ask: question, argv });

/** Steps of commands that compat knows. */
export const stepsOf = (commands: readonly HostCommand[]): FixStep[] =>
  commands.map(({ id, title, argv, script: line, root }) =>
    argv === undefined ? script(id, title, line ?? '', { root }) : command(id, title, argv, { root }),
  );

/** The same step under another title; what is done by hand is said there alone. */
const titled = (step: FixStep, title: string): FixStep =>
  step.script === `# ${step.title}` ? { ...step, title, script: `# ${title}` } : { ...step, title };

/** Steps of which the first has another title, made of its own. */
export const retitled = (steps: readonly FixStep[], retitle: (title: string) => string): FixStep[] =>
  steps.map((step, at) => (at === 0 ? titled(step, retitle(step.title)) : step));

/** The first stands; each of the others may take its place. */
export function alternatives(steps: readonly FixStep[]): FixStep[] {
  const [first, ...others] = steps;
  return first === undefined ? [] : [first, ...inPlaceOf(first.id, others)];
}

/** Steps that may take the place of another one. */
export const inPlaceOf = (id: string, steps: readonly FixStep[]): FixStep[] =>
  steps.map((step) => ({ ...step, alternativeTo: id }));

function flags(options: StepOptions): Pick<FixStep, 'needsRoot' | 'needsReboot' | 'alternativeTo'> {
  return {
    needsRoot: options.root ?? true,
    needsReboot: options.reboot ?? false,
    alternativeTo: options.alternativeTo ?? null,
  };
}
