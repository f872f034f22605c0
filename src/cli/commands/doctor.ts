/** `doctor`: what is wrong with a machine, root cause first. */
import { resolve } from 'node:path';
import { abortable } from '../../base/abortable.ts';
import { ExitCode, GpuSetupError, messageOf, usageError } from '../../base/errors.ts';
import { writePrivate } from '../../base/files/write-private.ts';
import { withBoundedExcerpts } from '../../doctor/evidence.ts';
import { examine } from '../../doctor/examine.ts';
import type { DoctorReport, Needs, Purpose } from '../../doctor/types.ts';
import { exitCodeOf } from '../../doctor/verdict.ts';
import { collectFacts, type Named } from '../../machine/facts/collect.ts';
import type { Facts } from '../../machine/facts.ts';
import type { Machine } from '../../machine/machine.ts';
import { memoized } from '../../machine/memo.ts';
import { renderDoctor, renderHeadline } from '../../report/doctor-terminal.ts';
import type { CommandDefinition, Context, OptionValues, Outcome } from '../command.ts';
import { listOf, textOf } from '../call/parse-arguments.ts';
import { assumedMachine, recordedMachine } from '../machine-options.ts';
import { chooseMachine } from '../choose-machine.ts';
import { formOf, shareable, writePage, type Form } from '../doctor-forms.ts';
import type { MendOutcome } from '../mend.ts';
import { pidOf, processGone } from '../named-process.ts';
import { labelled, withProvenance } from '../provenance.ts';

export const summary = 'say what is wrong with this machine, root cause first';

export const command: CommandDefinition = {
  options: [
    {
      flags: '--for <what>',
      description: 'judge whether what this needs is there: a recipe, "cuda@10.0 cudnn@7.5", tensorflow@1.9',
      repeatable: true,
      completes: ['recipe', 'spec'],
    },
    { flags: '--purpose <purpose>', description: 'what the machine is for', choices: ['run', 'build'] },
    { flags: '-q, --quiet', description: 'print nothing when nothing is wrong, else the headline alone' },
    { flags: '--strict', description: 'exit with 1 for warnings too' },
    {
      flags: '--deep',
      description:
        'load libcuda in a process of its own and have every GPU compute; the driver may load its modules on the way',
    },
    {
      flags: '--fix',
      description:
        'list the steps that mend what is wrong and do those that you confirm; with --yes, all that need no answer',
    },
    { flags: '--markdown', description: 'print a report to paste into an issue' },
    {
      flags: '--format <format>',
      description: 'print it in the form of something else',
      choices: ['github'],
    },
    {
      flags: '--html <file>',
      description: 'write a page that can be opened anywhere, without personal data',
      completes: 'file',
    },
    labelled('the machine'),
    {
      flags: '--record <file>',
      description: 'write down what was looked at, without personal data',
      completes: 'file',
    },
    {
      flags: '--python <path>',
      description: 'judge the frameworks of this Python: its program, or the folder of its environment',
      completes: 'file',
    },
    {
      flags: '--pid <number>',
      description:
        'judge what this running process has loaded, with the environment that it was started with',
    },
    ...recordedMachine('judge'),
    {
      flags: '--example [name]',
      description: 'judge a sample machine; without a name, list them',
      completes: 'example',
    },
    ...assumedMachine('judge'),
  ],
  examples: [
    ['gpu-setup doctor', 'what is wrong with this machine?'],
    ['gpu-setup doctor --for cuda10', 'can it run what the recipe cuda10 installs?'],
    ["gpu-setup doctor --for cuda@13 --assume-gpu 'GTX 1080 Ti'", 'could it, with another GPU?'],
    ['gpu-setup doctor --purpose build --root /mnt/image', 'can an unpacked image build CUDA programs?'],
    ['gpu-setup doctor --record me.json', 'record this machine, for someone else to judge with --snapshot'],
    ['gpu-setup doctor --deep', 'does every GPU compute what it should?'],
    ['gpu-setup doctor --pid 4242', 'why does this program not get the GPU?'],
    ['gpu-setup doctor --fix', 'mend what is wrong, step by step'],
    ['gpu-setup doctor --html report.html', 'a page to send to somebody who can help'],
    ['gpu-setup doctor --example fresh-laptop', 'see the doctor work without a GPU'],
  ],
  run: async (_args, options, context) => {
    if (options['example'] === true) return exampleList();
    const form = formOf(options, context);
    const question = { purpose: purposeOf(options), needs: await needsFor(options, context) };
    const machine = await chooseMachine(options, context);
    const seen = await abortable(look(machine, options, context), context.signal);
    const { facts, title } = await assumed(seen, machine.title, options);
    if (options['deep'] === true && facts.compute?.state === 'unknown') {
      const text = `no GPU was made to compute: --deep was not run, because ${facts.compute.why}`;
      context.emit({ type: 'notice', level: 'warning', text });
    }
    const judged = async (facts: Facts): Promise<DoctorReport> =>
      withProvenance(await examine(facts, question, title), options, context);
    const first = await judged(facts);
    if (options['fix'] !== true) return handedOn(first, machine, form, options, context);
    const { mend } = await import('../mend.ts');
    const lookAgain = async (): Promise<DoctorReport> => {
      const again = memoized(await chooseMachine(options, context));
      return judged(await abortable(collectFacts(again, namedIn(options, context)), context.signal));
    };
    const mended = await mend({ report: first, facts, elsewhere: elsewhere(options), lookAgain }, context);
    const outcome = await handedOn(mended.report, machine, form, options, context);
    return withMending(outcome, mended, form === null);
  },
};

