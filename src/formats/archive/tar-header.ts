/**
 * One 512-byte header of a tar archive (POSIX ustar, and GNU's variant), as bytes to fields:
 *
 *     0 name 100 | 100 mode 8 | 108 uid 8 | 116 gid 8 | 124 size 12 | 136 mtime 12 | 148 checksum 8 | 156 type 1
 *     157 link name 100 | 257 magic "ustar" | 345 prefix 155
 *
 * Numbers are octal text, or, where the first byte's high bit is set, big-endian binary (GNU).
 */

export const TAR_BLOCK = 512;

export interface TarHeader {
  name: Buffer;
  linkName: Buffer;
  mode: number;
  size: number;
  /** Seconds since 1970. */
  mtime: number;
  /** The type flag, "\0" as "0". */
  type: string;
}

/** Null for a block of zeros: the end of the archive. @throws Error saying what is wrong */
export function parseTarHeader(block: Buffer): TarHeader | null {
  let sum = 0;
  let signedSum = 0;
  for (let i = 0; i < TAR_BLOCK; i++) {
    const byte = i >= 148 && i < 156 ? 0x20 : block[i]!;
    sum += byte;
    signedSum += byte < 0x80 ? byte : byte - 0x100;
  }
  if (sum === 8 * 0x20 && block.every((byte) => byte === 0)) return null;
  const stated = octal(block.subarray(148, 156), 'checksum');
  // Some old writers summed signed bytes.
  if (stated !== sum && stated !== signedSum) throw new Error('a tar header has a wrong checksum');
  const name = text(block.subarray(0, 100));
  // GNU ("ustar  ") keeps other things where POSIX has the prefix.
  const prefix =
    block.toString('latin1', 257, 263) === 'ustar\0' ? text(block.subarray(345, 500)) : Buffer.alloc(0);
  return {
    name: prefix.length > 0 ? Buffer.concat([prefix, Buffer.from('/'), name]) : name,
    linkName: text(block.subarray(157, 257)),
    mode: tarNumber(block.subarray(100, 108), 'mode'),
    size: tarNumber(block.subarray(124, 136), 'size'),
    mtime: tarNumber(block.subarray(136, 148), 'time'),
    type: block[156] === 0 ? '0' : String.fromCharCode(block[156]!),
  };
}

function text(field: Buffer): Buffer {
  const end = field.indexOf(0);
  return Buffer.from(end < 0 ? field : field.subarray(0, end));
}

function tarNumber(field: Buffer, what: string): number {
  if (!(field[0]! & 0x80)) return octal(field, what);
  // 0xff begins a negative number: none of these fields has one in a package.
  if (field[0] !== 0x80) throw new Error(`a tar header has an impossible ${what}`);
  let value = 0;
  for (const byte of field.subarray(1)) value = value * 256 + byte;
  if (!Number.isSafeInteger(value)) throw new Error(`a tar header has an impossible ${what}`);
  return value;
}

function octal(field: Buffer, what: string): number {
  const digits = field
    .toString('latin1')
    .replace(/[\0 ]+$/, '')
    .trimStart();
  if (digits === '') return 0;
  if (!/^[0-7]+$/.test(digits)) throw new Error(`a tar header has an unreadable ${what}`);
  return parseInt(digits, 8);
}

export interface PaxFields {
  path?: Buffer;
  linkpath?: Buffer;
  size?: number;
}

/**
 * Records of a pax header, "LENGTH KEY=VALUE\n" with LENGTH counting the whole record: "30 path=usr/share/doc/...\n".
 * Keys that do not matter here (times, owners, extended attributes) are left out. @throws Error
 */
export function parsePax(bytes: Buffer): PaxFields {
  const fields: PaxFields = {};
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(0x20, at);
    const digits = space < 0 ? '' : bytes.toString('latin1', at, space);
    const length = /^\d{1,8}$/.test(digits) ? Number(digits) : 0;
    const record = bytes.subarray(space + 1, at + length);
    const equals = record.indexOf(0x3d);
    if (length === 0 || at + length > bytes.length || equals < 0 || record.at(-1) !== 0x0a) {
      throw new Error('a pax header is damaged');
    }
    const key = record.toString('latin1', 0, equals);
    const value = Buffer.from(record.subarray(equals + 1, -1));
    if (key === 'path') fields.path = value;
    else if (key === 'linkpath') fields.linkpath = value;
    else if (key === 'size') fields.size = paxSize(value);
    else if (key.startsWith('GNU.sparse')) throw new Error('it holds a sparse file, which is not supported');
    at += length;
  }
  return fields;
}

function paxSize(value: Buffer): number {
  const size = /^\d{1,16}$/.test(value.toString('latin1')) ? Number(value.toString('latin1')) : NaN;
  if (!Number.isSafeInteger(size)) throw new Error('a pax header has an impossible size');
  return size;
}
