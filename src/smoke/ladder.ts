/**
 * The ladder of proofs, from "the loader finds everything" to "a network has learned": rungs in order, each of which may
 * need others below it. A rung that cannot be run says why, and never counts as passed.
 */
import type { Emit } from '../base/events.ts';
import { ExitCode, GpuSetupError } from '../base/errors.ts';

export const RUNGS = [
  'loader',
  'compile',
  'runtime',
  'device',
  'kernel',
  'libraries',
  'training',
  'inference',
] as const;
export type Rung = (typeof RUNGS)[number];

export type RungStatus = 'passed' | 'failed' | 'not-run';

/** What was measured, by name; plain data. Names that end in Seconds, Bytes, GBPerSecond, GFLOPS have that unit. */
export type Figures = Readonly<Record<string, unknown>>;

export interface RungOutcome {
  status: RungStatus;
  /** Why it failed or was not run; null where it passed. */
  because: string | null;
  figures: Figures;
  /** What to do about it. */
  hint?: string;
}

export interface RungResult {
  rung: Rung;
  status: RungStatus;
  because: string | null;
  seconds: number;
  figures: Figures;
}

export interface Step {
  rung: Rung;
  /** Rungs that must have passed. */
  needs: readonly Rung[];
  /** The outcome itself where it is known before: a rung that cannot be run here. */
  run: RungOutcome | (() => Promise<RungOutcome>);
}

export interface Climb {
  overall: 'passed' | 'failed' | 'partial';
  /** The highest rung that passed; null for none. */
  reached: Rung | null;
  rungs: readonly RungResult[];
  hints: readonly string[];
}

export const passed = (figures: Figures): RungOutcome => ({ status: 'passed', because: null, figures });
export const failed = (because: string, figures: Figures = {}, hint?: string): RungOutcome => ({
  status: 'failed',
  because,
  figures,
  ...(hint === undefined ? {} : { hint }),
});
export const notRun = (because: string, hint?: string): RungOutcome => ({
  status: 'not-run',
  because,
  figures: {},
  ...(hint === undefined ? {} : { hint }),
});

export interface ClimbOptions {
  emit: Emit;
  signal?: AbortSignal | undefined;
}

/** A GpuSetupError of a step is that rung's failure; anything else is thrown on. */
export async function climb(steps: readonly Step[], options: ClimbOptions): Promise<Climb> {
  const rungs: RungResult[] = [];
  const hints: string[] = [];
  for (const step of steps) {
    options.signal?.throwIfAborted();
    const startedAt = performance.now();
    const lower = rungs.find(({ rung, status }) => step.needs.includes(rung) && status !== 'passed');
    const { hint, ...outcome } =
      lower === undefined
        ? await outcomeOf(step, options)
        : notRun(
            lower.status === 'failed'
              ? `it needs the rung "${lower.rung}", which failed`
              : `it needs the rung "${lower.rung}", which was not run`,
          );
    const seconds = Math.round(performance.now() - startedAt) / 1000;
    rungs.push({ rung: step.rung, ...outcome, seconds });
    hints.push(...(hint?.split('\n') ?? []).filter((line) => !hints.includes(line)));
  }
  return { ...summaryOf(rungs), rungs, hints };
}

async function outcomeOf({ rung, run }: Step, { emit, signal }: ClimbOptions): Promise<RungOutcome> {
  if (typeof run !== 'function') return run;
  const id = `smoke-${rung}`;
  emit({ type: 'start', id, title: rung });
  let outcome: RungOutcome;
  try {
    outcome = await run();
  } catch (error) {
    emit({ type: 'end', id, outcome: 'failed' });
    signal?.throwIfAborted();
    if (!(error instanceof GpuSetupError)) throw error;
    return failed(error.message, {}, error.hint);
  }
  const ends = { passed: 'done', failed: 'failed', 'not-run': 'skipped' } as const;
  const note = outcome.because === null ? {} : { note: outcome.because };
  emit({ type: 'end', id, outcome: ends[outcome.status], ...note });
  return outcome;
}

function summaryOf(rungs: readonly RungResult[]): Pick<Climb, 'overall' | 'reached'> {
  const failedOne = rungs.some(({ status }) => status === 'failed');
  const all = rungs.every(({ status }) => status === 'passed');
  return {
    overall: failedOne ? 'failed' : all && rungs.length > 0 ? 'passed' : 'partial',
    reached: rungs.findLast(({ status }) => status === 'passed')?.rung ?? null,
  };
}

/** 1 where a rung failed, 3 where a required one was not run, else 0. */
export function exitCodeOf({ rungs }: Climb, required: readonly Rung[]): number {
  if (rungs.some(({ status }) => status === 'failed')) return ExitCode.failed;
  const missing = rungs.some(({ rung, status }) => required.includes(rung) && status !== 'passed');
  return missing ? ExitCode.unverified : ExitCode.ok;
}

/** The steps up to a rung, that one included; all of them for null. */
export function stepsUpTo(steps: readonly Step[], rung: Rung | null): Step[] {
  const last = rung === null ? RUNGS.length : RUNGS.indexOf(rung);
  return steps.filter((step) => RUNGS.indexOf(step.rung) <= last);
}
