/**
 * Who still uses a generation that no prefix leads to any more: a build that was made and judged against it, and a process
 * that runs out of it. Seen are the processes of this host that the caller may look into; in /proc/PID/maps the kernel
 * names files by where they lie, whatever link they were opened through:
 *
 *     7f1c2a000000-7f1c2a400000 r-xp 00000000 08:02 1316812    /opt/gpu-setup/generations/cuda10-1/lib64/libcudart.so.10.0.130
 */
import { readdir, readlink, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { valueOf } from '../../machine/answer.ts';
import { readContent } from '../../machine/kinds/disk.ts';
import type { BuildRecord } from '../../machine/records/build-record.ts';

export type GenerationUser =
  | { kind: 'build'; name: string }
  /** `name`: of the program, as the kernel has it. */
  | { kind: 'process'; pid: number; name: string };

/** A process may have 65 thousand mappings. */
const MOST_BYTES = 16 << 20;

/**
 * @param generations names in `<home>/generations`
 * @param builds those that are to stay
 * @returns by name of the generation; one that nobody was seen to use is missing
 */
export async function usersOfGenerations(
  home: string,
  generations: readonly string[],
  builds: readonly Pick<BuildRecord, 'name' | 'prefix'>[],
): Promise<ReadonlyMap<string, readonly GenerationUser[]>> {
  const users = new Map<string, GenerationUser[]>();
  // Whoever has nothing old need not wait for a look at every process.
  if (generations.length === 0) return users;
  const add = (generation: string, user: GenerationUser): void => {
    if (generations.includes(generation)) users.set(generation, [...(users.get(generation) ?? []), user]);
  };
  for (const { name, prefix } of builds) {
    if (prefix !== null && prefix.path === join(resolve(home), 'prefixes', prefix.name))
      add(prefix.generation, { kind: 'build', name });
  }
  const folder = await realpath(join(home, 'generations')).catch(() => null);
  if (folder === null) return users;
  for (const pid of await otherProcesses()) {
    for (const generation of await generationsIn(pid, `${folder}/`))
      add(generation, { kind: 'process', pid, name: nameOf(pid) });
  }
  return users;
}

async function otherProcesses(): Promise<number[]> {
  const names = await readdir('/proc').catch(() => []);
  return names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid);
}

/** Names of generations that program, working directory or loaded files of a process lie in. */
async function generationsIn(pid: number, folder: string): Promise<Set<string>> {
  const links = await Promise.all(
    ['exe', 'cwd'].map((name) => readlink(`/proc/${pid}/${name}`).catch(() => '')),
  );
  const found = new Set<string>();
  for (const text of [...links.map((path) => `${path}/`), textOf(`/proc/${pid}/maps`)]) {
    for (let at = text.indexOf(folder); at !== -1; at = text.indexOf(folder, at + 1)) {
      const begin = at + folder.length;
      const end = text.indexOf('/', begin);
      if (end !== -1) found.add(text.slice(begin, end));
    }
  }
  return found;
}

function nameOf(pid: number): string {
  return textOf(`/proc/${pid}/comm`).trim() || 'unknown';
}

/** Empty where it may not be read, or the process has ended. */
function textOf(path: string): string {
  const bytes = valueOf(readContent(path, MOST_BYTES, { kind: 'file', name: path }))?.bytes;
  return bytes === undefined ? '' : new TextDecoder().decode(bytes);
}

/** "darknet-1, process 4711 (python3)" */
export function usersText(users: readonly GenerationUser[]): string {
  return users
    .map((user) => (user.kind === 'build' ? user.name : `process ${user.pid} (${user.name})`))
    .join(', ');
}
