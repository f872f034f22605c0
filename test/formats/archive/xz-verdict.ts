/**
 * What a decoder makes of a file of xz, as a whole stream (indexes come so) and block by block (packages do). Run as a program, it
 * prints the verdicts on all files of a folder: for the runtime that calls liblzma itself.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { XzSource } from '../../../src/apt/deb/xz-source.ts';
import { GpuSetupError } from '../../../src/base/errors.ts';
import { DecoderPool } from '../../../src/formats/archive/decoder-pool.ts';
import { decode } from '../../../src/formats/archive/decoders.ts';

/** The digest of what was decoded, or one of two words. */
export type Verdict = string;
export const REFUSED = 'refused';
/** More than any file of these tests holds: a reader of packages stops at what an index lists. */
export const ENDLESS = 'endless';
const MOST = 16 << 20;

export async function ofStream(file: string): Promise<Verdict> {
  const refused = new Error('refused');
  return verdict(refused, async () => {
    const stream = await decode('xz', [readFileSync(file)], { file, bad: () => refused });
    return { next: () => stream.next(), close: () => stream.close() };
  });
}

/** The same as part of a package. */
export async function ofBlocks(path: string): Promise<Verdict> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    return await verdict(null, async () => {
      const part = { file, path, start: 0, size };
      const source = await XzSource.open(part, { pool: new DecoderPool({ slots: 2 }) });
      source.expect(source.size);
      return { next: () => source.next(1 << 20), close: () => source.close() };
    });
  } finally {
    await file.close();
  }
}

/** Of bytes that were decoded elsewhere. */
export function verdictOn(bytes: Buffer): Verdict {
  return bytes.length > MOST ? ENDLESS : createHash('sha256').update(bytes).digest('hex');
}

async function verdict(
  refused: Error | null,
  start: () => Promise<{ next(): Promise<Uint8Array | null>; close(): Promise<void> }>,
): Promise<Verdict> {
  const hash = createHash('sha256');
  let total = 0;
  try {
    const stream = await start();
    try {
      for (let chunk = await stream.next(); chunk !== null; chunk = await stream.next()) {
        total += chunk.length;
        if (total > MOST) return ENDLESS;
        hash.update(chunk);
      }
    } finally {
      await stream.close();
    }
    return hash.digest('hex');
  } catch (error) {
    if (error === refused || (error instanceof GpuSetupError && error.code === 'bad-deb')) return REFUSED;
    throw error;
  }
}

if (process.argv[2] === '--print') {
  const folder = process.argv[3]!;
  const verdicts: Record<string, [Verdict, Verdict]> = {};
  for (const name of readdirSync(folder))
    verdicts[name] = [await ofStream(join(folder, name)), await ofBlocks(join(folder, name))];
  process.stdout.write(JSON.stringify(verdicts));
}
