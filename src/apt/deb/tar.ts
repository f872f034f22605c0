/**
 * A tar reader that pulls: it hands out one member at a time and reads that member's bytes only when asked. Before the
 * next member it jumps over what was not read.
 */
import { messageOf } from '../../base/errors.ts';
import { badDeb } from './bad-deb.ts';
import { readUpTo, type PayloadSource } from './payload.ts';
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

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @throws GpuSetupError `bad-deb` naming `file` for anything that is not a complete, well-formed archive */
export async function* tarMembers(source: PayloadSource, file: string): AsyncGenerator<TarMember> {
  const fail = (why: string): never => {
    throw badDeb(file, why);
  };
  const guarded = <T>(parse: () => T): T => {
    try {
      return parse();
    } catch (error) {
      return fail(messageOf(error));
    }
  };
  const checkFits = (size: number, name: string): void => {
    if (source.size !== null && size > source.size - source.position) {
      fail(`member "${name}" claims ${size} bytes where only ${source.size - source.position} follow`);
    }
  };
  const nextHeader = async (): Promise<TarHeader | null> => {
    const block = await readUpTo(source, TAR_BLOCK);
    if (block.length < TAR_BLOCK) fail('its tar archive is cut off');
    return guarded(() => parseTarHeader(block));
  };
  const extension = async (header: TarHeader, largest: number): Promise<Buffer> => {
    if (header.size > largest) fail(`a tar extension header of ${header.size} bytes`);
    const bytes = await readUpTo(source, header.size);
    if (bytes.length < header.size) fail('its tar archive is cut off');
    await source.skip(padding(header.size));
    return bytes;
  };

  for (let count = 0; ; count++) {
    if (count > MOST_MEMBERS) fail(`it has more than ${MOST_MEMBERS} members`);
    const extra: PaxFields = {};
    let header = await nextHeader();
    for (let extensions = 0; header !== null && 'LKxg'.includes(header.type); extensions++) {
      if (extensions >= MOST_EXTENSIONS) fail('too many tar extension headers in a row');
      if (header.type === 'L') extra.path = untilZero(await extension(header, LONGEST_NAME + 1));
      else if (header.type === 'K') extra.linkpath = untilZero(await extension(header, LONGEST_NAME + 1));
      else {
        const bytes = await extension(header, LARGEST_PAX);
        // A global header ("g") may carry comments and times; a name for every member makes no sense.
        if (header.type === 'x')
          Object.assign(
            extra,
            guarded(() => parsePax(bytes)),
          );
      }
      header = await nextHeader();
      if (header === null) fail('its tar archive ends behind an extension header');
    }
    if (header === null) return;

    const written = decoded(extra.path ?? header.name, fail);
    const type = TYPES[header.type] ?? fail(`member "${written}" has the unknown type "${header.type}"`);
    const size = type === 'file' ? (extra.size ?? header.size) : 0;
    checkFits(size, written);
    const isLink = type === 'link' || type === 'hardlink';
    const start = source.position;
    let asked = false;
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
      async *chunks() {
        if (asked || source.position !== start)
          throw new Error(`${written}: its bytes are no longer at hand`);
        asked = true;
        source.expect(size);
        for (let left = size; left > 0;) {
          const chunk = (await source.next(left)) ?? fail(`its tar archive ends inside "${written}"`);
          left -= chunk.length;
          yield chunk;
        }
      },
    };
    await source.skip(start + size + padding(size) - source.position);
  }
}

function padding(size: number): number {
  return (TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK;
}

function untilZero(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

function decoded(bytes: Buffer, fail: (why: string) => never): string {
  if (bytes.length > LONGEST_NAME) fail(`a member's name of ${bytes.length} bytes`);
  try {
    return utf8.decode(bytes);
  } catch {
    return fail(`a member's name is not UTF-8: ${bytes.toString('latin1')}`);
  }
}
