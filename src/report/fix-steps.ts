/** The steps of a fix as lines to type; shared by the renderers. */
import { escapeLine } from '../base/escape.ts';
import { typedLines } from '../doctor/fix/typed.ts';
import type { FixStep } from '../doctor/types.ts';

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
    lines: typedLines(step).map(escapeLine),
    needsReboot: step.needsReboot,
    alternative: step.alternativeTo !== null,
  }));
}
