/** The files of a sosreport that somebody has unpacked. Links are never followed: they are those of another machine. */
import { constants } from 'node:fs';
import { open, opendir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { SosEntry } from './entry.ts';

const MOST_ENTRIES = 1_000_000;
const MOST_FOLDERS_DEEP = 64;

/** The folder that holds sos_commands: the one that was named, or the only one in it. Null: neither is. */
export async function topOf(folder: string): Promise<string | null> {
  const names = await namesIn(folder);
  if (names.includes('sos_commands')) return folder;
  const [only] = names.length === 1 ? names : [];
  if (only === undefined) return null;
  const inside = join(folder, only);
  return (await namesIn(inside).catch((): string[] => [])).includes('sos_commands') ? inside : null;
}

async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of await opendir(folder)) {
    if (names.length >= MOST_ENTRIES) break;
    names.push(name);
  }
  return names;
}

/** What may not be read is left out: it is unknown then. */
export async function* entriesOfFolder(top: string, signal: AbortSignal): AsyncGenerator<SosEntry> {
  const folders = [''];
  for (
    let seen = 0, folder = folders.pop();
    folder !== undefined && seen < MOST_ENTRIES;
    folder = folders.pop()
  ) {
    const listing = await opendir(join(top, folder)).catch(() => null);
    if (listing === null) continue;
    for await (const one of listing) {
      signal.throwIfAborted();
      if (++seen >= MOST_ENTRIES) break;
      const path = folder === '' ? one.name : `${folder}/${one.name}`;
      if (one.isDirectory() && path.split('/').length < MOST_FOLDERS_DEEP) folders.push(path);
      else if (one.isSymbolicLink()) {
        const target = await readlink(join(top, path)).catch(() => null);
        if (target !== null) yield { path, type: 'link', target, chunks: () => contentOf(join(top, path)) };
      } else if (one.isFile())
        yield { path, type: 'file', target: null, chunks: () => contentOf(join(top, path)) };
    }
  }
}

async function* contentOf(path: string): AsyncGenerator<Uint8Array> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    () => null,
  );
  if (handle === null) return;
  try {
    // Closed below: the stream would close it in its own time.
    yield* handle.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>;
  } finally {
    await handle.close();
  }
}
