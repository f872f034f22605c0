/**
 * One writer per home. The lock is a file that is created whole or not at all (a link to a finished one), because
 * neither runtime has flock; it says who holds it:
 *
 *     { "id": "...", "pid": 4711, "started": "8123456", "bootId": "...", "pidNamespace": "pid:[4026531836]",
 *       "host": "lab-3", "since": "2024-05-01T10:00:00.000Z", "what": "install cuda10" }
 *
 * The holder has a folder of its own beside it, state/lock.<id>: a link gets its place by being renamed out of there, and who
 * takes a lock over removes that folder first. So a holder that was stopped in the middle of anything (a suspended machine)
 * and goes on later cannot put anything in place any more.
 *
 * A holder that was killed is recognised at once where its process could be seen (same boot, same PID namespace). Of one
 * that cannot be seen (another container, another host, an earlier boot) the lock is a lease: its holder renews it, and
 * it lapses when it was not renewed for long, by the clock of whoever waits.
 */
import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, rename, rm, rmdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Emit } from '../../base/events.ts';
import { GpuSetupError, systemCode } from '../../base/errors.ts';
import { stateFolder } from './home-folder.ts';
import { describeSelf, holderText, isAlive, sight, type Holder, type Sighting } from './lock-holder.ts';

export interface HomeLock {
  /** Aborted when another process took the lock over, taking this one for dead (a suspended machine). */
  readonly lost: AbortSignal;
  /** Before what cannot be taken back. @throws GpuSetupError `lock-lost` */
  confirm(): Promise<void>;
  /**
   * Makes a link, in the place of what is there, while the lock is held and not later.
   *
   * @param path in the home
   * @throws GpuSetupError `lock-lost`
   */
  putLink(target: string, path: string): Promise<void>;
  release(): Promise<void>;
}

export interface LockOptions {
  /** What for, as the waiting one will read it. */
  what: string;
  emit: Emit;
  signal?: AbortSignal | undefined;
  /** For tests. */
  times?: Partial<LockTimes>;
}

interface LockTimes {
  /** Between two looks at a lock that somebody else holds. */
  pollMs: number;
  /** Between two renewals by the holder. */
  renewMs: number;
  /** A lock of a process that cannot be seen has lapsed when it was not renewed for so long. */
  lapseMs: number;
  /** Between two words to whoever waits. */
  wordMs: number;
  /** For the lock altogether. */
  limitMs: number;
}

const TIMES: LockTimes = {
  pollMs: 500,
  renewMs: 5_000,
  // Six renewals: a holder may be busy for some seconds, and a network file system slow to tell.
  lapseMs: 30_000,
  wordMs: 60_000,
  // An install over a slow line takes hours.
  limitMs: 12 * 3600_000,
};

/**
 * Waits until the lock is free or its holder is dead; says for whom, and now and then that it still does.
 *
 * @param home it is there
 * @throws GpuSetupError `home-busy`, `home-unsafe`, `home-not-writable`, `home-without-links`; the signal's reason
 */
export async function lockHome(home: string, options: LockOptions): Promise<HomeLock> {
  const path = join(await stateFolder(home), 'lock');
  const times = { ...TIMES, ...options.times };
  const own = await describeSelf(options.what);
  const wait = new Wait(path, times, options.emit);
  const watch = new Watch(times.lapseMs);
  const guard = new Watch(times.lapseMs);
  for (;;) {
    options.signal?.throwIfAborted();
    let seen = await sight(path);
    if (seen === null) {
      if (await create(path, own)) {
        const held = new HeldLock(path, own, times.renewMs);
        try {
          await removeOtherClaims(path, own);
          await tryLink(home, claimOf(path, own.id));
          return held;
        } catch (error) {
          await held.release();
          throw error;
        }
      }
      seen = await sight(path);
    }
    if (seen !== null) {
      if ((await watch.hasLapsed(seen)) && (await takeAway(path, seen, guard))) continue;
      wait.tell(seen.holder);
    }
    await sleep(times.pollMs, undefined, options.signal === undefined ? {} : { signal: options.signal });
  }
}

