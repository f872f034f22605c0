/** Puts a situation together in a folder of its own, calls the program in it, and looks at what is left. */
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { makePlace, repair, type MadePlace, type Place, type Powers } from './places.ts';
import { ROLES, type Role, type Situation } from './situation.ts';

export const ORDINARY = 65_534;
/** After this it will not end any more. */
const LIMIT_MS = 60_000;
/** Longer than any signal waits. */
const SILENCE_MS = 6_000;
const MOST_OUTPUT = 4 << 20;

/** What all situations are made from. */
export interface Stock {
  program: readonly [runtime: string, script: string];
  /** Holds the prefix cuda10. */
  home: string;
  /** Sources of a small repository on this machine. */
  config: string;
  powers: Powers;
}

export interface Ending {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
  /** From the signal to the end; null where it came too late, or none did. */
  afterSignalMs: number | null;
  tooLong: boolean;
}

/** Path -> what it is. */
export type Sight = ReadonlyMap<string, string>;

export class Scene {
  readonly #box: string;
  readonly #stock: Stock;
  readonly #places = new Map<Role, MadePlace>();
  readonly #situation: Situation;

  /** @param box an empty folder */
  constructor(box: string, situation: Situation, stock: Stock) {
    this.#box = box;
    this.#stock = stock;
    this.#situation = situation;
    mkdirSync(join(box, 'given'));
    mkdirSync(join(box, 'outside', 'work'), { recursive: true });
    writeFileSync(join(box, 'outside', 'log'), 'nvcc fatal   : Unsupported gpu architecture\n');
    for (const role of ROLES) this.#make(role, this.#allowed(role));
    this.#hand(box);
  }

