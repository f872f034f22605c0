/** From one package file into a staging folder: header by header, and only the bytes that are wanted. */
import { createHash } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Deb } from '../../apt/deb/deb.ts';
import { contentOf, type TarMember } from '../../formats/archive/tar.ts';
import { makeOwnFolder, takePlace } from '../../base/files/own-path.ts';
import type { PlannedPackage } from '../plan/install-plan.ts';
import { checkMember, hardLinkPath, unsafeMember } from './member-policy.ts';
import { PackageBounds, Room } from './package-bounds.ts';
import { SMALL, writeSmall } from './small-files.ts';
import type { StoreFolder } from '../home/store.ts';
import {
  isExecutable,
  mergeEntries,
  storedName,
  type StoreEntry,
  type StoredFile,
  type StoredMember,
} from '../home/store-entry.ts';

export interface UnpackOptions {
  deb: Deb;
  package: Pick<PlannedPackage, 'name' | 'version' | 'architecture' | 'size' | 'sha256' | 'installedBytes'>;
  staging: StoreFolder;
  /** Whether a file's content is needed. Throws for a member that may not be in the package. */
  wants(member: TarMember): boolean;
  /** Called with the number of bytes written since the last call. */
  onBytes(bytes: number): void;
  signal?: AbortSignal | undefined;
}

/** Of the file being written; one package is unpacked by one reader. */
const TEMPORARY = '.writing';
/** 2038: every file system holds it. What is later would come back as another time, and look changed. */
const LATEST = 2 ** 31 - 1;

/**
 * Unpacks into staging.filesFolder(payload), adding to what an earlier run staged, and writes the entry, last. The
 * policy of member-policy.ts is applied to every member, wanted or not.
 *
 * @throws GpuSetupError `bad-deb`, `unsafe-member`, `package-out-of-bounds`, `disk-full`, and what `wants` throws
 */
export async function unpackMembers(options: UnpackOptions): Promise<StoreEntry> {
  const { deb, staging, signal } = options;
  const payloadSha256 = await deb.dataSha256();
  const folder = staging.filesFolder(payloadSha256);
  makeOwnFolder(staging.entryFolder(payloadSha256), 0o700);
  makeOwnFolder(folder, 0o700);
  await rm(join(folder, TEMPORARY), { recursive: true, force: true });
  const earlier = await staging.read(payloadSha256);
  let { members, missing } = await pass(options, folder, new Map());
  if (missing.size > 0) {
    // A hard link is wanted whose target, earlier in the archive, was not: once more, now wanting the target too.
    ({ members, missing } = await pass(options, folder, missing));
  }
  signal?.throwIfAborted();
  const files: Record<string, StoredFile> = {};
  for (const member of members) {
    if (member.sha256 === null || member.type !== 'file') continue;
    const name = storedName({ sha256: member.sha256, mode: member.mode });
    files[name] ??= {
      size: member.size,
      mtime: member.mtime,
      mode: storedMode(member.mode),
    };
  }
  const { name, version, architecture, sha256 } = options.package;
  const entry: StoreEntry = {
    schema: 'gpu-setup/store@1',
    payloadSha256,
    package: { name, version, architecture },
    debs: [sha256],
    members,
    files,
  };
  const whole = mergeEntries(earlier, entry);
  await staging.write(whole);
  return whole;
}

/** @param also paths that are wanted whatever `wants` says */
async function pass(
  options: UnpackOptions,
  folder: string,
  also: ReadonlyMap<string, string>,
): Promise<{ members: StoredMember[]; missing: Map<string, string> }> {
  const bounds = new PackageBounds(options.package);
  const stage = { folder, room: new Room(folder), written: new Set<string>() };
  const members: StoredMember[] = [];
  const files = new Map<string, StoredMember>();
  const missing = new Map<string, string>();
  for await (const packed of options.deb.members()) {
    options.signal?.throwIfAborted();
    const member = { ...packed, mtime: Math.min(packed.mtime, LATEST) };
    checkMember(options.package, member, files);
    const { path, type, mode, mtime, size, linkTarget } = member;
    const linked = type === 'hardlink' ? files.get(hardLinkPath(linkTarget ?? '')) : undefined;
    bounds.add(member, linked?.size ?? size);
    const record: StoredMember = { path, type, mode, mtime, size, linkTarget, sha256: null };
    if (type === 'file') {
      // The same path twice in one archive: allowed only where both are the same, so both have to be read.
      if (options.wants(member) || also.has(path)) record.sha256 = await keep(member, stage, options);
      const earlier = files.get(path);
      if (earlier !== undefined && (earlier.sha256 !== record.sha256 || earlier.size !== size)) {
        throw unsafeMember(options.package, path, 'comes twice with different content');
      }
      files.set(path, record);
    } else if (linked !== undefined) {
      const target = linked;
      Object.assign(record, {
        size: target.size,
        mode: target.mode,
        mtime: target.mtime,
        sha256: target.sha256,
      });
      if (target.sha256 === null && options.wants({ ...member, size: target.size }))
        missing.set(target.path, path);
      files.set(path, record);
    }
    members.push(record);
  }
  return { members, missing };
}

/** Writes one file as <digest>[.x], read-only, with the package's time on it. Returns its SHA-256. */
async function keep(member: TarMember, stage: Stage, options: UnpackOptions): Promise<string> {
  if (member.size <= SMALL) return keepSmall(member, stage, options);
  return keepLarge(member, stage, options);
}

/** Where the files of one package go, and what of them is there. */
interface Stage {
  folder: string;
  room: Room;
  /** Names in the folder. */
  written: Set<string>;
}

/** In one piece, so that content which is there already is not written at all. */
async function keepSmall(
  member: TarMember,
  { folder, room, written }: Stage,
  { onBytes }: UnpackOptions,
): Promise<string> {
  const content = await contentOf(member);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const name = storedName({ sha256, mode: member.mode });
  if (written.has(name)) return sha256;
  await room.claim(content.length);
  writeSmall({
    temporary: join(folder, TEMPORARY),
    path: join(folder, name),
    content,
    mode: storedMode(member.mode),
    mtime: member.mtime,
  });
  onBytes(content.length);
  written.add(name);
  return sha256;
}

async function keepLarge(
  member: TarMember,
  { folder, room, written }: Stage,
  { signal, onBytes }: UnpackOptions,
): Promise<string> {
  await room.claim(member.size);
  const temporary = join(folder, TEMPORARY);
  const hash = createHash('sha256');
  const file = await open(temporary, 'wx', 0o600);
  try {
    for await (const chunk of member.chunks()) {
      signal?.throwIfAborted();
      // Written while it is hashed. The piece is ours until the next one is asked for.
      const writing = writeAll(file, chunk);
      // Met below; without this line a failure in the meantime would be an unhandled one.
      writing.catch(() => {});
      hash.update(chunk);
      await writing;
      onBytes(chunk.length);
    }
    await file.chmod(storedMode(member.mode));
    await file.utimes(member.mtime, member.mtime);
  } catch (error) {
    await file.close();
    await rm(temporary, { force: true });
    throw error;
  }
  await file.close();
  const sha256 = hash.digest('hex');
  const name = storedName({ sha256, mode: member.mode });
  if (written.has(name)) await rm(temporary);
  else takePlace(temporary, join(folder, name));
  written.add(name);
  return sha256;
}

const storedMode = (mode: number): number => (isExecutable(mode) ? 0o555 : 0o444);

async function writeAll(file: FileHandle, chunk: Buffer): Promise<void> {
  for (let done = 0; done < chunk.length;) done += (await file.write(chunk, done)).bytesWritten;
}
