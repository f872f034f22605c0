/** Placed members as files: folders, files shared with the store or copied, links. */
import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Limit } from '../../base/limit.ts';
import type { PlacedEntry } from './place-members.ts';
import { copyOwn, isAlwaysCopied, shareFile, type Sharing } from '../home/sharing.ts';
import { isExecutable, storedName, type StoreFolder } from '../home/store.ts';

export interface GenerationOptions {
  store: StoreFolder;
  /** Payload digest by package name. */
  payloads: ReadonlyMap<string, string>;
  sharing: Sharing;
  signal?: AbortSignal | undefined;
}

const PARALLEL = 16;

/** @returns bytes of the files that are shared with the store */
export async function writeGeneration(
  folder: string,
  entries: readonly PlacedEntry[],
  options: GenerationOptions,
): Promise<number> {
  let sharedBytes = 0;
  for (const parent of new Set(entries.map(({ to }) => dirname(to)))) {
    await mkdir(join(folder, parent), { recursive: true, mode: 0o755 });
  }
  const limit = new Limit(PARALLEL);
  const stop = new AbortController();
  const place = async (entry: PlacedEntry): Promise<void> => {
    options.signal?.throwIfAborted();
    stop.signal.throwIfAborted();
    const target = join(folder, entry.to);
    if (entry.type === 'link') return symlink(entry.target, target);
    const { member } = entry;
    const file = {
      source: storedPath(entry, options),
      target,
      mtime: member.mtime,
      executable: isExecutable(member.mode),
    };
    if (isAlwaysCopied(entry.to)) await copyOwn(file);
    else if ((await shareFile(file, options.sharing)) !== 'copy') sharedBytes += member.size;
  };
  // All of them end before this function does: nobody writes into a folder that the caller removes after a failure.
  await Promise.all(
    entries.map((entry) => limit.run(() => place(entry)).catch((error: unknown) => stop.abort(error))),
  );
  stop.signal.throwIfAborted();
  return sharedBytes;
}

function storedPath(
  entry: Extract<PlacedEntry, { type: 'file' }>,
  { payloads, store }: GenerationOptions,
): string {
  const payload = payloads.get(entry.from);
  const { sha256, mode } = entry.member;
  if (payload === undefined || sha256 === null)
    throw new TypeError(`${entry.to}: its content was not unpacked`);
  return join(store.filesFolder(payload), storedName({ sha256, mode }));
}
