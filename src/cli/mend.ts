/** `doctor --fix`: shows the list of steps, carries them out as far as they are confirmed, and looks again. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { GpuSetupError } from '../base/errors.ts';
import { privateCacheFolder } from '../base/files/cache-folder.ts';
import { childEnvironment } from '../base/processes/child-environment.ts';
import { searchProgram } from '../base/processes/find-program.ts';
import { selfArgv } from '../base/processes/own-program.ts';
import { runForeground } from '../base/processes/run-foreground.ts';
import { distributionOf } from '../doctor/fix/distribution.ts';
import { carryOut, type Done, type Hands, type Mended } from '../doctor/mend/carry-out.ts';
import { compareFindings } from '../doctor/mend/compare.ts';
import { planMending, type MendStep, type MendWay } from '../doctor/mend/plan.ts';
import type { DoctorReport } from '../doctor/types.ts';
import type { Facts } from '../machine/facts.ts';
import { inContainer } from '../machine/questions/platform.ts';
import { commandOf, comparisonLines, mendedLines, planLines, stepLines } from '../report/mending.ts';
import type { Terminal } from '../report/terminal.ts';
import { writeWhole } from './call/write-whole.ts';
import { chooseOne } from './choose.ts';
import type { Context } from './command.ts';

export interface MendOutcome {
  /** Of the machine as it is now. */
  report: DoctorReport;
  /** `fix` of gpu-setup/doctor@1. */
  fix: Readonly<Record<string, unknown>>;
  /** What stands before the report of the new look. */
  text(terminal: Terminal): string;
  hints: readonly string[];
  failed: boolean;
}

export interface ToMend {
  report: DoctorReport;
  facts: Facts;
  /** Why nothing may be carried out on what was judged; null where it is this machine, as it is. */
  elsewhere: string | null;
  /** At the machine as it is then. */
  lookAgain(): Promise<DoctorReport>;
}

export async function mend(
  { report, facts, elsewhere, lookAgain }: ToMend,
  context: Context,
): Promise<MendOutcome> {
  const { mayAsk, yes, stderr } = context;
  const isAttended = mayAsk && !yes;
  const folders = programFolders(context.env);
  const plan = planMending(report.diagnoses, {
    elsewhere,
    isRoot: context.uid === 0,
    has: (program) =>
      isAbsolute(program)
        ? searchProgram(program, ['/']).found !== null
        : searchProgram(program, folders).found !== null,
    self: selfArgv(),
    unattended: !isAttended,
    isContainer: inContainer(facts),
    knowsDistribution: distributionOf(facts) !== null,
  });
  const canRun = plan.some(({ manner }) => manner === 'run' || (manner === 'judge' && isAttended));
  if (!canRun || !(isAttended || yes)) return onlyShown(plan, report, canRun, elsewhere);
  await writeWhole(process.stderr, `${planLines(plan, isAttended, stderr).join('\n')}\n`);
  const log = await openLog(context);
  const done: Done[] = [];
  try {
    const mended = await carryOut(plan, handsOf(context, isAttended, log.note), isAttended);
    done.push(...mended.steps);
    const ran = mended.steps.some(({ status }) => status === 'done' || status === 'failed');
    const after = ran ? await lookAgain() : report;
    const comparison = compareFindings(report.diagnoses, after.diagnoses);
    log.note(`looked again: ${JSON.stringify(comparison)}`);
    return {
      report: after,
      fix: { ...documentOf(mended, log.path), ...comparison },
      text: (terminal) =>
        [...mendedLines(mended, log.path, terminal), ...comparisonLines(comparison, terminal), '', ''].join(
          '\n',
        ),
      hints: [],
      failed: mended.stopped === 'failed',
    };
  } catch (error) {
    // Whoever stops it is told where what was done until then can be read.
    log.note('stopped before the end of the list');
    await writeWhole(process.stderr, `\nStopped; what was done until then is written down in ${log.path}\n`);
    throw error;
  } finally {
    log.close();
  }
}

