/** A recorded machine, whichever form it has: our own snapshot, the report of another program, a sosreport. */
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { constants as zlib, gunzipSync } from 'node:zlib';
import { systemCode } from '../../base/errors.ts';
import { escapeLine } from '../../base/escape.ts';
import type { BadArchive } from '../../formats/archive/bad-archive.ts';
import type { Codec } from '../../formats/archive/decoders.ts';
import { badSnapshot, loadSnapshot, type LoadedSnapshot } from './schema.ts';

const SOSREPORT = 'a sosreport';

/**
 * @throws GpuSetupError `bad-snapshot`, also where the file cannot be read or is none of these; the signal's reason
 */
export async function loadRecording(file: string, signal: AbortSignal): Promise<LoadedSnapshot> {
  return (await loadSosReport(file, signal)) ?? loadSnapshot(file);
}

/** Null where it is neither an archive nor a folder: then it may be another recording, or a log. */
export async function loadSosReport(file: string, signal: AbortSignal): Promise<LoadedSnapshot | null> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => null);
  // Why it cannot be read is said by who reads it next.
  if (handle === null) return null;
  try {
    const stat = await handle.stat();
    if (stat.isDirectory()) return await fromFolder(file, signal);
    const codec = stat.isFile() ? await archiveAt(handle) : null;
    return codec === null ? null : await fromArchive(handle, file, codec, signal);
  } finally {
    await handle.close();
  }
}

async function fromFolder(folder: string, signal: AbortSignal): Promise<LoadedSnapshot> {
  const [{ entriesOfFolder, topOf }, { snapshotOfSos }] = await Promise.all([
    import('./sos/folder.ts'),
    import('./sos/read.ts'),
  ]);
  const top = await topOf(folder).catch((error: unknown) => {
    throw badSnapshot(folder, null, `cannot be read: ${systemCode(error) ?? 'unknown error'}`);
  });
  const snapshot = top === null ? null : await snapshotOfSos(entriesOfFolder(top, signal));
  if (snapshot === null)
    throw badSnapshot(
      folder,
      null,
      'is a folder, and no unpacked sosreport: it has no sos_commands (an unpacked image is named with --root)',
    );
  return { snapshot, taken: SOSREPORT };
}

async function fromArchive(
  handle: FileHandle,
  file: string,
  codec: Codec,
  signal: AbortSignal,
): Promise<LoadedSnapshot> {
  const [{ entriesOfArchive }, { snapshotOfSos }] = await Promise.all([
    import('./sos/archive.ts'),
    import('./sos/read.ts'),
  ]);
  const bad: BadArchive = (why) => badSnapshot(file, null, `cannot be unpacked: ${escapeLine(why)}`);
  const snapshot = await snapshotOfSos(entriesOfArchive({ handle, file, codec, bad, signal }));
  if (snapshot === null)
    throw badSnapshot(
      file,
      null,
      'is an archive, and no sosreport: nothing in it is sos_commands/ (of what `sos collect` made, unpack it and name one of the reports in it)',
    );
  return { snapshot, taken: SOSREPORT };
}

/** Of what is looked at to tell an archive from a compressed log: it unpacks to some megabytes at most. */
const HEAD = 4 << 10;
const TAR_MAGIC_AT = 257;

/** How a tar archive is compressed; null for what is none. Nothing but archives is compressed with xz or zstd here. */
async function archiveAt(handle: FileHandle): Promise<Codec | null> {
  const buffer = Buffer.alloc(HEAD);
  const { bytesRead } = await handle.read(buffer, 0, HEAD, 0);
  const head = buffer.subarray(0, bytesRead);
  const magic = head.toString('hex', 0, 6);
  if (magic === 'fd377a585a00') return 'xz';
  if (magic.startsWith('28b52ffd')) return 'zst';
  if (magic.startsWith('1f8b')) return isTar(unzipped(head)) ? 'gz' : null;
  return isTar(head) ? 'plain' : null;
}

const isTar = (head: Buffer): boolean => head.toString('latin1', TAR_MAGIC_AT, TAR_MAGIC_AT + 5) === 'ustar';

/** As far as it goes: the head of a file ends in the middle of its data. */
function unzipped(head: Buffer): Buffer {
  try {
    return gunzipSync(head, { finishFlush: zlib.Z_SYNC_FLUSH });
  } catch {
    return Buffer.alloc(0);
  }
}
