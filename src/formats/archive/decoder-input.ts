/** What a decoder reads: parts of an open file, and bytes at hand, one after the other. */
import type { FileHandle } from 'node:fs/promises';
import type { BadArchive } from './bad-archive.ts';
import { fileChunks } from './file-chunks.ts';

export type InputPart = Uint8Array | { file: FileHandle; start: number; size: number };

const PIECE = 256 << 10;

/** Piece by piece. @throws what `bad` makes where a file ends before its part does */
export async function* inputChunks(parts: readonly InputPart[], bad: BadArchive): AsyncGenerator<Buffer> {
  for (const part of parts) {
    if ('file' in part) yield* fileChunks(part.file, part.start, part.size, bad);
    else
      for (let at = 0; at < part.length; at += PIECE) {
        const piece = part.subarray(at, at + PIECE);
        yield Buffer.from(piece.buffer, piece.byteOffset, piece.length);
      }
  }
}
