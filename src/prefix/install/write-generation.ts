/** Placed members as files: folders, files shared with the store or copied, links. */
import { symlinkSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
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

/** Of copies. */
const PARALLEL = 16;
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
  const others: { entry: PlacedFile; file: SharedFile }[] = [];
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
  const limit = new Limit(PARALLEL);
  const stop = new AbortController();
  const place = async ({ entry, file }: (typeof others)[number]): Promise<void> => {
    signal?.throwIfAborted();
    stop.signal.throwIfAborted();
    if (isAlwaysCopied(entry.to)) await copyOwn(file);
    else if ((await shareFile(file, sharing)) !== 'copy') sharedBytes += entry.member.size;
  };
  // All of them end before this function does: nobody writes into a folder that the caller removes after a failure.
  await Promise.all(
    others.map((one) => limit.run(() => place(one)).catch((error: unknown) => stop.abort(error))),
  );
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