class HeldLock implements HomeLock {
  readonly #path: string;
  readonly #own: Holder;
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(path: string, own: Holder, renewMs: number) {
    this.#path = path;
    this.#own = own;
    this.#timer = setInterval(() => void this.#renew(), renewMs);
    this.#timer.unref();
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  async #renew(): Promise<void> {
    const seen = await sight(this.#path);
    // What cannot be read now is no sign of another holder.
    if (seen !== null && (seen.holder === null || seen.holder.id === this.#own.id)) {
      const now = new Date();
      await utimes(this.#path, now, now).catch(() => {});
      return;
    }
    this.#lose();
  }

  async confirm(): Promise<void> {
    if ((await sight(this.#path))?.holder?.id !== this.#own.id) throw this.#lose();
    this.lost.throwIfAborted();
  }

  async putLink(target: string, path: string): Promise<void> {
    await this.confirm();
    const fresh = join(claimOf(this.#path, this.#own.id), 'link');
    try {
      await rm(fresh, { force: true });
      await symlink(target, fresh);
      await rename(fresh, path);
    } catch (error) {
      await this.confirm();
      throw error;
    }
  }

  #lose(): Error {
    clearInterval(this.#timer);
    this.#lost.abort(
      new GpuSetupError('lock-lost', `another gpu-setup took over the lock ${this.#path}`, {
        hint: 'run the same command again',
        retryable: true,
      }),
    );
    return this.lost.reason as Error;
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    const isOwn = (await sight(this.#path))?.holder?.id === this.#own.id;
    if (isOwn) await rm(this.#path, { force: true });
    await rm(claimOf(this.#path, this.#own.id), { recursive: true, force: true });
  }
}

/** Remembers since when a lock looks the same, by the clock of this process: hosts may disagree about the time of day. */
class Watch {
  #seen: { stamp: string; at: number } | null = null;
  readonly #lapseMs: number;

  constructor(lapseMs: number) {
    this.#lapseMs = lapseMs;
  }

  async hasLapsed({ holder, stamp }: Sighting): Promise<boolean> {
    if (holder !== null) {
      const alive = await isAlive(holder);
      if (alive !== 'cannot-see') return alive === 'no';
    }
    const now = performance.now();
    if (this.#seen?.stamp !== stamp) this.#seen = { stamp, at: now };
    return now - this.#seen.at > this.#lapseMs;
  }
}

/** What is said to whoever waits, and when the waiting ends. */
class Wait {
  #told: string | null = null;
  #toldAt = 0;
  readonly #begun = performance.now();
  readonly #path: string;
  readonly #times: LockTimes;
  readonly #emit: Emit;

  constructor(path: string, times: LockTimes, emit: Emit) {
    this.#path = path;
    this.#times = times;
    this.#emit = emit;
  }

  /** @throws GpuSetupError `home-busy` */
  tell(holder: Holder | null): void {
    const now = performance.now();
    const waited = now - this.#begun;
    const whom =
      holder === null
        ? `the lock ${this.#path}, which no gpu-setup wrote: it is removed when nobody changes it for ${this.#times.lapseMs / 1000} s`
        : holderText(holder);
    if (waited > this.#times.limitMs) {
      throw new GpuSetupError('home-busy', `waited in vain for ${whom}`, {
        retryable: true,
        details: { lock: this.#path, holder },
      });
    }
    if (this.#told === whom && now - this.#toldAt < this.#times.wordMs) return;
    const still = this.#told === whom ? `still (${Math.round(waited / 1000)} s) ` : '';
    this.#told = whom;
    this.#toldAt = now;
    this.#emit({ type: 'notice', level: 'info', text: `${still}waiting for ${whom}` });
  }
}

/** The folder that belongs to one holding of a lock. */
function claimOf(path: string, id: string): string {
  return `${path}.${id}`;
}

async function create(path: string, own: Holder): Promise<boolean> {
  const claim = claimOf(path, own.id);
  const file = join(claim, 'holder');
  await mkdir(claim, { recursive: true, mode: 0o700 });
  try {
    const text = `${JSON.stringify(own)}\n`;
    await writeFile(file, text, { mode: 0o600 });
    await link(file, path).catch((error: unknown) => {
      if (!WITHOUT_LINKS.has(systemCode(error) ?? '')) throw error;
      // Not whole at once, then: whoever reads it half-written waits as for a lock that cannot be read.
      return writeFile(path, text, { mode: 0o600, flag: 'wx' });
    });
    return true;
  } catch (error) {
    // Over NFS the answer to a call that was carried out may be lost: the second try then finds its own work.
    if ((await sight(path))?.holder?.id === own.id) return true;
    await rm(claim, { recursive: true, force: true });
    // Somebody has it; or has got it in the meantime, and removed what others had made to ask for it.
    if (['EEXIST', 'ENOENT'].includes(systemCode(error) ?? '')) return false;
    throw error;
  }
}

/** How file systems say that they have no links of a kind: vfat and exfat, several of FUSE. */
const WITHOUT_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/**
 * What a lock is for is putting links in place: that there are none is better said before gigabytes were fetched.
 *
 * @throws GpuSetupError `home-without-links`
 */
async function tryLink(home: string, claim: string): Promise<void> {
  try {
    await symlink('nowhere', join(claim, 'link'));
  } catch (cause) {
    if (!WITHOUT_LINKS.has(systemCode(cause) ?? '')) throw cause;
    throw new GpuSetupError('home-without-links', `the file system of ${home} has no symbolic links`, {
      hint: 'name a folder on another one in GPU_SETUP_HOME: vfat and exfat (memory sticks) have none; ext4, xfs, btrfs and NFS do',
      cause,
      details: { home },
    });
  }
}

/**
 * Removes the folders of those that do not have the lock, killed or not: one that was about to ask for it makes itself
 * another. Called by whoever has it.
 */
async function removeOtherClaims(path: string, own: Holder): Promise<void> {
  const begin = `${basename(path)}.`;
  const keep = [basename(claimOf(path, own.id)), `${begin}takeover`];
  for (const name of await readdir(dirname(path))) {
    if (name.startsWith(begin) && !keep.includes(name))
      await rm(join(dirname(path), name), { recursive: true, force: true });
  }
}

/**
 * Removes a dead holder's lock. Two that find it dead at once must not remove each other's new one: only one of them
 * takes away at a time, and it looks again whose lock it is. One that was killed on the way leaves the guard behind: it
 * lapses as a lock does.
 *
 * @returns whether it is gone
 */
async function takeAway(path: string, dead: Sighting, watch: Watch): Promise<boolean> {
  const guard = `${path}.takeover`;
  try {
    await mkdir(guard, { mode: 0o700 });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    const found = await sight(guard);
    if (found !== null && (await watch.hasLapsed(found))) await rmdir(guard).catch(() => {});
    return false;
  }
  try {
    if ((await sight(path))?.stamp !== dead.stamp) return false;
    if (dead.holder !== null) await rm(claimOf(path, dead.holder.id), { recursive: true, force: true });
    const aside = `${path}.dead-${randomUUID()}`;
    await rename(path, aside);
    await rm(aside, { force: true, recursive: true });
    return true;
  } finally {
    await rmdir(guard).catch(() => {});
  }
}
