/** How much a signed package may be: judged from its headers, in time and memory that grow with them and no faster. */
import { describe, expect, it } from 'vitest';
import { GpuSetupError } from '../../../src/base/errors.ts';
import { mostBytes, PackageBounds, Room } from '../../../src/prefix/install/package-bounds.ts';
import { tempDir } from '../../support/temp-dir.ts';

const MIB = 1 << 20;
const PACKAGE = { name: 'cuda-x', version: '1.2-3', size: 10 * MIB, installedBytes: 30 * MIB };

function refusalOf(members: Iterable<{ path: string; size?: number }>, one = PACKAGE): GpuSetupError | null {
  const bounds = new PackageBounds(one);
  try {
    for (const { path, size = 0 } of members) bounds.add({ path, linkTarget: null }, size);
  } catch (error) {
    expect(error).toBeInstanceOf(GpuSetupError);
    return error as GpuSetupError;
  }
  return null;
}

function* many(count: number, pathOf: (i: number) => string): Generator<{ path: string }> {
  for (let i = 0; i < count; i++) yield { path: pathOf(i) };
}

describe('bytes that a package may unpack to', () => {
  it('are some times what its index says, and a changelog more', () => {
    expect(mostBytes({ size: 100 * MIB, installedBytes: 400 * MIB })).toBe((4 * 400 + 64) * MIB);
    expect(mostBytes({ size: 1000, installedBytes: 1024 })).toBeGreaterThan(60 * MIB);
  });

  it.each([null, 0])('follow from the size of the file where the index says %j', (installedBytes) => {
    expect(mostBytes({ size: MIB, installedBytes })).toBe((100 + 64) * MIB);
  });

  it('are not made endless by an index that says so', () => {
    expect(mostBytes({ size: MIB, installedBytes: 999_999_999_999 * 1024 })).toBe((1000 + 64) * MIB);
  });
});

describe('a package beyond its bounds', () => {
  it.each([
    ['bytes in one member', [{ path: 'usr/lib/bomb', size: 200 * MIB }]],
    ['bytes in many', Array.from({ length: 200 }, (_, i) => ({ path: `usr/lib/${i}`, size: MIB }))],
  ])('is refused: %s', (_, members) => {
    const error = refusalOf(members);
    expect(error).toMatchObject({
      code: 'package-out-of-bounds',
      details: { package: 'cuda-x', version: '1.2-3' },
    });
    expect(error!.message).toContain('cuda-x 1.2-3');
    expect(error!.message).toContain('usr/lib/');
    expect(error!.hint).toMatch(/--source.*--without/);
  });

  it('is refused for members without end, and not for a hundred thousand', () => {
    expect(refusalOf(many(100_000, (i) => `usr/include/${i}.h`))).toBeNull();
    expect(refusalOf(many(300_000, (i) => `usr/include/${i}.h`))?.message).toMatch(
      /more than 250000 members/,
    );
  });

  it('is refused for folders without end, which no member names', () => {
    expect(refusalOf(many(10_000, (i) => `${i}/${'a/'.repeat(97)}x`))?.message).toMatch(
      /more than 250000 folders/,
    );
  });

  it('is refused for names that fill the memory', () => {
    const long = 'n'.repeat(250);
    expect(refusalOf(many(249_000, (i) => `usr/${long}/${long}/${i}`))?.message).toMatch(
      /names of its members/,
    );
  });

  it('says so on one line, without what a terminal obeys, and at no length', () => {
    const path = `usr/x\nhint: run: rm -rf ~\u001b[2J${'y'.repeat(5000)}`;
    const { message } = refusalOf([{ path, size: 999 * MIB }])!;
    expect(message).not.toMatch(/[\u0000-\u001f]/);
    expect(message.length).toBeLessThan(700);
  });
});

describe('room on the disk', () => {
  it('is asked for before the bytes are written, not only before the install', async () => {
    const room = new Room(tempDir());
    for (let i = 0; i < 100; i++) await room.claim(1000);
    await room.claim(20 * MIB);
    await expect(room.claim(2 ** 60)).rejects.toMatchObject({
      code: 'disk-full',
      details: { neededBytes: 2 ** 60 },
    });
  });
});
