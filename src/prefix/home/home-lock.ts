/**
 * One writer per home. The lock is a file that is created whole or not at all (a link to a finished one), because
 * neither runtime has flock; it says who holds it:
 *
 *     { "id": "...", "pid": 4711, "started": "8123456", "bootId": "...", "pidNamespace": "pid:[4026531836]",
 *       "host": "lab-3", "since": "2024-05-01T10:00:00.000Z", "what": "install cuda10" }
 *
 * A holder that was killed is recognised at once where its process could be seen (same boot, same PID namespace), and
 * elsewhere (another container, another host) by a file time that no longer moves: the holder touches it regularly.
 */
import { randomUUID } from 'node:crypto';
import {
  link,
  mkdir,
  readFile,
  readlink,
  rename,
  rm,
  rmdir,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Emit } from '../../base/events.ts';
import { GpuSetupError, systemCode } from '../../base/errors.ts';

export interface Holder {
  id: string;
  pid: number;
  /** Start time of the process in clock ticks since boot (/proc/PID/stat): tells a reused pid from the holder. */
  started: string | null;
  bootId: string | null;
  pidNamespace: string | null;
  host: string;
  since: string;
  /** "install cuda10" */
  what: string;
}

export interface HomeLock {
  /** Aborted when another process took the lock over, taking this one for dead (a suspended machine). */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

export interface LockOptions {
  /** What for, as the waiting one will read it. */
  what: string;
  emit: Emit;
  signal?: AbortSignal | undefined;
  /** Between two looks at a lock that somebody else holds. */
  pollMs?: number;
  /** A lock of a process that cannot be seen is stale when its time has not moved for this long. */
  staleMs?: number;
}

const POLL_MS = 500;
const STALE_MS = 60_000;
/** A taker-over that was killed on the way is not waited for longer than this. */
const TAKEOVER_MS = 10_000;

/**
 * Waits, with one notice, until the lock is free or its holder is dead.
 *
 * @param folder where the lock lies, `<home>/state`; it exists and may be written to
 */
export async function lockHome(folder: string, options: LockOptions): Promise<HomeLock> {
  const path = join(folder, 'lock');
  const own = await describeSelf(options.what);
  const watch = new Watch(path, options.staleMs ?? STALE_MS);
  for (let told = ''; ;) {
    options.signal?.throwIfAborted();
    if (await create(path, own)) return new HeldLock(path, own, (options.staleMs ?? STALE_MS) / 6);
    const holder = await readHolder(path);
    if (await watch.isStale(holder)) {
      await takeAway(path, holder);
      continue;
    }
    if (holder !== null && told !== holder.id) {
      told = holder.id;
      options.emit({ type: 'notice', level: 'info', text: `waiting for ${holderText(holder)}` });
    }
    await sleep(
      options.pollMs ?? POLL_MS,
      undefined,
      options.signal === undefined ? {} : { signal: options.signal },
    );
  }
}

/** "install cuda10 (process 4711 on lab-3, since 2024-05-01T10:00:00.000Z)" */
export function holderText(holder: Holder): string {
  return `${holder.what} (process ${holder.pid} on ${holder.host}, since ${holder.since})`;
}

class HeldLock implements HomeLock {
  readonly #path: string;
  readonly #own: Holder;
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(path: string, own: Holder, touchMs: number) {
    this.#path = path;
    this.#own = own;
    this.#timer = setInterval(() => void this.#touch(), touchMs);
    this.#timer.unref();
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  async #touch(): Promise<void> {
    const holder = await readHolder(this.#path);
    if (holder?.id === this.#own.id) {
      const now = new Date();
      await utimes(this.#path, now, now).catch(() => {});
      return;
    }
    clearInterval(this.#timer);
    this.#lost.abort(
      new GpuSetupError('lock-lost', `another gpu-setup took over the lock ${this.#path}`, {
        hint: 'run the same command again',
        retryable: true,
      }),
    );
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    if ((await readHolder(this.#path))?.id === this.#own.id) await rm(this.#path, { force: true });
  }
}

/** Remembers when the lock's time last moved, by the clock of this process: hosts may disagree about the time of day. */
class Watch {
  #seen: { id: string; mtimeMs: number; at: number } | null = null;
  readonly #path: string;
  readonly #staleMs: number;

  constructor(path: string, staleMs: number) {
    this.#path = path;
    this.#staleMs = staleMs;
  }

  async isStale(holder: Holder | null): Promise<boolean> {
    if (holder !== null) {
      const alive = await isAlive(holder);
      if (alive !== 'cannot-see') return alive === 'no';
    }
    const found = await stat(this.#path).catch(() => null);
    if (found === null) return false;
    const id = holder?.id ?? 'unreadable';
    const now = performance.now();
    if (this.#seen?.id !== id || this.#seen.mtimeMs !== found.mtimeMs) {
      this.#seen = { id, mtimeMs: found.mtimeMs, at: now };
    }
    return now - this.#seen.at > this.#staleMs;
  }
}

async function isAlive(holder: Holder): Promise<'yes' | 'no' | 'cannot-see'> {
  const here = await describeSelf('');
  if (holder.bootId === null || here.bootId === null) return 'cannot-see';
  if (holder.bootId !== here.bootId) return holder.host === here.host ? 'no' : 'cannot-see';
  if (holder.pidNamespace === null || holder.pidNamespace !== here.pidNamespace) return 'cannot-see';
  const started = await processStart(holder.pid);
  return started !== null && (holder.started === null || started === holder.started) ? 'yes' : 'no';
}

async function describeSelf(what: string): Promise<Holder> {
  const text = (path: string): Promise<string | null> =>
    readFile(path, 'utf8').then(
      (t) => t.trim(),
      () => null,
    );
  return {
    id: randomUUID(),
    pid: process.pid,
    started: await processStart(process.pid),
    bootId: await text('/proc/sys/kernel/random/boot_id'),
    pidNamespace: await readlink('/proc/self/ns/pid').catch(() => null),
    host: hostname(),
    since: new Date().toISOString(),
    what,
  };
}

/** Field 22 of /proc/PID/stat; null where there is no such process. The name in field 2 may hold blanks and brackets. */
async function processStart(pid: number): Promise<string | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

async function create(path: string, own: Holder): Promise<boolean> {
  const temporary = `${path}.${own.id}`;
  await writeFile(temporary, `${JSON.stringify(own)}\n`, { mode: 0o644 });
  try {
    await link(temporary, path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function readHolder(path: string): Promise<Holder | null> {
  try {
    const holder = JSON.parse(await readFile(path, 'utf8')) as Partial<Holder> | null;
    return typeof holder?.id === 'string' && typeof holder.pid === 'number' ? (holder as Holder) : null;
  } catch {
    return null;
  }
}

/**
 * Removes a dead holder's lock. Two that find it dead at once must not remove each other's new one: only one of them
 * takes away at a time, and it looks again whose lock it is.
 */
async function takeAway(path: string, dead: Holder | null): Promise<void> {
  const guard = `${path}.takeover`;
  try {
    await mkdir(guard);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    const found = await stat(guard).catch(() => null);
    if (found !== null && Date.now() - found.mtimeMs > TAKEOVER_MS) await rmdir(guard).catch(() => {});
    else await sleep(50);
    return;
  }
  try {
    if ((await readHolder(path))?.id !== dead?.id) return;
    const aside = `${path}.dead-${randomUUID()}`;
    await rename(path, aside).catch(() => {});
    await rm(aside, { force: true });
  } finally {
    await rmdir(guard).catch(() => {});
  }
}
