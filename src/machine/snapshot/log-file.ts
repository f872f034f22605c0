/** Text that somebody hands in: a file or standard input, of any size, perhaps compressed, perhaps no text at all. */
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { GpuSetupError, messageOf } from '../../base/errors.ts';
import { Window } from '../../base/window.ts';
import { openPatiently, patiently, piecesOf, type Patience } from '../../base/files/patient-read.ts';

/** Of a longer text its end counts: a failing program's last words. In bytes, after decompression. */
export const MOST_LOG_BYTES = 24 << 20;
/** Of what is decompressed at all: a small file can unpack to terabytes. */
const MOST_DECOMPRESSED = 1 << 30;
/** Of what is read at all: `yes`, a device and a broken program have no end. */
const MOST_READ = 16 * (1 << 30);
/** Read in one go. */
const PIECE = 1 << 20;
/** Of the bytes at the begin of what is looked at; text has none. */
const LOOKED_AT = 64 << 10;
const MOST_NULS = 0.001;

/** Who is told while nothing comes, and may stop it. */
export interface LogReader extends Pick<Patience, 'signal' | 'emit'> {
  /** Takes what stands before the end that is read, in order, as it passes; without it nobody looks at that. */
  before?: (bytes: Uint8Array) => void;
}

/**
 * @param name as the user wrote it
 * @throws GpuSetupError `log-unreadable` (exit code 1), `not-a-log`: an executable, a picture, an archive, nothing at all;
 *   the signal's reason
 */
export async function readLogFile(path: string, reader: LogReader, name = path): Promise<string> {
  return orUnreadable(name, reader, async () => {
    const file = await openPatiently(path);
    try {
      const found = await file.stat();
      if (found.isDirectory()) throw notALog(name, 'it is a folder');
      // What the kernel makes up as it is read has no size, and may have no end.
      if (found.isFile() && found.size > 0)
        return textOf(await lastBytesOfFile(file, found.size, name, reader), name);
      return await textOfStream(piecesOf(file, reader.signal), { ...reader, name });
    } finally {
      await file.close();
    }
  });
}

/**
 * @param input standard input, or any other stream of bytes; closed at the end, since a pipe that its writer keeps open
 *   would keep this process, too
 * @throws as `readLogFile` does
 */
export async function readLogStream(input: Readable, name: string, reader: LogReader): Promise<string> {
  try {
    return await orUnreadable(name, reader, () => textOfStream(input, { ...reader, name }));
  } finally {
    input.destroy();
  }
}

async function orUnreadable(
  name: string,
  { signal }: LogReader,
  read: () => Promise<string>,
): Promise<string> {
  try {
    return await read();
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof GpuSetupError) throw error;
    throw new GpuSetupError('log-unreadable', `${name} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

async function lastBytesOfFile(
  file: FileHandle,
  size: number,
  name: string,
  { before, signal }: LogReader,
): Promise<Buffer> {
  const head = Buffer.alloc(2);
  await file.read(head, 0, 2, 0);
  if (isGzip(head)) {
    const stream = file.createReadStream({ start: 0, end: size - 1, autoClose: false });
    return lastBytes(gunzipped(stream), name, before);
  }
  const isWanted = before !== undefined && size <= MOST_READ;
  const start = isWanted ? 0 : Math.max(0, size - MOST_LOG_BYTES);
  return lastBytes(partOf(file, start, size, signal), name, before);
}

/** To where it ended when it was opened: what is written to it meanwhile might come faster than it is read. Each piece is overwritten by the next. */
async function* partOf(
  file: FileHandle,
  start: number,
  end: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const piece = Buffer.allocUnsafe(PIECE);
  for (let at = start; at < end;) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(piece, 0, Math.min(piece.length, end - at), at);
    if (bytesRead === 0) return;
    yield piece.subarray(0, bytesRead);
    at += bytesRead;
  }
}

async function textOfStream(
  input: AsyncIterable<Uint8Array>,
  patience: Patience & Pick<LogReader, 'before'>,
): Promise<string> {
  const { name, before } = patience;
  const bytes = await lastBytes(patiently(input, patience), name, before);
  if (!isGzip(bytes)) return textOf(bytes, name);
  const plain = await lastBytes(gunzipped(Readable.from([bytes])), name, before).catch(() => Buffer.alloc(0));
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

async function lastBytes(
  input: AsyncIterable<Uint8Array>,
  name: string,
  before?: (bytes: Uint8Array) => void,
): Promise<Buffer> {
  const window = new Window(MOST_LOG_BYTES, before);
  let total = 0;
  for await (const chunk of input) {
    window.push(chunk);
    // As soon as it is known, since what is binary may have no end.
    if (total < LOOKED_AT && total + chunk.length >= LOOKED_AT) refuseBinary(window.end(), name);
    total += chunk.length;
    if (total > MOST_READ) throw notALog(name, `it has no end within ${MOST_READ / (1 << 30)} GiB`);
  }
  return window.end();
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
