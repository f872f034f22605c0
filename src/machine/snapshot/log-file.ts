/** Text that somebody hands in: a file or standard input, of any size, perhaps compressed, perhaps no text at all. */
import { open } from 'node:fs/promises';
import { addAbortSignal, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { GpuSetupError, messageOf } from '../../base/errors.ts';

/** Of a longer text its end counts: a failing program's last words. In bytes, after decompression. */
export const MOST_LOG_BYTES = 32 << 20;
/** Of what is decompressed at all: a small file can unpack to terabytes. */
const MOST_DECOMPRESSED = 1 << 30;
/** Of what is read at all: `yes`, a device and a broken program have no end. */
const MOST_READ = 16 * (1 << 30);
/** Of the bytes at the begin of what is looked at; text has none. */
const LOOKED_AT = 64 << 10;
const MOST_NULS = 0.001;

const NEVER = new AbortController().signal;

/**
 * @throws GpuSetupError `log-unreadable` (exit code 1), `not-a-log`: an executable, a picture, an archive, nothing at all
 */
export async function readLogFile(path: string, signal: AbortSignal = NEVER): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      const found = await file.stat();
      if (found.isDirectory()) throw notALog(path, 'it is a folder');
      const head = Buffer.alloc(2);
      const start = found.isFile() && found.size > MOST_LOG_BYTES ? found.size - MOST_LOG_BYTES : 0;
      if (found.isFile()) await file.read(head, 0, 2, 0);
      const compressed = isGzip(head);
      const stream = file.createReadStream({ start: compressed ? 0 : start, autoClose: false, signal });
      return textOf(await lastBytes(compressed ? gunzipped(stream) : stream, path), path);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof GpuSetupError) throw error;
    throw new GpuSetupError('log-unreadable', `${path} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** @param input standard input, or any other stream of bytes; closed when the signal comes, so that nothing waits for it */
export async function readLogStream(input: Readable, name: string, signal: AbortSignal): Promise<string> {
  addAbortSignal(signal, input);
  const bytes = await lastBytes(input as AsyncIterable<Uint8Array>, name);
  if (!isGzip(bytes)) return textOf(bytes, name);
  const plain = await lastBytes(gunzipped(Readable.from([bytes])), name).catch(() => Buffer.alloc(0));
  return textOf(plain, name);
}

/** What is damaged or cut off further on gives what stands before. */
async function* gunzipped(input: Readable): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  input.on('error', (error) => gunzip.destroy(error));
  input.pipe(gunzip);
  let total = 0;
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      yield chunk;
      if ((total += chunk.length) > MOST_DECOMPRESSED) return;
    }
  } catch (error) {
    if (total === 0) throw error;
  } finally {
    input.unpipe(gunzip);
    gunzip.destroy();
  }
}

async function lastBytes(input: AsyncIterable<Uint8Array>, name: string): Promise<Buffer> {
  let kept: Buffer[] = [];
  let length = 0;
  let total = 0;
  for await (const chunk of input) {
    kept.push(Buffer.from(chunk));
    length += chunk.length;
    // As soon as it is known, since what is binary may have no end.
    if (total < LOOKED_AT && total + chunk.length >= LOOKED_AT) refuseBinary(Buffer.concat(kept), name);
    total += chunk.length;
    if (total > MOST_READ) throw notALog(name, `it has no end within ${MOST_READ / (1 << 30)} GiB`);
    if (length > 2 * MOST_LOG_BYTES) {
      const last = Buffer.concat(kept).subarray(-MOST_LOG_BYTES);
      kept = [last];
      length = last.length;
    }
  }
  return Buffer.concat(kept).subarray(-MOST_LOG_BYTES);
}

function textOf(bytes: Buffer, name: string): string {
  if (bytes.length === 0) throw notALog(name, 'it is empty');
  if (isUtf16(bytes)) return bytes.toString('utf16le', 2);
  refuseBinary(bytes, name);
  return bytes.toString('utf8');
}

const isUtf16 = (bytes: Buffer): boolean => bytes[0] === 0xff && bytes[1] === 0xfe;
const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

function refuseBinary(bytes: Buffer, name: string): void {
  if (isUtf16(bytes) || isGzip(bytes)) return;
  const head = bytes.subarray(0, LOOKED_AT);
  const nuls = head.reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0);
  if (nuls > head.length * MOST_NULS) throw notALog(name, 'it is binary, not text');
}

function notALog(name: string, why: string): GpuSetupError {
  return new GpuSetupError('not-a-log', `${name} is no log: ${why}`, {
    hint: 'save what the failing command printed: COMMAND 2>&1 | tee failed.log',
  });
}
