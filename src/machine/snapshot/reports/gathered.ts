/** What a report of another program holds, put together as the sections of a snapshot. */
import { MOST_FOLDERS_OF_A_PATH } from '../format.ts';
import type { Snapshot, SnapshotCommand, SnapshotError, SnapshotFile, SnapshotStat } from '../format.ts';

/** Hostile reports have millions of sections. */
const MOST_ENTRIES = 50_000;

const NUMBERS: Readonly<Record<string, number>> = { r: 4, w: 2, x: 1, s: 1, t: 1 };
const TYPES: Readonly<Record<string, SnapshotStat['type']>> = {
  '-': 'file',
  d: 'dir',
  c: 'char',
  b: 'block',
  p: 'fifo',
  s: 'socket',
};

export class Gathered {
  readonly #files = new Map<string, SnapshotFile>();
  readonly #stat = new Map<string, SnapshotStat | null | SnapshotError>();
  readonly #links = new Map<string, string>();
  readonly #commands: SnapshotCommand[] = [];
  readonly #env = new Map<string, string>();

  file(path: string, lines: readonly string[]): void {
    if (this.#takes(path)) this.#files.set(path, textOf(lines));
  }

  missing(path: string): void {
    if (this.#takes(path) && !this.#files.has(path)) this.#files.set(path, null);
  }

  unreadable(path: string): void {
    if (this.#takes(path)) this.#files.set(path, { error: 'EACCES' });
  }

  link(path: string, target: string): void {
    if (this.#takes(path)) this.#links.set(path, target);
  }

  /** A file of which nothing more is known than that it is there. */
  there(path: string): void {
    if (this.#takes(path)) this.#stat.set(path, { type: 'file' });
  }

  /** "-r--r--r-- 1 root root 0 2021-03-04 10:11:12.000000000 +0100 /proc/driver/nvidia/version", "lrwxrwxrwx ... PATH -> TARGET" */
  listed(path: string, line: string): void {
    const match = /^([-dclbps])((?:[r-][w-][xsStT-]){3})\S? +\d+ (\S+) +(\S+) /.exec(line.slice(0, 300));
    if (match === null || !this.#takes(path)) return;
    const [, type, mode, user, group] = match;
    if (type === 'l') {
      const target = line.split(' -> ', 2)[1];
      if (target !== undefined) this.#links.set(path, target);
      return;
    }
    this.#stat.set(path, {
      type: TYPES[type!]!,
      mode: octal(mode!),
      ...(user === 'root' ? { uid: 0 } : {}),
      ...(group === 'root' ? { gid: 0 } : {}),
    });
  }

  /** @param probe it was read by a program, not by a person who complained with it */
  command(argv: readonly string[], lines: readonly string[], probe = false): void {
    const stdout = textOf(lines);
    if (stdout.trim() === '' || this.#commands.length >= MOST_ENTRIES) return;
    this.#commands.push({ argv, stdout, ...(probe ? { probe, exit: 0 } : {}) });
  }

  /** With how it ended. One that timed out may have printed nothing. */
  ranAs(command: SnapshotCommand): void {
    if ((command.stdout ?? '').trim() === '' && command.outcome === undefined) return;
    if (this.#commands.length < MOST_ENTRIES) this.#commands.push(command);
  }

  notFound(program: string): void {
    if (this.#commands.length < MOST_ENTRIES)
      this.#commands.push({ argv: [program], exit: 127, outcome: 'not-found' });
  }

  /** What it printed first; undefined where it is not there. */
  printed(program: string): string | undefined {
    return this.#commands.find(({ argv }) => argv[0] === program)?.stdout ?? undefined;
  }

  env(name: string, value: string): void {
    if (this.#env.size < MOST_ENTRIES) this.#env.set(name, value);
  }

  sections(): Omit<Snapshot, 'format'> {
    return {
      files: Object.fromEntries(this.#files),
      stat: Object.fromEntries(this.#stat),
      links: Object.fromEntries(this.#links),
      commands: this.#commands,
      env: Object.fromEntries(this.#env),
    };
  }

  #takes(path: string): boolean {
    return (
      path.startsWith('/') &&
      path.length < 4096 &&
      path.split('/').length <= MOST_FOLDERS_OF_A_PATH &&
      this.#files.size + this.#stat.size + this.#links.size < MOST_ENTRIES
    );
  }
}

/** Without the empty lines that the report puts around it. */
function textOf(lines: readonly string[]): string {
  let first = 0;
  let end = lines.length;
  while (first < end && lines[first]!.trim() === '') first++;
  while (end > first && lines[end - 1]!.trim() === '') end--;
  return first === end ? '' : `${lines.slice(first, end).join('\n')}\n`;
}

/** "rw-r--r--" is 0644. */
function octal(mode: string): string {
  const digits = [0, 3, 6].map((at) =>
    [...mode.slice(at, at + 3)].reduce((sum, letter) => sum + (NUMBERS[letter] ?? 0), 0),
  );
  return `0${digits.join('')}`;
}