function onlyShown(
  plan: readonly MendStep[],
  report: DoctorReport,
  canRun: boolean,
  elsewhere: string | null,
): MendOutcome {
  const mended: Mended = {
    steps: plan.map((step) => ({
      step,
      way: step,
      status: step.manner === 'print' ? 'printed' : 'not-reached',
      exit: null,
    })),
    stopped: null,
  };
  const why = canRun
    ? 'Nothing was carried out: nobody can be asked here.'
    : plan.length === 0
      ? 'Nothing was carried out.'
      : `Nothing was carried out: ${elsewhere ?? 'no step can be carried out from here'}.`;
  return {
    report,
    fix: { ...documentOf(mended, null), ...compareFindings(report.diagnoses, report.diagnoses) },
    text: (terminal) => [...planLines(plan, true, terminal), why, '', ''].join('\n'),
    hints: canRun
      ? ['gpu-setup doctor --fix on a terminal asks before each step; with --yes it asks nothing']
      : [],
    failed: false,
  };
}

/** sudo looks for programs of the system too, and so does root. */
const programFolders = (env: Context['env']): string[] => [
  ...(env['PATH'] ?? '').split(':').filter(isAbsolute),
  '/usr/sbin',
  '/sbin',
];

function handsOf(context: Context, isAttended: boolean, note: (text: string) => void): Hands {
  const { signal, stderr, env } = context;
  return {
    note,
    confirm: async (step) => {
      signal.throwIfAborted();
      if (!isAttended) {
        const lines = commandOf(step).map((line) => `  ${line}`);
        await writeWhole(process.stderr, `Step ${step.number}:\n${lines.join('\n')}\n`);
        return step;
      }
      await writeWhole(process.stderr, `\n${stepLines(step, true, stderr).join('\n')}\n`);
      const ways = step.others.filter(({ manner }) => manner !== 'print');
      return chooseOne<MendWay | 'skip' | 'stop'>(
        `Step ${step.number}: shall it be done?`,
        [
          { name: 'Do it', value: step, short: 'do it' },
          ...ways.map((way) => ({ name: `Instead: ${way.title}`, value: way, short: way.title })),
          { name: 'Leave this step out', value: 'skip' as const, short: 'left out' },
          { name: 'Stop here', value: 'stop' as const, short: 'stop' },
        ],
        signal,
      );
    },
    run: async (argv) => {
      // The terminal and its signals are the step's while it runs: what a package manager has begun it ends by itself.
      context.leaveToChild();
      const [name = '', ...args] = argv;
      const program = isAbsolute(name) ? name : searchProgram(name, programFolders(env)).found;
      if (program === null) return null;
      const exit = await runForeground(program, args, {
        cwd: context.cwd,
        env: { ...childEnvironment(env), PATH: programFolders(env).join(':'), ...(isAttended ? {} : QUIET) },
        argv0: name,
        // stdout is for the result.
        stdio: [isAttended ? 'inherit' : 'ignore', 2, 2],
      }).catch(() => null);
      signal.throwIfAborted();
      return exit;
    },
  };
}

/** debconf asks questions of its own. */
const QUIET = { DEBIAN_FRONTEND: 'noninteractive' };

interface Log {
  path: string;
  note(text: string): void;
  close(): void;
}

/** @throws GpuSetupError `cache-not-private`, `cache-unusable` */
async function openLog(context: Context): Promise<Log> {
  const { cache } = context.folders();
  const folder = await privateCacheFolder({ cache, emit: context.emit }, 'fixes');
  const path = join(folder, `${context.now().toISOString().replaceAll(':', '-')}-${process.pid}.log`);
  let file: number;
  try {
    file = openSync(path, 'wx', 0o600);
  } catch (cause) {
    throw new GpuSetupError('cache-unusable', `what is done cannot be written down in ${path}`, { cause });
  }
  return {
    path,
    note: (text) => void writeSync(file, `${context.now().toISOString()} ${text}\n`),
    close: () => closeSync(file),
  };
}

const documentOf = ({ steps, stopped }: Mended, log: string | null): Record<string, unknown> => ({
  steps: steps.map(({ step, way, status, exit }) => ({
    number: step.number,
    code: step.code,
    subject: step.subject,
    title: way.title,
    argv: way.argv,
    because: way.because,
    status,
    exit,
  })),
  stopped,
  log,
});
