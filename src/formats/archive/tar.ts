/**
 * A tar reader that pulls: it hands out one member at a time and reads that member's bytes only when asked. Before the
 * next member it jumps over what was not read.
 */
import { messageOf } from '../../base/errors.ts';
import type { BadArchive } from './bad-archive.ts';
import { readUpTo, type PayloadSource } from './byte-source.ts';
import { TAR_BLOCK, parsePax, parseTarHeader, type PaxFields, type TarHeader } from './tar-header.ts';

export type TarType = 'file' | 'dir' | 'link' | 'hardlink' | 'char' | 'block' | 'fifo';

export interface TarMember {
  /** As written, without a leading "./" and a trailing "/": "usr/local/cuda-10.0/bin/nvcc"; "" is the root. */
  path: string;
  type: TarType;
  /** All mode bits as written, setuid and the like included. */
  mode: number;
  /** Bytes of content; 0 for everything but files. */
  size: number;
  /** Seconds since 1970. */
  mtime: number;
  /** Of links and hard links, as written. */
  linkTarget: string | null;
  /** The content, piece by piece; only until the next member is asked for, and only once. */
  chunks(): AsyncGenerator<Buffer>;
}

const TYPES: Readonly<Record<string, TarType>> = {
  '0': 'file',
  '7': 'file',
  '1': 'hardlink',
  '2': 'link',
  '3': 'char',
  '4': 'block',
  '5': 'dir',
  '6': 'fifo',
};

/** PATH_MAX: no file system takes a longer name. */
const LONGEST_NAME = 4096;
const LARGEST_PAX = 1 << 20;
/** Extension headers before one member; honest writers use three at most. */
const MOST_EXTENSIONS = 16;
const MOST_MEMBERS = 1_000_000;
/** Of all extension headers together: long names of a quarter of a million members. */
const MOST_EXTENSION_BYTES = 256 << 20;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @throws what `bad` makes for anything that is not a complete, well-formed archive */
export async function* tarMembers(source: PayloadSource, bad: BadArchive): AsyncGenerator<TarMember> {
  const fail: Fail = (why) => {
    throw bad(why);
  };
  const extensions = { bytes: 0 };
  for (let count = 0; ; count++) {
    if (count > MOST_MEMBERS) fail(`it has more than ${MOST_MEMBERS} members`);
    const found = await nextMember(source, extensions, fail);
    if (found === null) return;
    const { header, extra } = found;
    const written = decoded(extra.path ?? header.name, fail);
    const type = TYPES[header.type] ?? fail(`member "${written}" has the unknown type "${header.type}"`);
    const size = type === 'file' ? (extra.size ?? header.size) : 0;
    if (source.size !== null && size > source.size - source.position) {
      fail(`member "${written}" claims ${size} bytes where only ${source.size - source.position} follow`);
    }
    const isLink = type === 'link' || type === 'hardlink';
    const start = source.position;
    yield {
      path: written
        .replace(/^(\.\/+)+/, '')
        .replace(/\/+$/, '')
        .replace(/^\.$/, ''),
      // Archives from before POSIX mark folders by the name alone.
      type: type === 'file' && written.endsWith('/') ? 'dir' : type,
      mode: header.mode & 0o7777,
      size,
      mtime: header.mtime,
      linkTarget: isLink ? decoded(extra.linkpath ?? header.linkName, fail) : null,
      chunks: chunksOf(source, size, written, fail),
    };
    await source.skip(start + size + padding(size) - source.position);
  }
}

/** All of a member's content, in memory of its own. */
export async function contentOf({ size, chunks }: Pick<TarMember, 'size' | 'chunks'>): Promise<Buffer> {
  const content = Buffer.allocUnsafe(size);
  let done = 0;
  for await (const chunk of chunks()) done += chunk.copy(content, done);
  return content;
}

type Fail = (why: string) => never;

/** The header of the next member, with what the extension headers before it say; null at the end of the archive. */
async function nextMember(
  source: PayloadSource,
  all: { bytes: number },
  fail: Fail,
): Promise<{ header: TarHeader; extra: PaxFields } | null> {
  const extra: PaxFields = {};
  let header = await nextHeader(source, fail);
  for (let extensions = 0; header !== null && 'LKxg'.includes(header.type); extensions++) {
    if (extensions >= MOST_EXTENSIONS) fail('too many tar extension headers in a row');
    all.bytes += header.size;
    if (all.bytes > MOST_EXTENSION_BYTES) fail('its tar extension headers have no end');
    const name = header.type === 'L' || header.type === 'K';
    const bytes = await extension(source, header, name ? LONGEST_NAME + 1 : LARGEST_PAX, fail);
    if (header.type === 'L') extra.path = untilZero(bytes);
    else if (header.type === 'K') extra.linkpath = untilZero(bytes);
    // A global header ("g") may carry comments and times; a name for every member makes no sense.
    else if (header.type === 'x')
      Object.assign(
        extra,
        wellFormed(() => parsePax(bytes), fail),
      );
    header = await nextHeader(source, fail);
    if (header === null) fail('its tar archive ends behind an extension header');
  }
  return header === null ? null : { header, extra };
}

async function nextHeader(source: PayloadSource, fail: Fail): Promise<TarHeader | null> {
  const block = await readUpTo(source, TAR_BLOCK);
  if (block.length < TAR_BLOCK) fail('its tar archive is cut off');
  return wellFormed(() => parseTarHeader(block), fail);
}

async function extension(
  source: PayloadSource,
  { size }: TarHeader,
  largest: number,
  fail: Fail,
): Promise<Buffer> {
  if (size > largest) fail(`a tar extension header of ${size} bytes`);
  const bytes = await readUpTo(source, size);
  if (bytes.length < size) fail('its tar archive is cut off');
  await source.skip(padding(size));
  return bytes;
}

function wellFormed<T>(parse: () => T, fail: Fail): T {
  try {
    return parse();
  } catch (error) {
    return fail(messageOf(error));
  }
}

/** Readable once, as long as the source stands where the content begins. */
function chunksOf(
  source: PayloadSource,
  size: number,
  name: string,
  fail: Fail,
): () => AsyncGenerator<Buffer> {
  const start = source.position;
  let asked = false;
  return async function* () {
    if (asked || source.position !== start) throw new Error(`${name}: its bytes are no longer at hand`);
    asked = true;
    source.expect(size);
    for (let left = size; left > 0;) {
      const chunk = (await source.next(left)) ?? fail(`its tar archive ends inside "${name}"`);
      left -= chunk.length;
      yield chunk;
    }
  };
}

function padding(size: number): number {
  return (TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK;
}

function untilZero(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

function decoded(bytes: Buffer, fail: Fail): string {
  if (bytes.length > LONGEST_NAME) fail(`a member's name of ${bytes.length} bytes`);
  try {
    return utf8.decode(bytes);
  } catch {
    return fail(`a member's name is not UTF-8: ${bytes.toString('latin1')}`);
  }
}
