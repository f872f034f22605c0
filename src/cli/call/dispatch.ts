/** One call: select the command, parse, run, print. */
import { ExitCode } from '../../base/errors.ts';
import { folders } from '../../base/folders.ts';
import { lazily } from '../../base/lazily.ts';
import { colourVariables, folderVariables, proxyVariables } from '../../config/configured-environment.ts';
import { readConfiguration, type Configuration } from '../../config/read-configuration.ts';
import { asCalled, sayAs } from '../../report/as-called.ts';
import { createProgress, type Progress, type ProgressMode } from '../../report/progress.ts';
import { detectTerminal, ownColumns, type Terminal } from '../../report/terminal.ts';
import { createTimeline } from '../../report/timeline.ts';
import type { CommandDefinition, CommandEntry, Context, Outcome } from '../command.ts';
import { asGpuSetupError, errorDocument, errorText, hintLines, interruption } from './failure.ts';
import { programHelp } from './help.ts';
import { enterCallersDirectory } from './callers-directory.ts';
import { compileLongWork } from './long-work.ts';
import { standardStream } from './standard-stream.ts';
import { startedAs, takeTypedName } from './started-as.ts';
import { ignoreErrors, writeWhole } from './write-whole.ts';
import { commandHelp, hasFlag, parseCall } from './parse-arguments.ts';
import { findCommand } from './find-command.ts';
import { jsonPieces } from './json-pieces.ts';
import { listenForInterruptions, type Interruptions } from './interruptions.ts';

const OUT = standardStream(1);
const ERR = standardStream(2);

/** How the result is to be said; known before the arguments are understood, since a usage error is a result too. */
interface Manner {
  json: boolean;
  debug: boolean;
  quiet: boolean;
  yes: boolean;
  stdout: Terminal;
  stderr: Terminal;
}

/** What one call goes on in. */
interface Surroundings {
  configuration: Configuration;
  manner: Manner;
  interruptions: Interruptions;
  progress: Progress;
}

/** @returns the exit code; never throws */
export async function dispatch(argv: readonly string[], commands: readonly CommandEntry[]): Promise<number> {
  const interruptions = listenForInterruptions();
  const typed = takeTypedName();
  sayAs(
    lazily(() => startedAs(typed, process.env['PATH'])),
    commands.map(({ name }) => name),
  );
  const configuration = await readConfiguration(process.env, uid());
  const manner = mannerOf(argv, configuration);
  const progress = startProgress(manner);
  ignoreErrors(ERR);
  interruptions.signal.addEventListener('abort', () => {
    // What ends from now on was stopped, and did not fail.
    progress.close();
    if (!interruptions.heldByChild()) progress.emit({ type: 'notice', level: 'info', text: 'stopping ...' });
  });
  const crash = listenForCrash();
  const endWatch = compileLongWork();
  try {
    return await Promise.race([
      performAndPrint(argv, commands, { configuration, manner, interruptions, progress }),
      crash.happened,
      interruptions.overdue,
    ]);
  } catch (thrown) {
    progress.close();
    return await fail(thrown, manner, interruptions);
  } finally {
    endWatch();
    crash.stop();
    interruptions.stop();
  }
}

function startProgress(manner: Manner): Progress {
  const progress = createProgress({
    write: (text) => void ERR.write(asCalled(text)),
    rows: () => ERR.rows ?? 24,
    terminal: redrawable(manner.stderr),
    mode: progressMode(manner),
  });
  if (!manner.debug) return progress;
  const timeline = createTimeline();
  let isTold = false;
  return {
    emit: (event) => {
      timeline.emit(event);
      progress.emit(event);
    },
    close: () => {
      progress.close();
      if (!isTold) ERR.write(timeline.text(manner.stderr));
      isTold = true;
    },
  };
}

async function performAndPrint(...call: Parameters<typeof perform>): Promise<number> {
  const [, , { manner, progress }] = call;
  const outcome = await perform(...call);
  progress.close();
  await print(outcome, manner);
  return outcome.exitCode;
}

async function perform(
  argv: readonly string[],
  commands: readonly CommandEntry[],
  surroundings: Surroundings,
): Promise<Outcome> {
  const { configuration, manner } = surroundings;
  const cwd = enterCallersDirectory();
  const selection = findCommand(argv, commands);
  if (selection.kind === 'help')
    return helpOutcome(programHelp(commands, manner.stdout.columns, configuration.path));
  const { entry } = selection;
  const definition = await entry.load();
  const call = parseCall(entry.name, definition, selection.argv);
  if (call.options['help'] === true) {
    const { name, summary, aliases } = entry;
    return helpOutcome(commandHelp(name, summary, definition, manner.stdout.columns, aliases));
  }
  if (configuration.problem !== null && definition.toleratesBadConfiguration !== true) {
    throw configuration.problem;
  }
  // A program of the user's gets the environment that the user gave it.
  if (!definition.passThrough) Object.assign(process.env, ownVariables(configuration));
  const outcome = await definition.run(call.args, call.options, contextOf(cwd, surroundings));
  checkOutcome(outcome, entry, definition, manner);
  return outcome;
}