async function handedOn(
  report: DoctorReport,
  machine: Machine,
  form: Form | null,
  options: OptionValues,
  context: Context,
): Promise<Outcome> {
  const page = textOf(options, 'html');
  if (form === null && page === undefined) return outcomeOf(report, options, null);
  const shared = await shareable(report, machine);
  if (page !== undefined) await writePage(shared, page, context);
  return outcomeOf(report, options, (await form?.(shared)) ?? null);
}

/** @param isForPeople false where the form of the report leaves no place for more */
function withMending(
  outcome: Outcome,
  { fix, text, hints, failed }: MendOutcome,
  isForPeople: boolean,
): Outcome {
  return {
    exitCode: failed ? ExitCode.failed : outcome.exitCode,
    json: { ...(outcome.json as object), fix },
    text: (terminal) => (isForPeople ? text(terminal) : '') + outcome.text!(terminal),
    isData: !isForPeople,
    hints,
  };
}

/** Why the machine that is judged is not the one that could be changed; null where it is. */
function elsewhere(options: OptionValues): string | null {
  if (options['snapshot'] !== undefined) return 'this is a recorded machine';
  if (options['root'] !== undefined) return 'this is the machine of a directory';
  if (options['example'] !== undefined) return 'this is a sample machine';
  const assumed = ['assumeGpu', 'assumeDriver', 'assumeOs'].some((name) => options[name] !== undefined);
  return assumed ? 'this machine was judged as if it were another' : null;
}

function namedIn(options: OptionValues, context: Context): Named {
  const python = textOf(options, 'python');
  return {
    python: python === undefined ? undefined : resolve(context.cwd, python),
    pid: pidOf(textOf(options, 'pid')),
    deep: options['deep'] === true,
  };
}

