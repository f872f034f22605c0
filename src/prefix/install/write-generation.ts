/** Placed members as files: folders, files shared with the store or copied, links. */
import { symlinkSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { syncPath } from '../../base/files/sync-to-disk.ts';
import { Limit } from '../../base/limit.ts';
import type { PlacedEntry } from './place-members.ts';
import {
  copyOwn,
  isAlwaysCopied,
  linkNow,
  shareFile,
  type SharedFile,
  type Sharing,
} from '../home/sharing.ts';
import type { StoreFolder } from '../home/store.ts';
import { isExecutable, storedName } from '../home/store-entry.ts';

export interface GenerationOptions {
  store: StoreFolder;
  /** Payload digest by package name. */
  payloads: ReadonlyMap<string, string>;
  sharing: Sharing;
  signal?: AbortSignal | undefined;
}

type PlacedFile = Extract<PlacedEntry, { type: 'file' }>;
interface Other {
  entry: PlacedFile;
  file: SharedFile;
}

/** Of small copies. */
const PARALLEL = 16;
/** A copy of so many bytes is worth a call of its own to have it written to the disk. */
const LARGE = 8 << 20;
/** Of links, which take no time each: made in one go, between which a signal is heard. */
const SLICE = 256;

/** @returns bytes of the files that are shared with the store */
export async function writeGeneration(
  folder: string,
  entries: readonly PlacedEntry[],
  options: GenerationOptions,
): Promise<number> {
  const { sharing, signal } = options;
  for (const parent of new Set(entries.map(({ to }) => dirname(to)))) {
    await mkdir(join(folder, parent), { recursive: true, mode: 0o755 });
  }
  let sharedBytes = 0;
  const others: Other[] = [];
  for (const [at, entry] of entries.entries()) {
    if (at % SLICE === 0) {
      await setImmediate();
      signal?.throwIfAborted();
    }
    if (entry.type === 'link') {
      symlinkSync(entry.target, join(folder, entry.to));
      continue;
    }
    const file = sharedFile(entry, folder, options);
    if (sharing === 'hardlink' && !isAlwaysCopied(entry.to) && linkNow(file))
      sharedBytes += entry.member.size;
    else others.push({ entry, file });
  }
  return sharedBytes + (await placeOthers(others, options));
}

/**
 * What no hard link was made for. The disk writes one large copy while the next is made: to copy gigabytes takes seconds and
 * to write them many, and one after the other they would add up. More than one at a time would take every thread that a
 * runtime has for files (Bun as many as there are cores), and the disk would wait for one.
 *
 * @returns bytes of the files that share their blocks with the store
 */
async function placeOthers(
  others: readonly Other[],
  { sharing, signal }: GenerationOptions,
): Promise<number> {
  let sharedBytes = 0;
  const [small, large, writing] = [new Limit(PARALLEL), new Limit(1), new Limit(1)];
  const stop = new AbortController();
  const goOn = (): void => {
    signal?.throwIfAborted();
    stop.signal.throwIfAborted();
  };
  const place = async ({ entry: { to, member }, file }: Other): Promise<void> => {
    const isLarge = member.size >= LARGE;
    const done = await (isLarge ? large : small).run(() => {
      goOn();
      return isAlwaysCopied(to) ? copyOwn(file) : shareFile(file, sharing);
    });
    if (done === 'reflink') sharedBytes += member.size;
    else if (isLarge) {
      await writing.run(() => {
        goOn();
        return syncPath(file.target);
      });
    }
  };
  // All of them end before this function does: nobody writes into a folder that the caller removes after a failure.
  await Promise.all(others.map((one) => place(one).catch((error: unknown) => stop.abort(error))));
  stop.signal.throwIfAborted();
  return sharedBytes;
}

function sharedFile(entry: PlacedFile, folder: string, { payloads, store }: GenerationOptions): SharedFile {
  const payload = payloads.get(entry.from);
  const { sha256, mode, mtime } = entry.member;
  if (payload === undefined || sha256 === null)
    throw new TypeError(`${entry.to}: its content was not unpacked`);
  return {
    source: join(store.filesFolder(payload), storedName({ sha256, mode })),
    target: join(folder, entry.to),
    mtime,
    executable: isExecutable(mode),
  };
}
