/** Where every block of an .xz payload lies: in the file, and in what it decompresses to. */
import type { FileHandle } from 'node:fs/promises';
import { messageOf } from '../../base/errors.ts';
import { badDeb, badDebAt } from './bad-deb.ts';
import { readExactly } from '../../formats/archive/file-chunks.ts';
import {
  STREAM_FOOTER_SIZE,
  STREAM_HEADER_SIZE,
  checkHeader,
  padTo4,
  parseFooter,
  parseIndex,
  type XzRecord,
} from './xz-format.ts';

export interface XzBlock extends XzRecord {
  /** Of the block's first compressed byte in the file. */
  fileOffset: number;
  /** Of its first decompressed byte in the payload. */
  offset: number;
  /** Stream flags of the stream it belongs to. */
  flags: Buffer;
}

/** Where the payload lies: bytes [start, start + size) of an open file. */
export interface FilePart {
  file: FileHandle;
  path: string;
  start: number;
  size: number;
}

const MOST_INDEX_BYTES = 32 << 20;
const MOST_STREAMS = 4096;
/** Behind streams may stand zero bytes, a multiple of four. */
const MOST_PADDING = 4096;

/** Reads the index of every stream in the part, last one first. @throws GpuSetupError `bad-deb` */
export async function readBlocks(part: FilePart): Promise<XzBlock[]> {
  const groups: { flags: Buffer; fileOffset: number; records: XzRecord[] }[] = [];
  const fail = (why: string): never => {
    throw badDeb(part.path, `data.tar.xz: ${why}`);
  };
  const at = async (position: number, length: number): Promise<Buffer> => {
    if (position < part.start) fail('the xz index does not fit its size');
    return readExactly(part.file, position, length, badDebAt(part.path));
  };
  let end = part.start + part.size;
  let padding = 0;
  while (end > part.start) {
    const footerBytes = await at(end - STREAM_FOOTER_SIZE, STREAM_FOOTER_SIZE);
    if (footerBytes.readUInt32LE(8) === 0 && padding < MOST_PADDING) {
      end -= 4;
      padding += 4;
      continue;
    }
    if (groups.length >= MOST_STREAMS) fail(`it has more than ${MOST_STREAMS} xz streams`);
    try {
      const footer = parseFooter(footerBytes);
      if (footer.indexSize > MOST_INDEX_BYTES) fail('its xz index is impossibly large');
      const indexAt = end - STREAM_FOOTER_SIZE - footer.indexSize;
      const records = parseIndex(await at(indexAt, footer.indexSize));
      const bytes = records.reduce((sum, record) => sum + padTo4(record.unpaddedSize), 0);
      const headerAt = indexAt - bytes - STREAM_HEADER_SIZE;
      checkHeader(await at(headerAt, STREAM_HEADER_SIZE), footer.flags);
      groups.push({ flags: footer.flags, fileOffset: headerAt + STREAM_HEADER_SIZE, records });
      end = headerAt;
    } catch (error) {
      if (error instanceof Error && error.constructor === Error) fail(messageOf(error));
      throw error;
    }
  }
  const blocks: XzBlock[] = [];
  let offset = 0;
  for (const group of groups.reverse()) {
    let fileOffset = group.fileOffset;
    for (const record of group.records) {
      if (record.uncompressedSize > 0) blocks.push({ ...record, fileOffset, offset, flags: group.flags });
      fileOffset += padTo4(record.unpaddedSize);
      offset += record.uncompressedSize;
    }
  }
  if (!Number.isSafeInteger(offset)) fail('it claims an impossible size');
  return blocks;
}

/** Index of the block that holds a position of the payload. */
export function blockAt(blocks: readonly XzBlock[], position: number): number {
  let low = 0;
  let high = blocks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (blocks[middle]!.offset <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}
