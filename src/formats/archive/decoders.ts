/**
 * Decompression: by what is there, the fastest first. Streams of xz and zstd are decoded outside of this thread whatever decodes them,
 * so that several use several cores.
 */
import { Readable, pipeline, type Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { GpuSetupError, messageOf } from '../../base/errors.ts';
import { childEnvironment } from '../../base/processes/child-environment.ts';
import { filterThrough } from '../../base/processes/filter-through.ts';
import { findProgram } from '../../base/processes/find-program.ts';
import type { BadArchive } from './bad-archive.ts';
import type { ByteStream } from './byte-source.ts';
import { inputChunks, type InputPart } from './decoder-input.ts';
import { readAhead } from './read-ahead.ts';
import { openLibrary, XZ_MEMORY_MIB } from './workers/liblzma.ts';
import { asPackage, DPKG_DEB } from './through-dpkg-deb.ts';
import { builtInZstd } from './workers/built-in-zstd.ts';
import type { DecoderName } from './workers/messages.ts';
import { workerStream, WINDOW } from './workers/stream.ts';

export type Codec = 'xz' | 'gz' | 'zst' | 'plain';

export interface DecodeOptions {
  /** For messages: the file whose bytes they are. */
  file: string;
  bad: BadArchive;
  signal?: AbortSignal | undefined;
  /** Where programs are looked for; default: PATH. */
  path?: string | undefined;
  /** The caller has looked how much memory decoding takes, and found it sane. */
  bounded?: boolean | undefined;
  /** Bytes that are decoded before they are asked for, where the codec is xz; the caller has reserved them. */
  ahead?: number | undefined;
  /** What `next` gave may be used again when `next` or `close` is called. Default: it is the caller's. */
  reuse?: boolean | undefined;
  /** Called when the decoder is free again, whether what it decoded was read or not; perhaps more than once. */
  onDecoded?: (() => void) | undefined;
}

const XZ_MEMORY = `--memlimit-decompress=${XZ_MEMORY_MIB}MiB`;

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
      return decodeXz(input, options);
    case 'zst':
      return decodeZstd(input, options);
  }
}

/**
 * Measured on a payload of 442 MB: liblzma in a thread 7.0 s, the program 7.3 s without what its pipes take of this
 * process, dpkg-deb some hundredths more than that, and WebAssembly in a thread 9.6 s. Only the executable can call the
 * library.
 */
async function decodeXz(input: readonly InputPart[], options: DecodeOptions): Promise<ByteStream> {
  const { ahead, onDecoded = () => {}, bad } = options;
  const library = await hasLiblzma();
  const program = library ? null : await xzProgram(input, options);
  if (program !== null) {
    const stream = fromProgram(program, inputChunks(program.input, bad), options);
    return ahead === undefined ? tellingEnd(stream, onDecoded) : readAhead(stream, ahead, onDecoded);
  }
  return inWorker(library ? 'liblzma' : 'wasm', input, options);
}

/** In a thread of its own, unless a program is faster than what the runtime has. */
async function decodeZstd(input: readonly InputPart[], options: DecodeOptions): Promise<ByteStream> {
  const program = builtInZstd !== null ? null : await decoderProgram('zstd', options.path);
  return program === null
    ? inWorker('zstd', input, options)
    : fromProgram({ argv: [program, '-dcq'] }, inputChunks(input, options.bad), options);
}

function inWorker(
  decoder: DecoderName,
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

interface Program {
  argv: readonly [string, ...string[]];
  env?: Readonly<Record<string, string>>;
}

async function xzProgram(
  input: readonly InputPart[],
  { path, bounded }: DecodeOptions,
): Promise<(Program & { input: readonly InputPart[] }) | null> {
  const xz = await decoderProgram('xz', path);
  // -T1: newer versions hold a whole block in memory per thread; cores are used by decoding several blocks.
  // --format: it takes files of another format too, which nothing else here does.
  if (xz !== null) return { argv: [xz, '-dc', '--format=xz', '-T1', XZ_MEMORY], input };
  // It knows no limit on memory.
  const dpkgDeb = bounded === true ? await decoderProgram('dpkg-deb', path) : null;
  if (dpkgDeb === null) return null;
  return { argv: [dpkgDeb, ...DPKG_DEB.args], env: DPKG_DEB.env, input: asPackage(input) };
}

let liblzma: Promise<boolean> | undefined;

function hasLiblzma(): Promise<boolean> {
  return (liblzma ??= (async () => {
    if (process.versions['bun'] === undefined) return false;
    try {
      openLibrary(await import('bun:ffi'));
      return true;
    } catch {
      return false;
    }
  })());
}

function tellingEnd(stream: ByteStream, onDecoded: () => void): ByteStream {
  return {
    async next() {
      const chunk = await stream.next();
      if (chunk === null) onDecoded();
      return chunk;
    },
    async close() {
      await stream.close();
      onDecoded();
    },
  };
}

function decoderProgram(
  name: 'xz' | 'zstd' | 'dpkg-deb',
  path = process.env['PATH'],
): Promise<string | null> {
  return findProgram(name, { PATH: path });
}

function fromProgram(
  { argv, env }: Program,
  input: AsyncIterable<Buffer>,
  { file, bad, signal }: DecodeOptions,
): ByteStream {
  return filterThrough(argv, input, {
    env: { ...withoutDecoderOptions(childEnvironment()), ...env, LC_ALL: 'C' },
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
