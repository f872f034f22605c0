/**
 * A decoder's own thread: one stream after the other, each into buffers that whoever asks lends. It runs where a text is
 * all there is of it (src/formats/archive/workers/pool.ts), so it imports nothing that is loaded from elsewhere.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { isOutOfMemory } from '../../../base/out-of-memory.ts';
import { AddonCoder, openAddon, type Addon } from './addon-liblzma.ts';
import { LzmaDecoder, type Coder } from './liblzma.ts';
import { STOPPED, type Failure, type FromWorker, type ToWorker, type WorkerData } from './messages.ts';
import { NativeCoder, openLibrary } from './native-liblzma.ts';
import { PartReader } from './part-reader.ts';
import type { StreamDecoder } from './stream-decoder.ts';
import { openWasmCoder } from './wasm-liblzma.ts';
import { zstdDecoder } from './zstd.ts';

const port = parentPort!;
const state = new Int32Array((workerData as WorkerData).state);
const say = (message: FromWorker): void =>
  port.postMessage(message, message.kind === 'filled' ? [message.buffer] : []);

/** Null: none, or it is at its end, or failed. */
let current: StreamDecoder | null = null;

async function handle(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case 'begin':
      return orFail(async () => {
        current = await decoderOf(message);
      });
    case 'fill':
      return fill(message.buffer);
    case 'end':
      await leave();
      return say({ kind: 'ended' });
  }
}

async function decoderOf({ decoder, parts }: Extract<ToWorker, { kind: 'begin' }>): Promise<StreamDecoder> {
  const input = new PartReader(parts);
  if (decoder === 'wasm') return new LzmaDecoder(await openWasmCoder(), input);
  if (decoder === 'zstd') return zstdDecoder(input);
  if ('addon' in decoder) return new LzmaDecoder(await nodeCoder(decoder.addon), input);
  const ffi = await import('bun:ffi');
  return new LzmaDecoder(new NativeCoder(openLibrary(decoder.library, ffi), ffi), input);
}

/** Null: it does not load here. */
let addon: Addon | null | undefined;

async function nodeCoder(path: string): Promise<Coder> {
  if (addon === undefined) {
    try {
      addon = openAddon(path);
    } catch {
      addon = null;
    }
  }
  return addon === null ? openWasmCoder() : new AddonCoder(addon);
}

async function fill(buffer: ArrayBuffer): Promise<void> {
  const decoder = current;
  let filled = { bytes: 0, last: false };
  if (decoder !== null && Atomics.load(state, 0) !== STOPPED) {
    await orFail(async () => {
      filled = await decoder.fill(new Uint8Array(buffer));
      if (filled.last) await leave();
    });
  }
  say({ kind: 'filled', buffer, ...filled });
}

async function orFail(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    say({ kind: 'failed', failure: failureOf(error) });
    await leave();
  }
}

async function leave(): Promise<void> {
  const decoder = current;
  current = null;
  await decoder?.end();
}

function failureOf(error: unknown): Failure {
  const { message, code, syscall } = error as NodeJS.ErrnoException;
  if (isOutOfMemory(error)) return { of: 'system', message, code: 'ENOMEM', syscall: 'mmap' };
  return syscall === undefined
    ? { of: 'stream', why: message ?? String(error) }
    : { of: 'system', message, code, syscall };
}

/** One message after the other: a fill in WebAssembly waits for itself. */
let turn = Promise.resolve();
port.on('message', (message: ToWorker) => {
  turn = turn.then(() => handle(message));
});
