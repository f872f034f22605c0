import { spawnSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { StreamSource } from '../../../src/formats/archive/byte-source.ts';
import { parsePax, parseTarHeader } from '../../../src/formats/archive/tar-header.ts';
import { tarMembers, type TarMember } from '../../../src/formats/archive/tar.ts';
import { badDebAt } from '../../../src/apt/deb/bad-deb.ts';
import { GpuSetupError } from '../../../src/base/errors.ts';
import { buildTar } from '../../support/deb.ts';
import { tempDir } from '../../support/temp-dir.ts';

/** In pieces of `chunk` bytes, as a decoder might deliver. */
function source(bytes: Buffer, chunk = 700, sized = false): StreamSource {
  let at = 0;
  return new StreamSource(
    {
      next: () => {
        const part = bytes.subarray(at, at + chunk);
        at += part.length;
        return Promise.resolve(part.length === 0 ? null : part);
      },
      close: () => Promise.resolve(),
    },
    sized ? bytes.length : null,
  );
}

async function read(
  bytes: Buffer,
  wants: (m: TarMember) => boolean = () => true,
  sized = false,
): Promise<{ member: TarMember; content: string | null }[]> {
  const result = [];
  for await (const member of tarMembers(source(bytes, 700, sized), badDebAt('x.deb'))) {
    let content: string | null = null;
    if (member.type === 'file' && wants(member)) {
      const chunks = [];
      for await (const chunk of member.chunks()) chunks.push(chunk);
      content = Buffer.concat(chunks).toString();
    }
    result.push({ member, content });
  }
  return result;
}

const long = `./usr/share/${'very-long-name/'.repeat(20)}file`;

describe('tarMembers', () => {
  it('reads files, folders, links, hard links, modes and times, and takes "./" off', async () => {
    const all = await read(
      buildTar([
        { path: './' },
        { path: './usr/' },
        { path: './usr/a', content: 'hello', mode: 0o755, mtime: 1_234_567_890 },
        { path: './usr/b', link: 'a' },
        { path: './usr/c', type: '1', link: './usr/a' },
      ]),
    );
    expect(
      all.map(({ member: { path, type, mode, size, mtime, linkTarget } }) => [
        path,
        type,
        mode,
        size,
        mtime,
        linkTarget,
      ]),
    ).toEqual([
      ['', 'dir', 0o755, 0, 1_500_000_000, null],
      ['usr', 'dir', 0o755, 0, 1_500_000_000, null],
      ['usr/a', 'file', 0o755, 5, 1_234_567_890, null],
      ['usr/b', 'link', 0o777, 0, 1_500_000_000, 'a'],
      ['usr/c', 'hardlink', 0o644, 0, 1_500_000_000, './usr/a'],
    ]);
    expect(all[2]!.content).toBe('hello');
  });

  it('delivers only what is asked for and finds the next header behind what was not', async () => {
    const files = Array.from({ length: 20 }, (_, i) => ({ path: `./f${i}`, content: 'x'.repeat(i * 333) }));
    const all = await read(buildTar(files), ({ path }) => path === 'f7' || path === 'f19');
    expect(all.map(({ content }) => content?.length ?? null).filter((size) => size !== null)).toEqual([
      2331, 6327,
    ]);
  });

  it('goes on behind a member of which only a part was read', async () => {
    const names = [];
    for await (const member of tarMembers(
      source(buildTar([{ path: 'a', content: 'y'.repeat(5000) }, { path: 'b' }])),
      badDebAt('x'),
    )) {
      names.push(member.path);
      if (member.path === 'a') await member.chunks().next();
    }
    expect(names).toEqual(['a', 'b']);
  });

  it('does not hand out bytes of a member that was left behind', async () => {
    const members = [];
    for await (const member of tarMembers(
      source(buildTar([{ path: 'a', content: 'y' }, { path: 'b' }])),
      badDebAt('x'),
    ))
      members.push(member);
    await expect(members[0]!.chunks().next()).rejects.toThrow('no longer');
  });

  it.each([
    ['GNU @LongLink', false],
    ['a pax header', true],
  ])('takes long names and targets from %s', async (_, pax) => {
    const all = await read(
      buildTar([
        { path: long, content: 'deep', pax },
        { path: './l', link: long, pax },
      ]),
    );
    expect(all[0]!.member.path).toBe(long.slice(2));
    expect(all[0]!.content).toBe('deep');
    expect(all[1]!.member.linkTarget).toBe(long);
  });

  it('reads what GNU tar writes in each of its formats', async () => {
    const folder = tempDir();
    const deep = `${'d'.repeat(90)}-${'e'.repeat(90)}`;
    writeFileSync(join(folder, deep), 'content');
    symlinkSync(`${'t'.repeat(150)}`, join(folder, 'link'));
    for (const format of ['gnu', 'pax', 'oldgnu']) {
      const made = spawnSync('tar', ['-C', folder, `--format=${format}`, '-cf', '-', '.']);
      const all = await read(made.stdout);
      expect(all.find(({ member }) => member.path === deep)?.content, format).toBe('content');
      expect(all.find(({ member }) => member.path === 'link')?.member.linkTarget, format).toBe(
        't'.repeat(150),
      );
    }
  });

  it('joins prefix and name of a ustar header, and leaves GNU fields in that place alone', () => {
    const block = buildTar([{ path: 'name' }]).subarray(0, 512);
    block.write('some/prefix', 345);
    const withSum = (): Buffer => {
      block.fill(0x20, 148, 156);
      const sum = block.reduce((total, byte) => total + byte, 0);
      block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
      return block;
    };
    expect(parseTarHeader(withSum())?.name.toString()).toBe('some/prefix/name');
    block.write('ustar  \0', 257);
    expect(parseTarHeader(withSum())?.name.toString()).toBe('name');
  });

  it('reads sizes above 8 GiB (base-256)', () => {
    expect(parseTarHeader(buildTar([{ path: 'x', claimSize: 2 ** 36 }]).subarray(0, 512))?.size).toBe(
      2 ** 36,
    );
  });

  it.each([
    ['a wrong checksum', buildTar([{ path: 'a', checksum: 1 }])],
    ['an unknown member type', buildTar([{ path: 'a', type: 'S' }])],
    ['no end marker', buildTar([{ path: 'a', content: 'x' }], { end: false })],
    ['a member larger than the archive', buildTar([{ path: 'a', content: 'x', claimSize: 2 ** 40 }])],
    ['a long name larger than any file system takes', buildTar([{ path: 'n'.repeat(5000) }])],
    ['a name that is not UTF-8', Buffer.concat([buildTar([{ path: 'a' }], { end: false }), latin1Name()])],
    ['an extension header without a member', buildTar([{ path: 'x', type: 'L', content: 'name\0' }])],
    ['extension headers without end', buildTar(Array.from({ length: 40 }, () => ({ path: 'x', type: 'g' })))],
    ['text', Buffer.from('not a tar archive '.repeat(100))],
    ['nothing', Buffer.alloc(0)],
  ])('refuses %s, naming the file', async (_, bytes) => {
    for (const sized of [true, false]) {
      await expect(read(bytes, undefined, sized)).rejects.toMatchObject({
        code: 'bad-deb',
        message: expect.stringContaining('x.deb') as string,
      });
    }
  });

  it('refuses an archive that is cut at any point', async () => {
    const whole = buildTar([
      { path: './a', content: 'x'.repeat(600) },
      { path: long, content: 'y' },
    ]);
    for (let end = 0; end < whole.length - 1024; end += 97) {
      await expect(read(whole.subarray(0, end)), `cut at ${end}`).rejects.toMatchObject({ code: 'bad-deb' });
    }
  });

  it('never fails in another way than bad-deb, whatever bytes are changed', async () => {
    const whole = buildTar([
      { path: './a', content: 'abc' },
      { path: long, content: 'y', pax: true },
      { path: './l', link: 'a' },
    ]);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        async (changes) => {
          const bytes = Buffer.from(whole);
          for (const [at, value] of changes) bytes[at] = value;
          await read(bytes).catch((error: unknown) => {
            if (!(error instanceof GpuSetupError)) throw error;
          });
        },
      ),
      { numRuns: 300 },
    );
  });
});

function latin1Name(): Buffer {
  const bytes = buildTar([{ path: 'caf' }]);
  bytes[3] = 0xe9;
  bytes.fill(0x20, 148, 156);
  const sum = bytes.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}

describe('parsePax', () => {
  it('reads records by their own length, newlines in values included', () => {
    const fields = parsePax(Buffer.from('13 path=a\nbc\n20 linkpath=over/th\n11 size=12\n16 mtime=123.45\n'));
    expect(fields.path?.toString()).toBe('a\nbc');
    expect(fields.linkpath?.toString()).toBe('over/th');
    expect(fields.size).toBe(12);
  });

  it.each([
    'x',
    '5 path',
    '99 path=a\n',
    '0 path=a\n',
    '9 path=abc',
    '12 size=-12\n',
    '8 noequal',
    '30 size=99999999999999999999\n',
  ])('refuses %j', (text) => {
    expect(() => parsePax(Buffer.from(text))).toThrow();
  });
});
