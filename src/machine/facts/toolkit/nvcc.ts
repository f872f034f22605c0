/** The nvcc that a shell finds, and the program behind links and wrapper scripts. */
import { absent, present, unknown, valueOf, type Answer } from '../../answer.ts';
import type { NvccFacts, ToolkitFacts } from '../../facts.ts';
import type { Machine } from '../../machine.ts';
import { baseOf, joinPath } from '../../paths.ts';
import { programFolders } from './search-paths.ts';
import { outputsOf, recordedOutputs } from '../recorded.ts';

/** Wrappers that start wrappers end somewhere. */
const MOST_HOPS = 6;

export interface FoundNvcc {
  path: string;
  realPath: string;
}

/** Absent: PATH was searched and has none. */
export async function findNvcc(machine: Machine): Promise<Answer<FoundNvcc>> {
  const folders = programFolders(machine);
  if (folders.state !== 'present') return pastedNvcc(machine, folders);
  let unread: Answer<unknown> | undefined;
  for (const folder of folders.value) {
    const path = joinPath(folder, 'nvcc');
    const stat = await machine.stat(path);
    if (stat.state === 'unknown') unread ??= stat;
    if (stat.state !== 'present' || stat.value.type === 'dir') continue;
    if (stat.value.mode !== null && (stat.value.mode & 0o111) === 0) continue;
    const realPath = await behindWrappers(machine, path);
    // ccache in the place of nvcc starts the next one on PATH.
    if (baseOf(realPath) === 'ccache') continue;
    return present({ path, realPath }, stat.from);
  }
  // An image's own PATH may have more than the default.
  if (!machine.isRunning) return unknown('not-applicable', 'an image has no PATH of its own', folders.from);
  if (unread)
    return pastedNvcc(machine, unknown('not-recorded', 'not every folder of PATH is recorded', unread.from));
  return absent(folders.from);
}

/**
 * Links, and scripts that do nothing but start the real one:
 *
 *     #!/bin/sh
 *     exec /usr/local/cuda-13.0/bin/nvcc "$@"
 *
 * Debian's /usr/bin/nvcc is of this kind too. A script that finds the program by its own place is the end of the way.
 */
export async function behindWrappers(machine: Machine, path: string): Promise<string> {
  let current = path;
  for (let hop = 0; hop < MOST_HOPS; hop++) {
    const real = valueOf(await machine.realPath(current)) ?? current;
    const text = valueOf(await machine.readFile(real, 4096))?.text ?? '';
    const target = text.startsWith('#!') ? wrappedProgram(text) : undefined;
    if (target === undefined || target === real || target === current) return real;
    current = target;
  }
  return current;
}

/** The absolute path of an nvcc in a line that starts it, quoted or not. */
export function wrappedProgram(script: string): string | undefined {
  for (const line of script.split('\n')) {
    if (/^\s*#/.test(line)) continue;
    const match = /(?:^|[\s;])["']?(\/[^\s"'$`;|&]*\/nvcc(?:[.-][\w.]+)?)["']?(?=[\s;]|$)/.exec(line);
    if (match) return match[1];
  }
  return undefined;
}

/** `which nvcc`, else that `nvcc --version` answered: then it is there, wherever that is. */
function pastedNvcc(machine: Machine, otherwise: Answer<FoundNvcc>): Answer<FoundNvcc> {
  for (const { line, result, from } of recordedOutputs(machine, 'which', 'command', 'type', 'whereis')) {
    if (!line.operands.includes('nvcc')) continue;
    const path = /(\/\S*\/nvcc)(?=\s|$)/.exec(result.stdout)?.[1];
    if (path) return present({ path, realPath: path }, from);
    if (line.program === 'which' && (result.exit === 1 || /no nvcc in/.test(result.stderr)))
      return absent(from);
  }
  for (const { text, from } of recordedOutputs(machine, 'nvcc')) {
    if (parseNvccVersion(text)) return present({ path: 'nvcc', realPath: 'nvcc' }, from);
  }
  const missing = machine
    .transcripts()
    .find(({ argv, outcome }) => outcome === 'not-found' && argv.length === 2 && baseOf(argv[0]!) === 'nvcc');
  return missing ? absent({ kind: 'command', name: missing.argv.join(' ') }) : otherwise;
}

export async function nvccFacts(
  machine: Machine,
  found: Answer<FoundNvcc>,
  toolkits: readonly ToolkitFacts[],
): Promise<Answer<NvccFacts>> {
  if (found.state !== 'present') return found;
  const { path, realPath } = found.value;
  return present({ path, realPath, version: await versionOf(machine, found.value, toolkits) }, found.from);
}

async function versionOf(
  machine: Machine,
  nvcc: FoundNvcc,
  toolkits: readonly ToolkitFacts[],
): Promise<string | null> {
  for (const { text } of recordedOutputs(machine, 'nvcc')) {
    const version = parseNvccVersion(text);
    if (version) return version;
  }
  const own = toolkits.find(({ inUse }) => inUse.includes('PATH'))?.version;
  if (own) return own;
  // Only where no file tells: starting the compiler costs more than all probes together.
  const outputs = await outputsOf(machine, [nvcc.path, '--version']);
  return parseNvccVersion(valueOf(outputs)?.[0]?.text ?? '');
}

/** "Cuda compilation tools, release 10.2, V10.2.89" */
export function parseNvccVersion(text: string): string | null {
  const match = /Cuda compilation tools, release (\d{1,3}\.\d{1,3})(?:, V(\d{1,3}(?:\.\d{1,5})+))?/.exec(
    text,
  );
  return match ? (match[2] ?? match[1]!) : null;
}
