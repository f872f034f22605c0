/**
 * Decompression. Streams of xz and zstd are decoded outside of this thread whatever decodes them, so that several use several
 * cores.
 */
import addon from 'package-path:node-liblzma/prebuilds/linux-x64/node-liblzma.node';
import { Readable, pipeline, type Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { GpuSetupError, messageOf } from '../../base/errors.ts';
import { childEnvironment } from '../../base/processes/child-environment.ts';
import { filterThrough } from '../../base/processes/filter-through.ts';
import { findProgram } from '../../base/processes/find-program.ts';
import { isNotItsFault, type BadArchive } from './bad-archive.ts';
import type { ByteStream } from './byte-source.ts';
import { inputChunks, type InputPart } from './decoder-input.ts';
import { nativeLibrary } from './native-library.ts';
import { builtInZstd } from './workers/built-in-zstd.ts';
import type { Decoder } from './workers/messages.ts';
import { workerStream, WINDOW } from './workers/stream.ts';

export type Codec = 'xz' | 'gz' | 'zst' | 'plain';

export interface DecodeOptions {
  /** For messages: the file whose bytes they are. */
  file: string;
  bad: BadArchive;
  signal?: AbortSignal | undefined;
  /** Where the program zstd is looked for; default: PATH. */
  path?: string | undefined;
  /** Bytes that are decoded before they are asked for, where the codec is xz; the caller has reserved them. */
  ahead?: number | undefined;
  /** The caller has seen that what the stream takes for its dictionary is little: default false. */
  knownDictionary?: boolean | undefined;
  /** What `next` gave may be used again when `next` or `close` is called. Default: it is the caller's. */
  reuse?: boolean | undefined;
  /** Where the codec is xz: the decoder is free again, whether what it decoded was read or not. */
  onDecoded?: (() => void) | undefined;
}

/** A decoder that delivers nothing for so long is taken for hung. */
const STALL_MS = 120_000;

/** @throws what `bad` makes, from next(), where the input is damaged */
export async function decode(
  codec: Codec,
  input: readonly InputPart[],
  options: DecodeOptions,
): Promise<ByteStream> {
  const chunks = (): AsyncGenerator<Buffer> => inputChunks(input, options.bad);
  switch (codec) {
    case 'plain':
      return fromIterable(chunks(), options);
    case 'gz':
      return fromTransform(chunks(), zlib.createGunzip(), options);
    case 'xz':
      return inWorker(await xzDecoder(options), input, options);
    case 'zst':
      return decodeZstd(input, options);
  }
}

async function xzDecoder({ knownDictionary = false }: DecodeOptions): Promise<Decoder> {
  if (process.versions['bun'] === undefined)
    return knownDictionary && process.arch === 'x64' ? { addon } : 'wasm';
  const library = await nativeLibrary();
  return library === null ? 'wasm' : { library };
}

/** In a thread of its own, unless a program is faster than what the runtime has. */
async function decodeZstd(input: readonly InputPart[], options: DecodeOptions): Promise<ByteStream> {
  const program = builtInZstd !== null ? null : await zstdProgram(options);
  return program === null
    ? inWorker('zstd', input, options)
    : fromProgram([program, '-dcq'], inputChunks(input, options.bad), options);
}

function inWorker(
  decoder: Decoder,
  input: readonly InputPart[],
  options: DecodeOptions,
): Promise<ByteStream> {
  const { ahead, bad, signal, onDecoded = () => {} } = options;
  return workerStream(input, {
    decoder,
    bad,
    signal,
    window: ahead ?? WINDOW,
    reuse: options.reuse ?? false,
    stallMs: STALL_MS,
    stalled: () => stalled('the decoder', options),
    onDecoded,
  });
}

function zstdProgram({ path = process.env['PATH'] }: DecodeOptions): Promise<string | null> {
  return findProgram('zstd', { PATH: path });
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
    stalled: () => stalled(argv[0], { file }),
    failed: (why) => bad(`it cannot be decompressed (${why})`),
  });
}

function stalled(decoder: string, { file }: Pick<DecodeOptions, 'file'>): GpuSetupError {
  return new GpuSetupError(
    'decoder-stalled',
    `${decoder} gave no data for ${STALL_MS / 1000} s, unpacking ${file}`,
    { hint: 'run the same command again; what was unpacked is kept', retryable: true },
  );
}

/** ZSTD_CLEVEL, ZSTD_NBTHREADS would change what the options say; set to nothing, zstd warns of them. */
function withoutDecoderOptions(env: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^ZSTD_/.test(name)));
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
        throw isNotItsFault(error)
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
