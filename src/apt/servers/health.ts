/**
 * Which servers failed or were slow lately. It decides nothing but the order in which the addresses that a source file or the
 * configuration names are tried: no server comes in by it, none is left out, and what any of them sends is judged alike.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { GpuSetupError } from '../../base/errors.ts';
import type { CacheUse } from '../../base/files/cache-folder.ts';
import { cacheFolder, readCached, writeCached } from '../cache.ts';

/** One server's last failure. */
export interface Ailment {
  /** Milliseconds since 1970. */
  at: number;
  /** One after the other, without a success in between. */
  times: number;
  why: 'failed' | 'slow';
}

/** By host, as addresses name it: with the port where that is not the usual one. */
export type Health = ReadonlyMap<string, Ailment>;

const MINUTE = 60_000;
/** After the first failure; doubles with each. */
const FIRST_MS = 5 * MINUTE;
const LONGEST_MS = 6 * 60 * MINUTE;
/** A line that is slow now is mostly slow for the evening. */
const SLOW_MS = 60 * MINUTE;

/** Whether a server is to be tried after others. An ailment from the future is of a wrong clock. */
export function ails(ailment: Ailment | undefined, now: number): boolean {
  if (ailment === undefined || ailment.at > now) return false;
  const longest = ailment.why === 'slow' ? SLOW_MS : FIRST_MS * 2 ** Math.min(ailment.times - 1, 20);
  return now - ailment.at < Math.min(longest, LONGEST_MS);
}

/** Those that are well first, then those that ail, each in their own order. */
export function wellFirst<T>(
  servers: readonly T[],
  hostOf: (one: T) => string,
  health: Health,
  now: number,
): T[] {
  const ill = (one: T): boolean => ails(health.get(hostOf(one)), now);
  return [...servers.filter((one) => !ill(one)), ...servers.filter(ill)];
}

/** The same after one request; `outcome` null: it went well. Ailments that no longer count are forgotten. */
export function after(health: Health, host: string, outcome: Ailment['why'] | null, now: number): Health {
  const before = health.get(host);
  const others = [...health].filter(([one, ailment]) => one !== host && ails(ailment, now));
  if (outcome === null) return new Map(others);
  const times = ails(before, now) ? before!.times + 1 : 1;
  const all: [string, Ailment][] = [...others, [host, { at: now, times, why: outcome }]];
  return new Map(all.sort(([, a], [, b]) => b.at - a.at).slice(0, MOST_HOSTS));
}

/** More than anybody has mirrors. */
export const MOST_HOSTS = 100;
const MAX_BYTES = 64 << 10;

const KEPT = z.object({
  hosts: z.record(
    z.string().max(300),
    z.object({
      at: z.number().int().nonnegative(),
      times: z.number().int().min(1).max(1_000_000),
      why: z.enum(['failed', 'slow']),
    }),
  ),
});

/** What the cache remembers; nothing where it cannot be read: then the order is the source's own. */
export async function rememberedHealth(use: CacheUse): Promise<Health> {
  try {
    const bytes = await readCached(await fileIn(use));
    if (bytes === undefined || bytes.length > MAX_BYTES) return new Map();
    const { hosts } = KEPT.parse(JSON.parse(bytes.toString('utf8')));
    return new Map(Object.entries(hosts).slice(0, MOST_HOSTS));
  } catch {
    return new Map();
  }
}

/** Two processes at once may lose each other's; a cache that cannot be written is told by what has to be written. */
export async function rememberHealth(health: Health, use: CacheUse): Promise<void> {
  try {
    const text = JSON.stringify({ hosts: Object.fromEntries(health) });
    await writeCached(await fileIn(use), [Buffer.from(text)]);
  } catch (error) {
    if (!(error instanceof GpuSetupError)) throw error;
  }
}

const fileIn = async (use: CacheUse): Promise<string> =>
  join(await cacheFolder(use, 'servers'), 'health.json');