  /** Root without the variables would work in the folders of this machine. */
  #allowed(role: Role): Place {
    const place = this.#situation.places[role];
    const isDefault = place === 'unset' || place === 'empty';
    return isDefault && this.#situation.user === 'root' && role !== 'TMPDIR' ? 'fine' : place;
  }

  #make(role: Role, place: Place): void {
    const fill = (path: string): void => {
      if (role === 'config') cpSync(this.#stock.config, path, { recursive: true });
      if (role === 'HOME') writeFileSync(join(path, '.bashrc'), 'of the user');
      if (role !== 'home') return;
      // Links of a home are relative, and stay so.
      cpSync(this.#stock.home, path, { recursive: true, verbatimSymlinks: true });
      this.#lock(join(path, 'state'));
    };
    this.#places.set(role, makePlace(place, join(this.#box, 'given'), role, fill, this.#stock.powers));
  }

  #lock(state: string): void {
    const { lock } = this.#situation;
    mkdirSync(state, { recursive: true });
    const path = join(state, 'lock');
    if (lock === 'garbage') writeFileSync(path, Buffer.from([0, 255, 10, 123]));
    if (lock === 'folder') mkdirSync(join(path, 'x'), { recursive: true });
    if (lock === 'of a dead process')
      writeFileSync(path, readFileSync(join(this.#stock.home, '..', 'dead-lock')));
  }

  #hand(path: string): void {
    if (!this.#stock.powers.isRoot || this.#situation.user === 'root') return;
    if ([...this.#places.values()].some(({ keepsOwner, value }) => keepsOwner && value === path)) return;
    lchownSync(path, ORDINARY, ORDINARY);
    if (lstatSync(path).isDirectory()) for (const name of readdirSync(path)) this.#hand(join(path, name));
  }

  /** Everything that is not the program's to change; with it, names that may appear beside. */
  outside(): Sight {
    const given = new Set([...this.#places.values()].flatMap((one) => one.given));
    for (const role of ['home', 'cache', 'config'] as const) {
      const home = this.#places.get('HOME')!.value;
      // Where the variable says nothing, a folder of the user's own is meant.
      if ((this.#places.get(role)!.value ?? '') === '' && home !== undefined) {
        for (const below of ['.local', '.config', '.cache']) given.add(join(home, below));
      }
    }
    const seen = new Map<string, string>();
    const look = (path: string): void => {
      if (given.has(path)) return;
      const found = lstatSync(path);
      const isFolder = found.isDirectory();
      const names = isFolder ? readdirSync(path).filter((name) => !given.has(join(path, name))) : [];
      const content = found.isFile() ? digest(path) : found.isSymbolicLink() ? readlinkSync(path) : '';
      seen.set(
        path.slice(this.#box.length),
        `${found.mode.toString(8)} ${found.uid} ${content} ${names.join()}`,
      );
      for (const name of names) look(join(path, name));
    };
    look(join(this.#box));
    return seen;
  }

  /** What the program forgot in the folder for temporary files. */
  leftInTmp(): string[] {
    const { value, given } = this.#places.get('TMPDIR')!;
    try {
      return value !== undefined && given.includes(value)
        ? readdirSync(value).filter((one) => one !== 'filler')
        : [];
    } catch {
      return [];
    }
  }

  /** Everything is in order from now on; what the program left behind stays. */
  mend(): void {
    for (const role of ROLES) {
      const made = this.#places.get(role)!;
      const { value, given, keepsOwner } = made;
      repair(made);
      const isUsable = value?.startsWith('/') === true && given.length > 0 && !keepsOwner;
      if (isUsable && !isEmpty(this.#situation.places[role])) continue;
      const fresh = join(this.#box, 'mended');
      mkdirSync(fresh, { recursive: true });
      this.#places.set(
        role,
        makePlace('fine', fresh, role, (path) => this.#refill(role, path), this.#stock.powers),
      );
      this.#hand(fresh);
    }
  }

  #refill(role: Role, path: string): void {
    if (role === 'config') cpSync(this.#stock.config, path, { recursive: true });
    if (role === 'home') cpSync(this.#stock.home, path, { recursive: true, verbatimSymlinks: true });
  }

  close(): void {
    for (const { mounted } of this.#places.values()) {
      if (mounted !== null) execFileSync('umount', ['-l', mounted]);
    }
  }

  #environment(): Record<string, string> {
    const env: Record<string, string> = {
      PATH: process.env['PATH'] ?? '/usr/bin:/bin',
      // Nothing of this test may leave the machine.
      http_proxy: 'http://127.0.0.1:9',
      https_proxy: 'http://127.0.0.1:9',
      no_proxy: '127.0.0.1',
    };
    const names = { home: 'GPU_SETUP_HOME', cache: 'GPU_SETUP_CACHE', config: 'GPU_SETUP_CONFIG' } as const;
    for (const role of ROLES) {
      const value = this.#places.get(role)!.value;
      if (value !== undefined) env[role === 'HOME' || role === 'TMPDIR' ? role : names[role]] = value;
    }
    return env;
  }

  async call(args: readonly string[], bad: Situation | null): Promise<Ending> {
    const { stdin = 'nothing', stdout = 'read', stderr = 'read', umask = 0o022, signal = null } = bad ?? {};
    const redirections = [
      { nothing: '</dev/null', closed: '<&-', endless: '</dev/zero', silent: '' }[stdin],
      { closed: '>&-', full: '>/dev/full', read: '', broken: '' }[stdout],
      { closed: '2>&-', full: '2>/dev/full', read: '', broken: '' }[stderr],
    ].join(' ');
    const script = `umask ${umask.toString(8)}; exec "$@" ${redirections}`;
    const asUser = this.#stock.powers.isRoot && this.#situation.user === 'ordinary';
    const child = spawn('sh', ['-c', script, 'sh', ...this.#stock.program, ...args], {
      cwd: join(this.#box, 'outside', 'work'),
      env: this.#environment(),
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(asUser ? { uid: ORDINARY, gid: ORDINARY } : {}),
    });
    child.stdin.on('error', () => {});
    // Not for ever: whoever reads it may wait for an hour.
    const silence = setTimeout(() => child.stdin.end(), SILENCE_MS);
    const text = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('error', () => {});
      child[name].setEncoding('utf8').on('data', (more: string) => {
        if (text[name].length < MOST_OUTPUT) text[name] += more;
      });
    }
    if (stdout === 'broken') child.stdout.destroy();
    if (stderr === 'broken') child.stderr.destroy();
    let signalledAt: number | null = null;
    let tooLong = false;
    const limit = setTimeout(() => {
      tooLong = true;
      child.kill('SIGKILL');
    }, LIMIT_MS);
    const poke =
      signal === null
        ? undefined
        : setTimeout(() => {
            signalledAt = performance.now();
            child.kill(signal.name);
          }, signal.afterMs);
    const [code, by] = await new Promise<[number | null, string | null]>((resolve) => {
      child.once('exit', (...how) => resolve(how));
    });
    const endedAt = performance.now();
    clearTimeout(limit);
    clearTimeout(silence);
    clearTimeout(poke);
    child.stdin.destroy();
    // A grandchild that lives on would keep the pipes open.
    await Promise.race([
      Promise.all(['stdout', 'stderr'].map((name) => closed(child[name as 'stdout' | 'stderr']!))),
      new Promise((resolve) => setTimeout(resolve, 2000)),
    ]);
    child.stdout.destroy();
    child.stderr.destroy();
    return {
      code,
      signal: by,
      ...text,
      afterSignalMs: signalledAt === null ? null : endedAt - signalledAt,
      tooLong,
    };
  }
}

function closed(stream: NodeJS.ReadableStream & { closed?: boolean }): Promise<void> {
  return stream.closed === true
    ? Promise.resolve()
    : new Promise((resolve) => stream.once('close', () => resolve()));
}

/** Nothing of what the next call needs was ever in it. */
function isEmpty(place: Place): boolean {
  return place === 'missing' || place === 'deep';
}

function digest(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16);
}