function checkOutcome(
  outcome: Outcome,
  entry: CommandEntry,
  definition: CommandDefinition,
  manner: Manner,
): void {
  if (manner.json && !('json' in outcome) && !definition.passThrough) {
    throw new Error(`the command ${entry.name} has no JSON form`);
  }
}

function contextOf(cwd: string, surroundings: Surroundings): Context {
  const { configuration, manner, interruptions, progress } = surroundings;
  const env = { ...process.env, ...folderVariables(configuration.settings, process.env) };
  return {
    cwd,
    env,
    uid: uid(),
    json: manner.json,
    debug: manner.debug,
    yes: manner.yes,
    stdout: manner.stdout,
    stderr: manner.stderr,
    // Standard input is asked last: to look at it takes milliseconds.
    mayAsk: !manner.json && manner.stderr.interactive && process.stdin.isTTY === true,
    now: () => new Date(),
    emit: progress.emit,
    signal: interruptions.signal,
    leaveToChild: interruptions.leaveToChild,
    configuration,
    folders: () => folders(env, uid()),
  };
}

const uid = (): number => process.getuid?.() ?? -1;

/** What this process and what it starts for itself go by: Node, Bun and the prompts read them in the environment. */
function ownVariables({ settings }: Configuration): Readonly<Record<string, string>> {
  return { ...proxyVariables(settings, process.env), ...colourVariables(settings, process.env) };
}

function mannerOf(argv: readonly string[], { settings }: Configuration): Manner {
  const env = { ...process.env, ...colourVariables(settings, process.env) };
  const end = argv.indexOf('--');
  const own = end === -1 ? argv : argv.slice(0, end);
  const verbose = hasFlag(own, 'v', '--verbose');
  return {
    json: own.includes('--json'),
    debug: own.includes('--debug'),
    quiet: hasFlag(own, 'q', '--quiet'),
    yes: hasFlag(own, 'y', '--yes'),
    stdout: { ...detectTerminal(OUT, env, true), verbose },
    stderr: { ...detectTerminal(ERR, env, false), verbose },
  };
}

/** COLUMNS may say more than the terminal has; a line that is redrawn in place must fit the terminal itself. */
function redrawable(terminal: Terminal): Terminal {
  return { ...terminal, columns: Math.min(terminal.columns, ownColumns(ERR) ?? Infinity) };
}

function progressMode(manner: Manner): ProgressMode {
  if (manner.quiet) return 'warnings';
  return manner.stderr.interactive && !manner.json ? 'live' : 'plain';
}

function helpOutcome(text: string): Outcome {
  return {
    exitCode: ExitCode.ok,
    json: { schema: 'gpu-setup/help@1', text },
    text: () => text,
    isData: true,
  };
}

async function print(outcome: Outcome, manner: Manner): Promise<void> {
  if (manner.json) {
    // Some documents are made when they are asked for.
    const { json } = outcome;
    if (json !== undefined) await writeDocument(json);
    return;
  }
  const told = outcome.text?.(manner.stdout) ?? '';
  const text = outcome.isData === true ? told : asCalled(told);
  await writeWhole(OUT, text === '' || text.endsWith('\n') ? text : `${text}\n`);
  if (!manner.quiet && outcome.hints !== undefined && outcome.hints.length > 0) {
    await writeWhole(ERR, `${hintLines(outcome.hints, manner.stderr).join('\n')}\n`);
  }
}

async function fail(thrown: unknown, manner: Manner, interruptions: Interruptions): Promise<number> {
  const signal = interruptions.received();
  const error = signal === null ? asGpuSetupError(thrown) : interruption(signal);
  const told = errorText(error, manner.stderr, manner.debug);
  if (signal !== null) interruptions.endSoon(signal);
  try {
    if (manner.json) await writeDocument(errorDocument(error, manner.debug));
    else await writeWhole(ERR, told);
  } catch {
    // Where nobody takes the document, somebody may still read what went wrong; where neither is taken, the exit code is.
    if (manner.json) await writeWhole(ERR, told).catch(() => {});
  }
  return error.exitCode;
}

async function writeDocument(document: unknown): Promise<void> {
  for (const piece of jsonPieces(document)) await writeWhole(OUT, piece);
}

/** An error outside every promise that is awaited (a stream's event, a timer) must end the call as a bug, in its form. */
function listenForCrash(): { happened: Promise<never>; stop(): void } {
  let heard: (error: unknown) => void = () => {};
  const happened = new Promise<never>((_, reject) => {
    heard = reject;
  });
  happened.catch(() => {});
  process.on('uncaughtException', heard);
  process.on('unhandledRejection', heard);
  return {
    happened,
    stop: () => {
      process.off('uncaughtException', heard);
      process.off('unhandledRejection', heard);
    },
  };
}
