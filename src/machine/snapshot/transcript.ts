/** A command of a snapshot as a Transcript: what it does not say about how the command ended is read from its output. */
import { commandLine } from './argv.ts';
import type { CommandResult, Transcript } from '../machine.ts';
import type { SnapshotCommand } from './format.ts';

/** A shell's complaint stands in the first lines; later ones may be about programs that this one wanted to run. */
const COMPLAINT_LINES = 5;

/** The exit code of containers' own runtimes is that of the program inside. */
const PASSES_ON = new Set(['docker', 'podman', 'nvidia-docker', 'kubectl', 'ssh', 'make']);

export function transcriptOf(command: SnapshotCommand): Transcript {
  const stdout = command.stdout ?? '';
  const stderr = command.stderr ?? '';
  const exit = command.exit ?? null;
  return {
    argv: command.argv,
    outcome: command.outcome ?? outcomeOf(command.argv, exit, stdout, stderr),
    exit,
    stdout,
    stderr,
    truncated: command.truncated === true,
    ...(command.probe === true ? { probe: true } : {}),
  };
}

function outcomeOf(
  argv: readonly string[],
  exit: number | null,
  stdout: string,
  stderr: string,
): CommandResult['outcome'] {
  const { program } = commandLine(argv);
  if (exit === 0) return 'exited';
  if (program !== '' && (exit === null || exit === 126 || exit === 127)) {
    // Streams may have been merged, so either can hold the shell's words.
    const lines = [...firstLines(stderr), ...firstLines(stdout)];
    if (lines.some((line) => isNotFound(line, program))) return 'not-found';
    if (lines.some((line) => isNotPermitted(line, program))) return 'not-permitted';
    const silent = stdout.trim() === '' && stderr.trim() === '';
    if (exit === 127 && silent && !PASSES_ON.has(program)) return 'not-found';
  }
  return exit === null ? 'unknown' : 'exited';
}

function firstLines(text: string): string[] {
  return text
    .slice(0, 8192)
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .slice(0, COMPLAINT_LINES);
}

/**
 *     bash: nvidia-smi: command not found          sh: 1: nvcc: not found        sudo: nvcc: command not found
 *     Command 'nvidia-smi' not found, but can be installed with:                 zsh: command not found: nvcc
 *     bash: /usr/local/cuda/bin/nvcc: No such file or directory                  fish: Unknown command: nvcc
 *     FileNotFoundError: [Errno 2] No such file or directory: 'nvidia-smi': 'nvidia-smi'
 */
function isNotFound(line: string, program: string): boolean {
  if (/^(?:fish: )?Unknown command:? /i.test(line)) return lastWord(line) === program;
  if (/command not found: /i.test(line)) return lastWord(line) === program;
  const python = /No such file or directory: '([^']+)'/.exec(line);
  if (python) return named(python[1]!, program);
  const quoted = /^(?:-?\w+: )?Command ['"‘]([^'"’]+)['"’] not found/i.exec(line);
  if (quoted) return named(quoted[1]!, program);
  const plain = /(?:^|: )([^\s:]+): (?:command not found|not found|No such file or directory)\W*$/i.exec(
    line,
  );
  if (!plain || !named(plain[1]!, program)) return false;
  // "ls: No such file" is no shell's complaint about ls; the shell puts its own name first or says "command".
  return /command not found/i.test(line) || plain.index > 0;
}

/** bash: ./deviceQuery: Permission denied */
function isNotPermitted(line: string, program: string): boolean {
  const match = /^-?(?:\w+: )(?:(?:line )?\d+: )?([^\s:]+): Permission denied$/i.exec(line);
  return match !== null && named(match[1]!, program);
}

function named(found: string, program: string): boolean {
  return found === program || found.endsWith(`/${program}`);
}

function lastWord(line: string): string {
  return line.slice(line.lastIndexOf(' ') + 1);
}
