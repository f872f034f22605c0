/** The steps of a fix as lines to type; shared by the renderers. */
import { escapeLine } from '../base/escape.ts';
import type { FixStep } from '../doctor/types.ts';
import { shellLine, shellWord } from '../base/processes/shell-line.ts';

export interface TypedStep {
  /** "Install the driver", "or: Install it from ..." */
  title: string;
  lines: readonly string[];
  needsReboot: boolean;
  alternative: boolean;
}

export function typedSteps(steps: readonly FixStep[]): TypedStep[] {
  return steps.map((step) => ({
    // Renderers say "or" themselves.
    title:
      step.alternativeTo === null ? escapeLine(step.title) : escapeLine(step.title.replace(/^or,? /i, '')),
    lines: commandLines(step),
    needsReboot: step.needsReboot,
    alternative: step.alternativeTo !== null,
  }));
}

function commandLines(step: FixStep): string[] {
  if (step.argv !== undefined) {
    const asRoot = step.needsRoot && step.argv[0] !== 'sudo';
    return [escapeLine(shellLine(asRoot ? ['sudo', ...step.argv] : step.argv))];
  }
  const script = (step.script ?? '').trim();
  // What is done by hand has nothing to type: its title says it all.
  if (script === '' || script === `# ${step.title}`) return [];
  if (!step.needsRoot) return script.split('\n').map(escapeLine);
  const lines = script.split('\n');
  // One simple command needs no shell of its own; a pipe or a redirection must run as root as a whole.
  if (lines.length === 1 && !/[|&;<>$`(){}*?'"\\]/.test(script)) {
    return [escapeLine(script.startsWith('sudo ') ? script : `sudo ${script}`)];
  }
  if (lines.every((line) => line.includes('sudo ') || line.startsWith('#'))) return lines.map(escapeLine);
  return `sudo sh -c ${shellWord(script)}`.split('\n').map(escapeLine);
}
