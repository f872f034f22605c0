/**
 * The container format of .xz files, as far as finding and re-wrapping its blocks takes
 * (https://tukaani.org/xz/xz-file-format.txt, version 1.2.1):
 *
 *     stream: header (12 bytes) | block | block | ... | index | footer (12 bytes)
 *     header: FD "7zXZ" 00 | flags (2) | CRC32 of the flags
 *     index:  00 | number of records | { unpadded size, uncompressed size } ... | padding to 4 | CRC32
 *     footer: CRC32 | index size / 4 - 1 (4, little-endian) | flags (2) | "YZ"
 *
 * Numbers in the index have 7 bits per byte, least significant first. A block is padded to 4 bytes in the file.
 */
import { crc32 } from 'node:zlib';

export interface XzRecord {
  /** Compressed bytes, without the padding to 4. */
  unpaddedSize: number;
  uncompressedSize: number;
}

export interface XzFooter {
  indexSize: number;
  /** Two bytes: which check follows each block. */
  flags: Buffer;
}

export const STREAM_HEADER_SIZE = 12;
export const STREAM_FOOTER_SIZE = 12;

/** Of one stream. Writers make blocks of megabytes. */
const MOST_BLOCKS = 100_000;

const HEADER_MAGIC = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]);
const FOOTER_MAGIC = Buffer.from('YZ', 'latin1');

export const padTo4 = (size: number): number => Math.ceil(size / 4) * 4;

/** @throws Error saying what is wrong; the caller knows the file's name */
export function parseFooter(bytes: Buffer): XzFooter {
  if (bytes.length !== STREAM_FOOTER_SIZE || !bytes.subarray(10).equals(FOOTER_MAGIC)) {
    throw new Error('the xz footer is missing');
  }
  if (bytes.readUInt32LE(0) !== crc32(bytes.subarray(4, 10))) throw new Error('the xz footer is damaged');
  return { indexSize: (bytes.readUInt32LE(4) + 1) * 4, flags: Buffer.from(bytes.subarray(8, 10)) };
}

/** Checks the header at a stream's start against its footer's flags. @throws Error */
export function checkHeader(bytes: Buffer, flags: Buffer): void {
  if (!bytes.equals(streamHeader(flags))) throw new Error('the xz header is missing or damaged');
}

/** @throws Error */
export function parseIndex(bytes: Buffer): XzRecord[] {
  const end = bytes.length - 4;
  if (end < 4 || bytes[0] !== 0) throw new Error('the xz index is missing');
  if (bytes.readUInt32LE(end) !== crc32(bytes.subarray(0, end))) throw new Error('the xz index is damaged');
  let at = 1;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; shift < 9; shift++) {
      const byte = at < end ? bytes[at++]! : 0x80;
      value += (byte & 0x7f) * 2 ** (7 * shift);
      if (byte < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
    }
    throw new Error('the xz index holds an impossible number');
  };
  const count = number();
  // Two bytes at least per record: a count beyond that is a lie, and memory is not reserved for it.
  if (count > MOST_BLOCKS) throw new Error(`the xz index lists more than ${MOST_BLOCKS} blocks`);
  if (count > (end - at) / 2) throw new Error('the xz index claims more blocks than it lists');
  const records: XzRecord[] = [];
  for (let i = 0; i < count; i++) {
    const unpaddedSize = number();
    const uncompressedSize = number();
    if (unpaddedSize < 5) throw new Error('the xz index lists an impossible block');
    records.push({ unpaddedSize, uncompressedSize });
  }
  if (end - at > 3 || bytes.subarray(at, end).some((byte) => byte !== 0)) {
    throw new Error('the xz index does not end where it says');
  }
  return records;
}

/**
 * Bytes of memory that decoding a block takes for its dictionary, from the block's header; null where the header is not
 * one that holds LZMA2.
 *
 *     size / 4 - 1 | flags | [compressed size] | [uncompressed size] | { filter id, size of properties, properties } ...
 */
export function dictionarySize(header: Buffer): number | null {
  const flags = header[1] ?? 0;
  let at = 2;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; shift < 9; shift++) {
      const byte = header[at++];
      if (byte === undefined) return NaN;
      value += (byte & 0x7f) * 2 ** (7 * shift);
      if (byte < 0x80) return value;
    }
    return NaN;
  };
  if (flags & 0x40) number();
  if (flags & 0x80) number();
  for (let filter = 0; filter <= (flags & 3); filter++) {
    const id = number();
    const propertiesSize = number();
    const property = header[at];
    // LZMA2 has one byte of properties: 2 or 3 times a power of two.
    if (id === 0x21 && propertiesSize === 1 && property !== undefined && property <= 40) {
      return property === 40 ? 2 ** 32 - 1 : (2 | (property & 1)) * 2 ** (Math.floor(property / 2) + 11);
    }
    at += Number.isNaN(propertiesSize) ? header.length : propertiesSize;
  }
  return null;
}

/** What makes one block a valid file of its own: `before` + the block with its padding + `after`. */
export function wrapBlock(record: XzRecord, flags: Buffer): { before: Buffer; after: Buffer } {
  const list = Buffer.from([0, 1, ...encode(record.unpaddedSize), ...encode(record.uncompressedSize)]);
  const index = withCrc(Buffer.concat([list, Buffer.alloc(padTo4(list.length) - list.length)]));
  const backward = Buffer.alloc(4);
  backward.writeUInt32LE(index.length / 4 - 1);
  const tail = Buffer.concat([backward, flags]);
  return { before: streamHeader(flags), after: Buffer.concat([index, crcOf(tail), tail, FOOTER_MAGIC]) };
}

function streamHeader(flags: Buffer): Buffer {
  return Buffer.concat([HEADER_MAGIC, withCrc(flags)]);
}

function withCrc(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, crcOf(bytes)]);
}

function crcOf(bytes: Buffer): Buffer {
  const crc = Buffer.alloc(4);
  crc.writeUInt32LE(crc32(bytes));
  return crc;
}

function encode(value: number): number[] {
  const bytes: number[] = [];
  let left = value;
  while (left >= 0x80) {
    bytes.push((left % 0x80) | 0x80);
    left = Math.floor(left / 0x80);
  }
  return [...bytes, left];
}
