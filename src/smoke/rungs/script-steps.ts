/** The rungs of a recipe whose own smoke.mjs says what works: it runs once, when the first of them is climbed. */
import { z } from 'zod';
import { GpuSetupError } from '../../base/errors.ts';
import { failed, notRun, passed, type Rung, type RungOutcome, type Step } from '../ladder.ts';
import type { JsonValue } from '../../base/json.ts';

export const SCRIPT_RUNGS = ['device', 'libraries', 'inference'] as const satisfies readonly Rung[];
/** Without a GPU the rest can still be judged. */
export const SCRIPT_REQUIRED: readonly Rung[] = ['libraries', 'inference'];

const RESULT = z.object({
  checks: z.array(
    z.object({
      rung: z.enum(SCRIPT_RUNGS),
      name: z.string(),
      status: z.enum(['passed', 'failed', 'not-run']),
      because: z.string().nullable(),
      figures: z.record(z.string(), z.unknown()),
    }),
  ),
});

type Check = z.infer<typeof RESULT>['checks'][number];

/** @param run runs smoke.mjs; what it throws is the failure of every rung */
export function scriptSteps(run: () => Promise<JsonValue>): Step[] {
  let running: Promise<Check[]> | null = null;
  const checks = (): Promise<Check[]> => (running ??= run().then(checksIn));
  return SCRIPT_RUNGS.map((rung) => ({
    rung,
    needs: [],
    run: async () => outcomeOf((await checks()).filter((check) => check.rung === rung)),
  }));
}

function checksIn(result: JsonValue): Check[] {
  const read = RESULT.safeParse(result);
  if (read.success) return read.data.checks;
  const { path, message } = read.error.issues[0]!;
  throw new GpuSetupError(
    'bad-script',
    `smoke.mjs gives no result of the known form: ${path.join('.')}: ${message}`,
  );
}

function outcomeOf(checks: readonly Check[]): RungOutcome {
  const figures = Object.fromEntries(checks.map((check) => [check.name, check.figures]));
  const because = (status: Check['status']): string =>
    checks
      .filter((check) => check.status === status)
      .map((check) => `${check.name}: ${check.because ?? 'no reason was given'}`)
      .join('; ');
  if (checks.some(({ status }) => status === 'failed')) return failed(because('failed'), figures);
  if (checks.length === 0) return notRunWith('smoke.mjs checks nothing of this', figures);
  if (checks.some(({ status }) => status === 'not-run')) return notRunWith(because('not-run'), figures);
  return passed(figures);
}

function notRunWith(because: string, figures: RungOutcome['figures']): RungOutcome {
  return { status: 'not-run', because, figures };
}

/** Where there is nothing to run the script with. */
export function unbuiltSteps(recipe: string, hint: string): Step[] {
  const run = notRun(`${recipe} is not built in this home`, hint);
  return SCRIPT_RUNGS.map((rung) => ({ rung, needs: [], run }));
}
