/** A step of a fix as it is typed: the one place where argv, script and sudo become lines of a shell. */
import { shellLine, shellWord } from '../../base/processes/shell-line.ts';
import type { FixStep, ReportedStep } from '../types.ts';

/** Lines for a POSIX shell, sudo included, not escaped for a terminal; none for what is done by hand. */
export function typedLines(step: FixStep): string[] {
  if (step.argv !== undefined) {
    const asRoot = step.needsRoot && step.argv[0] !== 'sudo';
    return [shellLine(asRoot ? ['sudo', ...step.argv] : step.argv)];
  }
  const script = (step.script ?? '').trim();
  // What is done by hand has nothing to type: its title says it all.
  if (script === '' || script === `# ${step.title}`) return [];
  const lines = script.split('\n');
  if (!step.needsRoot) return lines;
  // One simple command needs no shell of its own; a pipe or a redirection must run as root as a whole.
  if (lines.length === 1 && !/[|&;<>$`(){}*?'"\\]/.test(script)) {
    return [script.startsWith('sudo ') ? script : `sudo ${script}`];
  }
  if (lines.every((line) => line.includes('sudo ') || line.startsWith('#'))) return lines;
  return `sudo sh -c ${shellWord(script)}`.split('\n');
}

/** The step as it is handed on. */
export function reportedStep(step: FixStep): ReportedStep {
  const lines = typedLines(step);
  return { ...step, command: lines.length === 0 ? null : lines.join('\n') };
}
