/** A .tar, .tar.gz or .tar.xz as source: unpacked under the same rules as packages. */
import { createWriteStream } from 'node:fs';
import { chmod, link, mkdir, open, readdir, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { decode, type Codec } from '../../formats/archive/decoders.ts';
import { StreamSource } from '../../formats/archive/byte-source.ts';
import { tarMembers, type TarMember } from '../../formats/archive/tar.ts';
import type { VerifiedFile } from '../../apt/package/verified-file.ts';
import { GpuSetupError, messageOf, systemCode } from '../../base/errors.ts';
import { escapeLine } from '../../base/escape.ts';
import type { BadArchive } from '../../formats/archive/bad-archive.ts';
import { checkMember, hardLinkPath, unsafeMember } from '../../prefix/install/member-policy.ts';
import { MOST_BYTES, MOST_FILES } from './folder.ts';
import { staysInside } from './links.ts';

/** How files begin. */
const MAGIC: readonly { bytes: string; codec: Codec }[] = [
  { bytes: '1f8b', codec: 'gz' },
  { bytes: 'fd377a585a00', codec: 'xz' },
  { bytes: '28b52ffd', codec: 'zst' },
];

/** An archive of the user's own, or one that is judged by what comes out. As unpackOpenSource. */
export async function unpackSource(path: string, to: string, signal?: AbortSignal): Promise<string> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw badArchive(path, messageOf(error), error);
  });
  try {
    return await unpackOpenSource({ path, handle }, to, signal);
  } finally {
    await handle.close();
  }
}

/**
 * Unpacks into an empty folder, and returns the folder that holds the source: where everything in the archive lies in
 * one folder, as is usual, that one.
 *
 * @throws GpuSetupError `bad-source-archive`, `unsafe-member`
 */
export async function unpackOpenSource(
  { path: file, handle }: VerifiedFile,
  to: string,
  signal?: AbortSignal,
): Promise<string> {
  const bad: BadArchive = (why, cause) => {
    // What was stopped in between is no fault of the archive.
    signal?.throwIfAborted();
    return badArchive(file, escapeLine(why), cause);
  };
  const { size } = await handle.stat();
  const head = Buffer.alloc(512);
  const { bytesRead } = await handle.read(head, 0, 512, 0);
  const codec = codecOf(head.subarray(0, bytesRead), file);
  const stream = await decode(codec, [{ file: handle, start: 0, size }], { file, bad, signal });
  const source = new StreamSource(stream, codec === 'plain' ? size : null);
  try {
    await writeMembers(tarMembers(source, bad), file, to, signal);
  } finally {
    await source.close();
  }
  return onlyFolder(to);
}

function codecOf(head: Buffer, file: string): Codec {
  const compressed = MAGIC.find(({ bytes }) => head.toString('hex').startsWith(bytes));
  if (compressed !== undefined) return compressed.codec;
  if (/^ustar/.test(head.toString('latin1', 257, 263))) return 'plain';
  throw badArchive(file, 'it is neither a tar archive nor one compressed with gzip, xz or zstd');
}

async function writeMembers(
  members: AsyncIterable<TarMember>,
  file: string,
  to: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const files = new Set<string>();
  const links = new Set<string>();
  let bytes = 0;
  for await (const member of members) {
    signal?.throwIfAborted();
    checkMember({ name: file }, member, files);
    if (member.path === '') continue;
    const refuse = (why: string): never => {
      throw unsafeMember({ name: file }, member.path, why);
    };
    if (foldersOf(member.path).some((folder) => links.has(folder))) refuse('lies below a link');
    if ((bytes += member.size) > MOST_BYTES || files.size + links.size > MOST_FILES) {
      throw badArchive(file, 'it unpacks to more than any source tree holds');
    }
    const target = join(to, member.path);
    try {
      await mkdir(member.type === 'dir' ? target : dirname(target), { recursive: true });
      if (member.type === 'link') {
        if (!staysInside(member.path, member.linkTarget ?? ''))
          refuse('is a link that leads out of the archive');
        await symlink(member.linkTarget!, target);
        links.add(member.path);
      } else if (member.type === 'hardlink') {
        await link(join(to, hardLinkPath(member.linkTarget!)), target);
        files.add(member.path);
      } else if (member.type === 'file') {
        await pipeline(Readable.from(member.chunks()), createWriteStream(target, { flags: 'wx' }), {
          signal,
        });
        await chmod(target, (member.mode & 0o100) !== 0 ? 0o755 : 0o644);
        files.add(member.path);
      }
    } catch (error) {
      if (!['EEXIST', 'ENOTDIR', 'EISDIR'].includes(systemCode(error) ?? '')) throw error;
      refuse('stands in the archive twice, as different things');
    }
  }
  if (files.size === 0) throw badArchive(file, 'it holds no files');
}

/** "a/b/c" -> "a", "a/b" */
function foldersOf(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join('/'));
}

async function onlyFolder(folder: string): Promise<string> {
  const names = await readdir(folder);
  const only = names.length === 1 ? join(folder, names[0]!) : null;
  return only !== null && (await stat(only)).isDirectory() ? only : folder;
}

function badArchive(file: string, why: string, cause?: unknown): GpuSetupError {
  return new GpuSetupError('bad-source-archive', `${file} cannot be used as source: ${why}`, {
    hint: 'give a folder, or a .tar, .tar.gz or .tar.xz of one',
    cause,
  });
}
