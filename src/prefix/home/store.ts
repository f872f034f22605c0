/**
 * The store: what was unpacked from packages, by payload digest, shared by all prefixes of this home.
 *
 *     store/<SHA-256 of data.tar.xz>/entry.json      every member of the package, and which of them are held
 *     store/<SHA-256 of data.tar.xz>/files/<SHA-256 of the content>[.x]
 *
 * Files lie under the digest of their content, never under a name that a package chose, so nothing in a package can
 * lead out of the store; ".x" has the executable bit. entry.json is written last: what it does not list is not there.
 */
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TarType } from '../../apt/deb/tar.ts';
import { z } from 'zod';
import { GpuSetupError } from '../../base/errors.ts';

export interface StoredMember {
  path: string;
  type: TarType;
  /** As in the package. */
  mode: number;
  /** Seconds since 1970. */
  mtime: number;
  size: number;
  linkTarget: string | null;
  /** Of the content where the entry holds it; hard links have their target's. */
  sha256: string | null;
}

/** What lies in files/, as it was written: how a change is noticed without reading everything again. */
export interface StoredFile {
  size: number;
  mtime: number;
  /** 0o444 or 0o555. */
  mode: number;
}

export interface StoreEntry {
  schema: 'gpu-setup/store@1';
  payloadSha256: string;
  package: { name: string; version: string; architecture: string };
  /** SHA-256 of the package files that this payload was found in, each verified when it was. */
  debs: readonly string[];
  members: readonly StoredMember[];
  files: Readonly<Record<string, StoredFile>>;
}

const DIGEST = /^[0-9a-f]{64}$/;
const TYPES = ['file', 'dir', 'link', 'hardlink', 'char', 'block', 'fifo'] as const satisfies TarType[];

/** What is read back becomes paths below files/, so names are held against what `storedName` makes. */
const ENTRY: z.ZodType<StoreEntry> = z.object({
  schema: z.literal('gpu-setup/store@1'),
  payloadSha256: z.string().regex(DIGEST),
  package: z.object({ name: z.string(), version: z.string(), architecture: z.string() }),
  // Version 0.1 did not write them down: such a package is verified once more.
  debs: z.array(z.string().regex(DIGEST)).catch([]),
  members: z.array(
    z.object({
      path: z.string(),
      type: z.enum(TYPES),
      mode: z.number().int().nonnegative(),
      mtime: z.number(),
      size: z.number().nonnegative(),
      linkTarget: z.string().nullable(),
      sha256: z.string().regex(DIGEST).nullable(),
    }),
  ),
  files: z.record(
    z.string().regex(/^[0-9a-f]{64}(?:\.x)?$/),
    z.object({ size: z.number(), mtime: z.number(), mode: z.number() }),
  ),
});

/** Name in files/ of a member's content. */
export function storedName(member: { sha256: string; mode: number }): string {
  return isExecutable(member.mode) ? `${member.sha256}.x` : member.sha256;
}

export function isExecutable(mode: number): boolean {
  return (mode & 0o111) !== 0;
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
    try {
      const text = await readFile(join(this.entryFolder(payloadSha256), 'entry.json'), 'utf8');
      const entry = ENTRY.safeParse(JSON.parse(text)).data ?? null;
      return entry?.payloadSha256 === payloadSha256 ? entry : null;
    } catch {
      return null;
    }
  }

  /** Whole or not at all. */
  async write(entry: StoreEntry): Promise<void> {
    const folder = this.entryFolder(entry.payloadSha256);
    await mkdir(folder, { recursive: true, mode: 0o755 });
    const temporary = join(folder, `.entry-${process.pid}`);
    await writeFile(temporary, `${JSON.stringify(entry)}\n`, { mode: 0o644 });
    await rename(temporary, join(folder, 'entry.json'));
  }

  /** Names in files/ that are as the entry recorded them; a changed or missing file is left out. */
  async intact(entry: StoreEntry): Promise<Set<string>> {
    const folder = this.filesFolder(entry.payloadSha256);
    const names = new Set<string>();
    for (const [name, recorded] of Object.entries(entry.files)) {
      const found = await stat(join(folder, name)).catch(() => null);
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
  await mkdir(target, { recursive: true, mode: 0o755 });
  for (const name of await readdir(from.filesFolder(payloadSha256))) {
    await rename(join(from.filesFolder(payloadSha256), name), join(target, name));
  }
  await to.write(mergeEntries(await to.read(payloadSha256), entry));
  await from.remove(payloadSha256);
}

/** Both are of the same payload, so their members are the same; what either holds, the result holds. */
export function mergeEntries(older: StoreEntry | null, newer: StoreEntry): StoreEntry {
  if (older === null || older.members.length !== newer.members.length) return newer;
  return {
    ...newer,
    debs: [...new Set([...older.debs, ...newer.debs])],
    members: newer.members.map((member, i) => ({
      ...member,
      sha256: member.sha256 ?? older.members[i]!.sha256,
    })),
    files: { ...older.files, ...newer.files },
  };
}

/** The entry with only those contents that are `intact`. */
export function onlyIntact(entry: StoreEntry, intact: ReadonlySet<string>): StoreEntry {
  const holds = (member: StoredMember): boolean =>
    member.sha256 !== null && intact.has(storedName({ sha256: member.sha256, mode: member.mode }));
  return {
    ...entry,
    members: entry.members.map((member) => (holds(member) ? member : { ...member, sha256: null })),
    files: Object.fromEntries(Object.entries(entry.files).filter(([name]) => intact.has(name))),
  };
}
