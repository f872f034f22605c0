/**
 * Who uses the downloads in a cache. Several homes may share one, and `prune` of one of them must not delete what an
 * install into another is about to unpack. Each user has a file of its own in `<cache>/apt/leases`, renewed while it lives.
 */
import { randomUUID } from 'node:crypto';
import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, existingFolder } from '../../apt/cache.ts';
import { cacheError, isReadOnly, type CacheUse } from '../../base/files/cache-folder.ts';
import { describeSelf, holderText, isAlive, sight, type Holder } from './lock-holder.ts';

const RENEW_MS = 30_000;
/** Of a user that cannot be seen (another container, another host): many renewals, since keeping files costs little. */
const LAPSE_MS = 15 * 60_000;

export interface Lease {
  release(): Promise<void>;
}

/**
 * Where this user may not write, nobody is told: whoever prunes there is an administrator, and what is missing then is said.
 *
 * @throws GpuSetupError `cache-not-private`, `cache-unusable`, `disk-full`
 */
export async function leaseDownloads(use: CacheUse, what: string): Promise<Lease> {
  const own = await describeSelf(what);
  const path = join(await cacheFolder(use, 'leases'), own.id);
  // Written anew and not touched: so its time is that of the file system, whatever clock this machine has.
  const write = (): Promise<void> => writeFile(path, `${JSON.stringify(own)}\n`, { mode: 0o600 });
  try {
    await write();
  } catch (error) {
    if (!isReadOnly(error)) throw cacheError(path, error);
    const text = `the cache ${use.cache} may not be written to: what lies in it is used, and nothing is kept in it`;
    use.emit({ type: 'notice', level: 'info', text });
    return { release: async () => {} };
  }
  const timer = setInterval(() => void write().catch(() => {}), RENEW_MS);
  timer.unref();
  return {
    release: async () => {
      clearInterval(timer);
      await rm(path, { force: true });
    },
  };
}

/** Paths of downloads that nobody is using now; none, with a word, where somebody is. */
export async function idleDownloads(use: CacheUse): Promise<string[]> {
  const folder = await existingFolder(use, 'packages');
  if (folder === null) return [];
  const holder = await livingHolder(use);
  if (holder !== null) {
    use.emit({
      type: 'notice',
      level: 'info',
      text: `downloads are kept: ${holderText(holder)} is using ${folder}`,
    });
    return [];
  }
  return (await readdir(folder)).sort().map((name) => join(folder, name));
}

async function livingHolder(use: CacheUse): Promise<Holder | null> {
  const folder = await existingFolder(use, 'leases');
  if (folder === null) return null;
  const now = await clockOf(folder);
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const holder = (await sight(path))?.holder ?? null;
    const alive = holder === null ? 'cannot-see' : await isAlive(holder);
    if (holder !== null && alive === 'yes') return holder;
    const renewed = (await stat(path).catch(() => null))?.mtimeMs ?? 0;
    if (holder !== null && alive === 'cannot-see' && now - renewed < LAPSE_MS) return holder;
    if (alive === 'no' || now - renewed >= LAPSE_MS) await rm(path, { force: true });
  }
  return null;
}

/** What time the file system says it is: that of another host, where it is shared with one. */
async function clockOf(folder: string): Promise<number> {
  const path = join(folder, `.clock-${randomUUID()}`);
  try {
    await writeFile(path, '', { mode: 0o600 });
    return (await stat(path)).mtimeMs;
  } finally {
    await rm(path, { force: true });
  }
}
