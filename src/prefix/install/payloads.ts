/** What store and staging folder hold of packages, and what is wanted of them. Reads only, but for the digests noted. */
import { join } from 'node:path';
import { isWanted, type Choice, type Layout } from '../layout/layout.ts';
import { StoreFolder } from '../home/store.ts';
import { mergeEntries, onlyIntact, type StoreEntry } from '../home/store-entry.ts';
import type { PlannedPackage } from '../plan/install-plan.ts';
import { notedPayload, notePayload } from './noted-payloads.ts';
import { placeOf } from './place-members.ts';

/** The folders of a home that packages are unpacked into. */
export interface PayloadFolders {
  store: StoreFolder;
  /** Private: what is unpacked here enters the store when the whole package set was judged. */
  staging: StoreFolder;
  /** `<home>/state/payloads`: which payload a package file holds, so that a package in the store is not fetched again. */
  payloads: string;
}

export function payloadFolders(home: string): PayloadFolders {
  return {
    store: new StoreFolder(join(home, 'store')),
    staging: new StoreFolder(join(home, 'state', 'staging')),
    payloads: join(home, 'state', 'payloads'),
  };
}

/** What decides which files of a package are wanted. */
export interface Wanted extends Choice {
  layout: Layout;
  /** Version of the toolkit, for the layout: "10.0.130". */
  cuda: string;
}

/** Unpacked content of one package. */
export interface Payload {
  payloadSha256: string;
  /** In the store, in the staging folder, or in both. */
  entry: StoreEntry;
}

export interface Held {
  /** What is there, unchanged, where it is all that is wanted; null where the package has to be unpacked. */
  payload: Payload | null;
  /** Bytes of what is wanted, whether it is still held or not. */
  bytes: number;
}

/**
 * What is known of a package that was unpacked before; null where nobody saw its members. Which payload is asked for may
 * come from a lock or a note: that it is this package's is known where the entry says that it was unpacked from this very
 * file.
 */
export async function heldOf(
  one: Pick<PlannedPackage, 'name' | 'sha256' | 'payloadSha256'>,
  wanted: Wanted,
  folders: PayloadFolders,
): Promise<Held | null> {
  const payloadSha256 = one.payloadSha256 ?? (await notedPayload(folders.payloads, one.sha256));
  const entry = payloadSha256 === null ? null : await heldEntry(folders, payloadSha256);
  if (payloadSha256 === null || entry === null || !entry.debs.includes(one.sha256)) return null;
  return {
    payload: holdsAll(entry, one.name, wanted) ? { payloadSha256, entry } : null,
    bytes: wantedBytesOf(entry, one.name, wanted),
  };
}

/** What both folders hold of a payload, unchanged since it was written; null where neither knows it. */
export async function heldEntry(
  { store, staging }: PayloadFolders,
  payloadSha256: string,
): Promise<StoreEntry | null> {
  let held: StoreEntry | null = null;
  for (const folder of [store, staging]) {
    const entry = await folder.read(payloadSha256);
    if (entry !== null) held = mergeEntries(held, onlyIntact(entry, await folder.intact(entry)));
  }
  return held;
}

/** @throws GpuSetupError `unmapped-member` */
export function wantsMember(packageName: string, path: string, { layout, cuda, ...choice }: Wanted): boolean {
  const place = placeOf({ package: packageName, path }, { layout, cuda });
  return 'to' in place && isWanted(place, choice);
}

export function holdsAll(entry: StoreEntry, packageName: string, wanted: Wanted): boolean {
  return entry.members.every(
    ({ type, path, sha256 }) =>
      !isContent(type) || sha256 !== null || !wantsMember(packageName, path, wanted),
  );
}

function wantedBytesOf(entry: StoreEntry, packageName: string, wanted: Wanted): number {
  return entry.members
    .filter(({ type, path }) => isContent(type) && wantsMember(packageName, path, wanted))
    .reduce((sum, { size }) => sum + size, 0);
}

function isContent(type: StoreEntry['members'][number]['type']): boolean {
  return type === 'file' || type === 'hardlink';
}

/** Writes down what this run verified: that this package file holds this payload. */
export async function bindPayload(
  { store, staging, payloads }: PayloadFolders,
  debSha256: string,
  payloadSha256: string,
): Promise<void> {
  for (const folder of [store, staging]) {
    const entry = await folder.read(payloadSha256);
    if (entry === null || entry.debs.includes(debSha256)) continue;
    await folder.write({ ...entry, debs: [...entry.debs, debSha256] });
  }
  await notePayload(payloads, debSha256, payloadSha256);
}
