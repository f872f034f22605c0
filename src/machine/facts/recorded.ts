/**
 * Where facts come from. Strength: a file, then a command's output, then a line of a log. A weaker source is asked only
 * where the stronger one does not know; "absent" from a stronger source stands.
 */
import { absent, present, unknown, type Answer, type Origin, type Unknown } from '../answer.ts';
import { commandLine, type CommandLine } from '../snapshot/argv.ts';
import type { CommandResult, FileText, Machine, RunOptions } from '../machine.ts';

/** The first answer that is not unknown, asked in this order; of unknown ones the first, being of the best source. */
export async function firstKnown<T>(
  ...sources: (() => Answer<T> | Promise<Answer<T>>)[]
): Promise<Answer<T>> {
  let best: Answer<T> | undefined;
  for (const source of sources) {
    const answer = await source();
    if (answer.state !== 'unknown') return answer;
    best ??= answer;
  }
  return best ?? notLooked('nothing to ask');
}

export function notLooked(why: string, from: Origin = { kind: 'file', name: '' }): Unknown {
  return unknown('not-applicable', why, from);
}

/** What somebody or we ran, with the command line understood. */
export interface Output {
  line: CommandLine;
  result: CommandResult;
  /** stdout and stderr: pastes have them merged, and tools differ in where they complain. */
  text: string;
  from: Origin;
}

/** Recorded runs of these programs, newest first; none where nobody recorded any. Runs of programs that were not there are left out. */
export function recordedOutputs(machine: Machine, ...programs: readonly string[]): Output[] {
  const outputs: Output[] = [];
  for (const transcript of machine.transcripts()) {
    if (transcript.outcome === 'not-found' || transcript.outcome === 'not-permitted') continue;
    const line = commandLine(transcript.argv);
    if (programs.includes(line.program)) outputs.push(outputOf(transcript.argv, line, transcript));
  }
  return outputs.reverse();
}

/**
 * What a program says: every recorded run of it counts whatever its options (parsers look at the text); where there is none,
 * it is run. Absent: not installed.
 */
export async function outputsOf(
  machine: Machine,
  argv: readonly string[],
  options?: RunOptions,
): Promise<Answer<readonly Output[]>> {
  if (machine.transcripts().length > 0) {
    const { program } = commandLine(argv);
    const outputs = recordedOutputs(machine, program);
    if (outputs.length > 0) return present(outputs, outputs[0]!.from);
    const missing = recordedMissing(machine, program);
    if (missing !== undefined) return absent(missing);
  }
  const answer = await machine.run(argv, options);
  if (answer.state !== 'present') return answer;
  return present([outputOf(argv, commandLine(argv), answer.value)], answer.from);
}

/** The recorded command that found this program not installed. */
export function recordedMissing(machine: Machine, program: string): Origin | undefined {
  const missing = machine
    .transcripts()
    .find(({ argv, outcome }) => outcome === 'not-found' && commandLine(argv).program === program);
  return missing && { kind: 'command', name: missing.argv.join(' ') };
}

function outputOf(argv: readonly string[], line: CommandLine, result: CommandResult): Output {
  return {
    line,
    result,
    text: joined(result.stdout, result.stderr),
    from: { kind: 'command', name: argv.join(' ') },
  };
}

const joined = (stdout: string, stderr: string): string =>
  stdout === '' || stdout.endsWith('\n') || stderr === '' ? stdout + stderr : `${stdout}\n${stderr}`;

const PAGERS = ['cat', 'less', 'more', 'head', 'bat'];

/** A text file, also from a recorded `cat FILE`. */
export async function readText(machine: Machine, path: string, maxBytes?: number): Promise<Answer<FileText>> {
  const answer = await machine.readFile(path, maxBytes);
  if (answer.state !== 'unknown') return answer;
  for (const { line, result, from } of recordedOutputs(machine, ...PAGERS)) {
    if (line.operands.length !== 1 || line.operands[0] !== path || line.filtered) continue;
    if (result.stdout !== '')
      return present({ text: result.stdout, truncated: result.truncated || line.program === 'head' }, from);
    if (/: No such file or directory/.test(result.stderr)) return absent(from);
  }
  return answer;
}

/** Lines without line ends, each cut at 4096 characters: what follows in hostile text is of no use. */
export function linesOf(text: string): string[] {
  return text.split('\n').map((line) => {
    const cut = line.length > 4096 ? line.slice(0, 4096) : line;
    return cut.endsWith('\r') ? cut.slice(0, -1) : cut;
  });
}

/** Names in a folder: empty where the folder is absent, undefined where it could not be read. */
export async function namesIn(machine: Machine, folder: string): Promise<readonly string[] | undefined> {
  const answer = await machine.listDir(folder);
  if (answer.state === 'unknown') return undefined;
  return answer.state === 'present' ? answer.value.entries : [];
}
