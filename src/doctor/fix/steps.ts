/** Making fix steps: data that a person reads and, later, a program runs. */
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

/** What needs a shell, or is done by hand: lines starting with `#` are instructions. */
export function script(id: string, title: string, text: string, options: StepOptions = {}): FixStep {
  return { id, title, script: text, ...flags(options) };
}

/** What cannot be typed: a switch in the firmware, a plug. */
export function byHand(id: string, title: string, options: StepOptions = {}): FixStep {
  return script(id, title, `# ${title}`, { root: false, ...options });
}

export const reboot = (title = 'Restart the machine'): FixStep =>
  command('reboot', title, ['reboot'], { reboot: true });

export const ask = (question: string, ...argv: string[]): NextQuestion => ({ ask: question, argv });

function flags(options: StepOptions): Pick<FixStep, 'needsRoot' | 'needsReboot' | 'alternativeTo'> {
  return {
    needsRoot: options.root ?? true,
    needsReboot: options.reboot ?? false,
    alternativeTo: options.alternativeTo ?? null,
  };
}
