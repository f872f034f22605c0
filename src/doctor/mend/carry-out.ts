/** Carries out a plan of mending, step by step: nothing that is not on it, and nothing after a failure or a restart. */
import type { MendStep, MendWay } from './plan.ts';

/** What a person says to a step: one of its ways, or no. */
export type Answer = MendWay | 'skip' | 'stop';

export interface Hands {
  /** Asked before anything runs; without a person it takes the step itself. */
  confirm(step: MendStep): Promise<Answer>;
  /** @returns the exit code; null where it could not be started. Throws when it was interrupted. */
  run(argv: readonly string[]): Promise<number | null>;
  /** Kept at once: what comes after it may never come. */
  note(text: string): void;
}

export type Status = 'done' | 'failed' | 'skipped' | 'printed' | 'not-reached';

export interface Done {
  step: MendStep;
  /** The way that was taken. */
  way: MendWay;
  status: Status;
  exit: number | null;
}

export interface Mended {
  steps: readonly Done[];
  /** Why it ended before the end of the list. */
  stopped: 'failed' | 'restart' | 'asked' | null;
}

/** @param isAttended whether there is a person who can say whether a condition holds */
export async function carryOut(
  plan: readonly MendStep[],
  hands: Hands,
  isAttended: boolean,
): Promise<Mended> {
  const steps: Done[] = [];
  let stopped: Mended['stopped'] = null;
  for (const step of plan) {
    const add = (status: Status, way: MendWay = step, exit: number | null = null): void =>
      void steps.push({ step, way, status, exit });
    if (stopped !== null) add('not-reached');
    else if (step.reboot === 'itself') {
      const own = steps.filter((one) => one.step.code === step.code && one.step.subject === step.subject);
      add('printed');
      // Where all that it is to bring into force was left out, there is nothing to restart for.
      if (own.length === 0 || own.some(({ status }) => status === 'done')) stopped = 'restart';
    } else if (step.manner === 'print' || (step.manner === 'judge' && !isAttended)) add('printed');
    else {
      const answer = await hands.confirm(step);
      if (answer === 'stop') {
        add('skipped');
        stopped = 'asked';
      } else if (answer === 'skip') add('skipped');
      else {
        const exit = await carryOutOne(step, answer, hands);
        add(exit === 0 ? 'done' : 'failed', answer, exit);
        if (exit !== 0) stopped = 'failed';
        else if (answer.reboot === 'after') stopped = 'restart';
      }
    }
  }
  return { steps, stopped };
}

async function carryOutOne({ number, code }: MendStep, way: MendWay, hands: Hands): Promise<number | null> {
  hands.note(`step ${number} (${code}): ${way.title}\n  ${JSON.stringify(way.argv)}`);
  try {
    const exit = await hands.run(way.argv!);
    hands.note(`step ${number}: ${exit === null ? 'could not be started' : `exit code ${exit}`}`);
    return exit;
  } catch (error) {
    hands.note(`step ${number}: interrupted; whether it came to its end is not known`);
    throw error;
  }
}