/** Reads the machine; with --record also writes down every answer. */
async function look(machine: Machine, options: OptionValues, context: Context): Promise<Facts> {
  const record = options['record'];
  const python = textOf(options, 'python');
  const named = namedIn(options, context);
  const checked = (facts: Facts): Facts => withProcess(withPython(facts, python), named.pid);
  if (typeof record !== 'string') return checked(await collectFacts(memoized(machine), named));
  const { recording } = await import('../../machine/snapshot/record.ts');
  const recorder = recording(memoized(machine));
  const facts = checked(await collectFacts(recorder.machine, named));
  const file = resolve(context.cwd, record);
  try {
    writePrivate(file, `${JSON.stringify(recorder.snapshot(), null, 2)}\n`);
  } catch (cause) {
    throw new GpuSetupError(
      'record-failed',
      `the recording could not be written to ${file}: ${messageOf(cause)}`,
      {
        hint: 'name an ordinary file (a link is not followed) in a folder that you may write: --record FILE',
        cause,
      },
    );
  }
  context.emit({
    type: 'notice',
    level: 'info',
    text: `recorded in ${file}; personal data was replaced, look through it before you share it`,
  });
  return facts;
}

/** @throws GpuSetupError `python-not-found` where the one that was named is not there */
function withPython(facts: Facts, named: string | undefined): Facts {
  if (named === undefined || facts.python.state === 'present') return facts;
  const why = facts.python.state === 'absent' ? 'there is no such file' : facts.python.why;
  throw usageError('python-not-found', `${named} is no Python that can be looked at: ${why}`, {
    hint: 'name its program (venv/bin/python) or the folder of the environment',
  });
}

/** @throws GpuSetupError `process-not-found` where the one that was named is not there any more */
function withProcess(facts: Facts, named: number | undefined): Facts {
  if (named === undefined || facts.process.state !== 'absent') return facts;
  throw processGone(named);
}

async function assumed(
  facts: Facts,
  title: string,
  options: OptionValues,
): Promise<{ facts: Facts; title: string }> {
  const gpu = listOf(options, 'assumeGpu');
  const assumptions = {
    gpu: gpu.length === 0 ? undefined : gpu,
    driver: textOf(options, 'assumeDriver'),
    os: textOf(options, 'assumeOs'),
  };
  const given = Object.entries(assumptions).filter(([, value]) => value !== undefined);
  if (given.length === 0) return { facts, title };
  const { assume } = await import('../../machine/assume.ts');
  const what = given.map(([key, value]) => `${key} ${[value].flat().join(' and ')}`).join(', ');
  return { facts: assume(facts, assumptions), title: `${title}, assuming ${what}` };
}

/** @param form what is printed in the place of the terminal's report */
function outcomeOf(result: DoctorReport, options: OptionValues, form: string | null): Outcome {
  const exitCode = exitCodeOf(result.verdict, options['strict'] === true);
  return {
    exitCode,
    get json() {
      return {
        ...result,
        checks: withBoundedExcerpts(result.checks),
        diagnoses: withBoundedExcerpts(result.diagnoses),
      };
    },
    text: (terminal) => {
      if (form !== null) return form;
      if (options['quiet'] !== true) return renderDoctor(result, terminal);
      return exitCode === ExitCode.ok ? '' : renderHeadline(result, terminal);
    },
    isData: form !== null,
  };
}

function purposeOf(options: OptionValues): Purpose {
  return options['purpose'] === 'build' ? 'build' : 'run';
}

async function needsFor(options: OptionValues, context: Context): Promise<Needs | null> {
  const words = listOf(options, 'for');
  if (words.length === 0) return null;
  const { needsOf } = await import('../../recipe/needs.ts');
  return needsOf(words, { config: context.folders().config, cwd: context.cwd });
}

async function exampleList(): Promise<Outcome> {
  const [{ listExamples }, { table }] = await Promise.all([
    import('../examples.ts'),
    import('../../report/table.ts'),
  ]);
  const examples = listExamples();
  return {
    exitCode: ExitCode.ok,
    json: { schema: 'gpu-setup/examples@1', examples },
    text: (terminal) =>
      table(
        ['NAME', 'MACHINE'],
        examples.map(({ name, title }) => [name, title]),
        terminal,
      ),
    hints: ['gpu-setup doctor --example NAME judges one'],
  };
}
