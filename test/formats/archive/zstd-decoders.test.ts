/**
 * zstd where there is no program: in a thread of its own, in JavaScript or by the runtime's decoder, which say the same of any
 * file that is whole or cut off.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { BUFFER } from '../../../src/formats/archive/workers/spare-buffers.ts';
import { WINDOW, workerStream } from '../../../src/formats/archive/workers/stream.ts';
import { bundleFixture } from '../../support/bundle-fixture.ts';
import { compress } from '../../support/deb.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import { sharedTempDir } from '../../support/temp-dir.ts';
import { REFUSED, verdictOn } from './zstd-verdict.ts';

const BUN = fileURLToPath(
  new URL('../../../node_modules/@oven/bun-linux-x64-baseline/bin/bun', import.meta.url),
);
const folder = sharedTempDir();
const digest = (...parts: Buffer[]): string =>
  createHash('sha256').update(Buffer.concat(parts)).digest('hex');

/** Text that repeats itself at a distance, and bytes that do not. */
const text = Buffer.from(Array.from({ length: 40_000 }, (_, i) => `line ${(i * 7919) % 10_007}\n`).join(''));
const noise = Buffer.concat(
  Array.from({ length: 20_000 }, (_, i) => createHash('sha256').update(`${i}`).digest()),
);

/**
 * A frame of 20 MB in 636 bytes: magic, descriptor (no checksum, no size), window of 128 KiB, then blocks of one byte that is
 * repeated 131072 times (RFC 8878, 3.1.1.2: last, type 1, size).
 */
function rleFrame(blocks: number): Buffer {
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]);
  const block = (last: boolean): Buffer => {
    const header = (Number(last) | (1 << 1) | (131_072 << 3)) >>> 0;
    return Buffer.from([header & 0xff, (header >> 8) & 0xff, (header >> 16) & 0xff, 0x61]);
  };
  return Buffer.concat([head, ...Array.from({ length: blocks }, (_, at) => block(at === blocks - 1))]);
}
/** A frame that is passed over: magic, length, bytes. */
const skipped = Buffer.concat([Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0]), Buffer.from('abc')]);

describe.skipIf(!hasPrograms('zstd'))('zstd without a program [needs zstd to make the files]', () => {
  const [packedText, packedNoise] = hasPrograms('zstd')
    ? [compress(text, 'zst'), compress(noise, 'zst')]
    : [Buffer.alloc(0), Buffer.alloc(0)];
  const WHOLE: Readonly<Record<string, [Buffer, string]>> = {
    text: [packedText, digest(text)],
    noise: [packedNoise, digest(noise)],
    frames: [Buffer.concat([packedText, skipped, packedNoise]), digest(text, noise)],
    repeated: [rleFrame(160), digest(Buffer.alloc(160 << 17, 'a'))],
  };
  const CUT = [1, 5, 17, packedText.length >> 1, packedText.length - 5];

  it.each(Object.keys(WHOLE))('%s: gives every byte', async (name) => {
    const [packed, expected] = WHOLE[name]!;
    expect(await verdictOn(packed)).toBe(expected);
  });

  it.each(CUT)('cut off at %i is refused', async (length) => {
    expect(await verdictOn(packedText.subarray(0, length))).toBe(REFUSED);
  });

  const OTHER: Readonly<Record<string, Buffer>> = {
    other: Buffer.from('this is no zstd at all, whatever its name says'),
    empty: Buffer.alloc(0),
    'followed by something else': Buffer.concat([packedText, Buffer.from('and more')]),
  };
  it.each(Object.keys(OTHER))('%s: is refused', async (name) => {
    expect(await verdictOn(OTHER[name]!)).toBe(REFUSED);
  });

  it('decodes in a thread no further ahead than it may, and leaves early', async () => {
    let over = false;
    const stream = await workerStream([rleFrame(160)], {
      decoder: 'zstd',
      bad: (why) => new Error(why),
      window: WINDOW,
      reuse: true,
      stallMs: 60_000,
      stalled: () => new Error('stalled'),
      onDecoded: () => (over = true),
    });
    expect((await stream.next())!.length).toBe(BUFFER);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(over).toBe(false);
    await stream.close();
    expect(over).toBe(true);
  });

  it.skipIf(!existsSync(BUN))(
    'is judged the same by the runtime of the executable [needs Bun]',
    async () => {
      const files = join(folder, 'files');
      mkdirSync(files);
      for (const [name, [packed]] of Object.entries(WHOLE)) writeFileSync(join(files, name), packed);
      for (const length of CUT) writeFileSync(join(files, `cut-${length}`), packedText.subarray(0, length));
      for (const [name, bytes] of Object.entries(OTHER)) writeFileSync(join(files, name), bytes);
      const program = join(folder, 'verdict.mjs');
      await bundleFixture(new URL('zstd-verdict.ts', import.meta.url), program);
      const run = spawnSync(BUN, [program, '--print', files], { encoding: 'utf8', timeout: 60_000 });
      expect(run.stderr).toBe('');
      expect(JSON.parse(run.stdout)).toEqual({
        ...Object.fromEntries(Object.entries(WHOLE).map(([name, [, expected]]) => [name, expected])),
        ...Object.fromEntries(Object.keys(OTHER).map((name) => [name, REFUSED])),
        ...Object.fromEntries(CUT.map((length) => [`cut-${length}`, REFUSED])),
      });
    },
    90_000,
  );
});
