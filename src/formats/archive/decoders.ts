/**
 * Decompression. System programs come first where they are the fastest (a process per stream uses every core); what is
 * built in serves where they are missing, as in slim images.
 */
import { Readable, pipeline, type Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { GpuSetupError, messageOf } from '../../base/errors.ts';
import { childEnvironment } from '../../base/processes/child-environment.ts';
import { filterThrough } from '../../base/processes/filter-through.ts';
import { findProgram } from '../../base/processes/find-program.ts';
import type { BadArchive } from './bad-archive.ts';
import { DecoderPool } from './decoder-pool.ts';
import type { ByteStream } from './byte-source.ts';

export type Codec = 'xz' | 'gz' | 'zst' | 'plain';

export interface DecodeOptions {
  /** For messages: the file whose bytes they are. */
  file: string;
  bad: BadArchive;
  signal?: AbortSignal | undefined;
  /** Where programs are looked for; default: PATH. */
  path?: string | undefined;
}

/** What the largest dictionary takes that is written on purpose (128 MiB), and a little: a header may claim 4 GiB. */
const XZ_MEMORY = '--memlimit-decompress=160MiB';

/** A decoder that delivers nothing for so long is taken for hung. */
const STALL_MS = 120_000;

/** Node has it from 22.15 on, and so has the runtime of the single executable. */
const nodeZstd = (zlib as { createZstdDecompress?: () => Transform }).createZstdDecompress;

/** Whether xz is decoded by a program of its own; false: inside this process, on one core. */
export async function xzRunsOutside(path?: string): Promise<boolean> {
  return (await decoderProgram('xz', path)) !== null;
}

/** @throws what `bad` makes, from next(), where the input is damaged */
export async function decode(
  codec: Codec,
  input: AsyncIterable<Buffer>,
  options: DecodeOptions,
): Promise<ByteStream> {
  switch (codec) {
    case 'plain':
      return fromIterable(input, options);
    case 'gz':
      return fromTransform(input, zlib.createGunzip(), options);
    case 'xz': {
      const program = await decoderProgram('xz', options.path);
      // -T1: newer versions hold a whole block in memory per thread; cores are used by decoding several blocks.
      if (program !== null) return fromProgram([program, '-dc', '-T1', XZ_MEMORY], input, options);
      return builtInXz(input, options);
    }
    case 'zst': {
      if (nodeZstd !== undefined) return fromTransform(input, nodeZstd(), options);
      const program = await decoderProgram('zstd', options.path);
      if (program !== null) return fromProgram([program, '-dcq'], input, options);
      return fromIterable(pureZstd(input), options);
    }
  }
}

function decoderProgram(name: 'xz' | 'zstd', path = process.env['PATH']): Promise<string | null> {
  return findProgram(name, { PATH: path });
}

function fromProgram(
  argv: readonly [string, ...string[]],
  input: AsyncIterable<Buffer>,
  { file, bad, signal }: DecodeOptions,
): ByteStream {
  return filterThrough(argv, input, {
    env: { ...withoutDecoderOptions(childEnvironment()), LC_ALL: 'C' },
    signal,
    stallMs: STALL_MS,
    stalled: () =>
      new GpuSetupError(
        'decoder-stalled',
        `${argv[0]} gave no data for ${STALL_MS / 1000} s, unpacking ${file}`,
        { hint: 'run the same command again; what was unpacked is kept', retryable: true },
      ),
    failed: (why) => bad(`it cannot be decompressed (${why})`),
  });
}

/** XZ_DEFAULTS, XZ_OPT, ZSTD_CLEVEL, ZSTD_NBTHREADS would change what the options say; set to nothing, zstd warns of them. */
function withoutDecoderOptions(env: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(?:XZ|ZSTD)_/.test(name)));
}

function fromTransform(
  input: AsyncIterable<Buffer>,
  transform: Transform,
  options: DecodeOptions,
): ByteStream {
  pipeline(Readable.from(input, { objectMode: true }), transform, () => {
    // An error of either end destroys the transform with it, and the reader below meets it there.
  });
  return fromIterable(transform as AsyncIterable<Buffer>, options, () => transform.destroy());
}

/** The WebAssembly decoder has one instance: a second stream waits until the first is read to its end or closed. */
const oneXz = new DecoderPool({ slots: 1 });

async function builtInXz(input: AsyncIterable<Buffer>, options: DecodeOptions): Promise<ByteStream> {
  const { default: wasm } = await import('xz-decompress');
  const release = await oneXz.acquire(0, options.signal);
  const web = Readable.toWeb(Readable.from(input)) as ReadableStream<Uint8Array>;
  const reader = new wasm.XzReadableStream(web).getReader();
  let finished = false;
  async function* chunks(): AsyncGenerator<Buffer> {
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        if (value.length > 0) yield Buffer.from(value.buffer, value.byteOffset, value.length);
      }
    } finally {
      finished = true;
    }
  }
  return fromIterable(chunks(), options, async () => {
    // Cancelling a stream that ended or failed would free its decoder a second time.
    if (!finished) await reader.cancel();
    release();
  });
}

/** `stop` runs at close whether or not the end was reached. */
function fromIterable(
  input: AsyncIterable<Buffer>,
  options: DecodeOptions,
  stop?: () => unknown,
): ByteStream {
  const chunks = input[Symbol.asyncIterator]();
  return {
    async next() {
      options.signal?.throwIfAborted();
      try {
        const result = await chunks.next();
        return result.done ? null : result.value;
      } catch (error) {
        options.signal?.throwIfAborted();
        throw isSystemError(error)
          ? error
          : options.bad(`it cannot be decompressed (${messageOf(error)})`, error);
      }
    },
    async close() {
      await stop?.();
      await chunks.return?.();
    },
  };
}

/** A read error of the disk is the disk's fault, not the package's; zlib's own codes begin with Z_. */
function isSystemError(error: unknown): boolean {
  return (
    typeof (error as { syscall?: unknown } | null)?.syscall === 'string' || error instanceof GpuSetupError
  );
}

async function* pureZstd(input: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const { Decompress } = await import('fzstd');
  const ready: Buffer[] = [];
  let finished = false;
  const decoder = new Decompress((chunk, last) => {
    // The decoder uses its buffers again.
    if (chunk.length > 0) ready.push(Buffer.from(chunk));
    finished ||= last ?? false;
  });
  for await (const chunk of input) {
    decoder.push(chunk);
    yield* ready.splice(0);
  }
  decoder.push(new Uint8Array(0), true);
  yield* ready.splice(0);
  if (!finished) throw new Error('the zstd stream is cut off');
}
