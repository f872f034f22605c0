/**
 * Reads the store's files of some packages again. An install takes them for what they are by size, time and mode; here
 * each is held against the digest that it is named after. What is something else is dropped, so that no prefix gets it
 * any more and whoever needs it makes it anew; what only lost its mode or time gets it back.
 */
import { chmod, lstat, rm, utimes } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { digestOf } from '../../base/files/tree.ts';
import { Limit } from '../../base/limit.ts';
import type { HomeLock } from '../home/home-lock.ts';
import type { StoredFile } from '../home/store-entry.ts';
import type { PayloadFolders } from './payloads.ts';

export interface StoreFlaw {
  payloadSha256: string;
  /** The package, as its entry says. */
  package: string;
  /** Of the file: the digest that it should have, with ".x" where it can be executed. */
  file: string;
  /** `content`: it is something else, and is dropped. `attributes`: its mode or time changed, and is put back. */
  flaw: 'content' | 'attributes';
  path: string;
  recorded: StoredFile;
}

export interface StoreCheck {
  payloads: readonly string[];
  /** Device and inode of files that were found right under another name just now, with the digest that they have. */
  right: ReadonlyMap<string, string>;
  signal?: AbortSignal | undefined;
}

/** Nothing is changed. Files that are gone are no flaw: the store does not have them, and nobody takes them for there. */
export async function findStoreFlaws(
  { store, staging }: Pick<PayloadFolders, 'store' | 'staging'>,
  { payloads, right, signal }: StoreCheck,
): Promise<readonly StoreFlaw[]> {
  const limit = new Limit(availableParallelism());
  const found: StoreFlaw[] = [];
  for (const folder of [store, staging]) {
    for (const payloadSha256 of payloads) {
      const entry = await folder.read(payloadSha256);
      if (entry === null) continue;
      const files = Object.entries(entry.files).map(([file, recorded]) =>
        limit.run(async () => {
          signal?.throwIfAborted();
          const path = join(folder.filesFolder(payloadSha256), file);
          const flaw = await flawOf(path, file, recorded, right);
          return flaw === null
            ? []
            : [{ payloadSha256, package: entry.package.name, file, flaw, path, recorded }];
        }),
      );
      found.push(...(await Promise.all(files)).flat());
    }
  }
  return found;
}

async function flawOf(
  path: string,
  file: string,
  recorded: StoredFile,
  right: ReadonlyMap<string, string>,
): Promise<StoreFlaw['flaw'] | null> {
  const stat = await lstat(path).catch(() => null);
  if (stat === null) return null;
  if (!stat.isFile() || stat.size !== recorded.size) return 'content';
  const sha256 =
    right.get(`${stat.dev}:${stat.ino}`) ?? (await digestOf(path).catch((error: unknown) => String(error)));
  if (sha256 !== file.replace(/\.x$/, '')) return 'content';
  const same = (stat.mode & 0o7777) === recorded.mode && Math.floor(stat.mtimeMs / 1000) === recorded.mtime;
  return same ? null : 'attributes';
}

/** @param flaws as `findStoreFlaws` gave them @throws GpuSetupError `lock-lost` */
export async function mendStore(flaws: readonly StoreFlaw[], lock: HomeLock): Promise<void> {
  for (const { flaw, path, recorded } of flaws) {
    await lock.confirm();
    if (flaw === 'content') await rm(path, { recursive: true, force: true });
    else {
      await utimes(path, recorded.mtime, recorded.mtime);
      await chmod(path, recorded.mode);
    }
  }
}
