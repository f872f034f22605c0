/**
 * What the store knows of one package (entry.json): every member, and which of them are held. Pure: text in, entry out.
 */
import type { TarType } from '../../formats/archive/tar.ts';
import { escapeLine } from '../../base/escape.ts';
import { isRecord } from '../../base/is-record.ts';

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
const STORED_NAME = /^[0-9a-f]{64}(?:\.x)?$/;
/** What else is in a package never gets here. */
const TYPES: ReadonlySet<unknown> = new Set<TarType>(['file', 'dir', 'link', 'hardlink']);

/**
 * The entry that a text holds, or null where it is none, or another payload's. Paths in it lead to where files are put,
 * so they are held to what unpackMembers lets through. By hand: an install reads each entry several times, and a
 * schema takes three times as long as reading the JSON.
 */
export function parseEntry(text: string, payloadSha256: string): StoreEntry | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(value) || value['schema'] !== 'gpu-setup/store@1') return null;
  // Version 0.1 did not write them down: such a package is verified once more.
  const { package: one, members, files, debs = [] } = value;
  const isWhole =
    value['payloadSha256'] === payloadSha256 &&
    isRecord(one) &&
    [one['name'], one['version'], one['architecture']].every((field) => typeof field === 'string') &&
    Array.isArray(debs) &&
    debs.every(isDigest) &&
    Array.isArray(members) &&
    members.every(isMember) &&
    isRecord(files) &&
    Object.entries(files).every(([name, file]) => STORED_NAME.test(name) && isFile(file));
  return isWhole ? ({ ...value, debs } as unknown as StoreEntry) : null;
}

function isMember(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { path, type, linkTarget, sha256 } = value;
  return (
    TYPES.has(type) &&
    isCount(value['mode']) &&
    isCount(value['mtime']) &&
    isCount(value['size']) &&
    typeof path === 'string' &&
    isPlainPath(path) &&
    (type === 'link' || type === 'hardlink' ? typeof linkTarget === 'string' : linkTarget === null) &&
    (sha256 === null || isDigest(sha256))
  );
}

function isFile(value: unknown): boolean {
  return isRecord(value) && isCount(value['size']) && isCount(value['mtime']) && isCount(value['mode']);
}

const isDigest = (value: unknown): boolean => typeof value === 'string' && DIGEST.test(value);
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

/** Relative, without a part that is empty or leads elsewhere, on one line; "" is the package's root. */
const isPlainPath = (path: string): boolean =>
  path === '' || (!/(?:^|\/)\.{0,2}(?:\/|$)/.test(path) && escapeLine(path) === path);

/** Name in files/ of a member's content. */
export function storedName(member: { sha256: string; mode: number }): string {
  return isExecutable(member.mode) ? `${member.sha256}.x` : member.sha256;
}

export function isExecutable(mode: number): boolean {
  return (mode & 0o111) !== 0;
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
