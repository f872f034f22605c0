/**
 * The store: what was unpacked from packages, by payload digest, shared by all prefixes of this home.
 *
 *     store/<SHA-256 of data.tar.xz>/entry.json      every member of the package, and which of them are held
 *     store/<SHA-256 of data.tar.xz>/files/<SHA-256 of the content>[.x]
 *
 * Files lie under the digest of their content, never under a name that a package chose, so nothing in a package can
 * lead out of the store; ".x" has the executable bit. entry.json is written last: what it does not list is not there.
 */
import { statSync, type Stats } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { makeOwnFolder, takePlace } from '../../base/files/own-path.ts';
import { endsSlice } from '../../base/files/tree.ts';
import { GpuSetupError } from '../../base/errors.ts';
import { valueOf } from '../../machine/answer.ts';
import { readContent } from '../../machine/kinds/disk.ts';
import { mergeEntries, parseEntry, type StoreEntry } from './store-entry.ts';

const DIGEST = /^[0-9a-f]{64}$/;
/** A package of as many members as one may have, with names of usual length. */
const MOST_BYTES = 256 << 20;

function statNow(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

/** A folder of entries: the store itself, or the staging folder that becomes part of it. */
export class StoreFolder {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  entryFolder(payloadSha256: string): string {
    if (!DIGEST.test(payloadSha256)) throw new TypeError(`not a digest: ${payloadSha256}`);
    return join(this.folder, payloadSha256);
  }

  filesFolder(payloadSha256: string): string {
    return join(this.entryFolder(payloadSha256), 'files');
  }

  /** Null where there is none, or none that can be read: it is then made again. */
  async read(payloadSha256: string): Promise<StoreEntry | null> {
    const path = join(this.entryFolder(payloadSha256), 'entry.json');
    const found = valueOf(readContent(path, MOST_BYTES, { kind: 'file', name: path }));
    if (found === undefined || found.truncated) return null;
    return parseEntry(new TextDecoder().decode(found.bytes), payloadSha256);
  }

  /** Whole or not at all. */
  async write(entry: StoreEntry): Promise<void> {
    const folder = this.entryFolder(entry.payloadSha256);
    makeOwnFolder(folder, 0o755);
    const temporary = join(folder, `.entry-${process.pid}`);
    await rm(temporary, { recursive: true, force: true });
    await writeFile(temporary, `${JSON.stringify(entry)}\n`, { mode: 0o644, flag: 'wx' });
    takePlace(temporary, join(folder, 'entry.json'));
  }

  /** Names in files/ that are as the entry recorded them; a changed or missing file is left out. */
  async intact(entry: StoreEntry): Promise<Set<string>> {
    const folder = this.filesFolder(entry.payloadSha256);
    const names = new Set<string>();
    for (const [at, [name, recorded]] of Object.entries(entry.files).entries()) {
      if (endsSlice(at)) await setImmediate();
      const found = statNow(join(folder, name));
      if (
        found?.isFile() === true &&
        found.size === recorded.size &&
        (found.mode & 0o7777) === recorded.mode &&
        Math.floor(found.mtimeMs / 1000) === recorded.mtime
      ) {
        names.add(name);
      }
    }
    return names;
  }

  async remove(payloadSha256: string): Promise<void> {
    await rm(this.entryFolder(payloadSha256), { recursive: true, force: true });
  }

  /** Payload digests that have a folder here, finished or not. */
  async list(): Promise<string[]> {
    const names = await readdir(this.folder).catch(() => []);
    return names.filter((name) => DIGEST.test(name)).sort();
  }
}

/**
 * Moves a staged entry into the store, where it adds to what is there. Both lie on one file system. A kill in between
 * leaves files that no entry lists, or a staged entry whose files are partly gone: both are noticed and made again.
 */
export async function moveEntry(from: StoreFolder, to: StoreFolder, payloadSha256: string): Promise<void> {
  const entry = await from.read(payloadSha256);
  if (entry === null) {
    throw new GpuSetupError(
      'store-damaged',
      `${from.entryFolder(payloadSha256)} has no readable entry.json`,
      {
        hint: 'run the same command again',
      },
    );
  }
  const target = to.filesFolder(payloadSha256);
  makeOwnFolder(to.entryFolder(payloadSha256), 0o755);
  makeOwnFolder(target, 0o755);
  for (const name of await readdir(from.filesFolder(payloadSha256))) {
    takePlace(join(from.filesFolder(payloadSha256), name), join(target, name));
  }
  await to.write(mergeEntries(await to.read(payloadSha256), entry));
  await from.remove(payloadSha256);
}
