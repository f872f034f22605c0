/** zstd of the runtime itself, which Node has from 22.15 on and the runtime of the executable too; else null. */
import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';

export type MakeZstd = (options: { chunkSize: number }) => Transform;

export const builtInZstd: MakeZstd | null =
  (zlib as { createZstdDecompress?: MakeZstd }).createZstdDecompress ?? null;
