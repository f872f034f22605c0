import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseElf, readElf } from '../../src/formats/elf.ts';
import { elfImage } from '../support/elf-image.ts';

const LIBRARY = {
  soname: 'libcudnn.so.7',
  needed: ['libcublas.so.10', 'libc.so.6'],
  runpath: '$ORIGIN:/opt/cuda/lib64',
  versionNeeds: { 'libc.so.6': ['GLIBC_2.2.5', 'GLIBC_2.17'], 'libstdc++.so.6': ['GLIBCXX_3.4'] },
};

describe('parseElf', () => {
  it.each([64, 32] as const)(
    'reads soname, needs, search path and symbol versions of a %i-bit library',
    (bits) => {
      expect(parseElf(elfImage({ ...LIBRARY, bits, machine: 183 }))).toEqual({
        ok: true,
        elf: {
          bits,
          machine: 183,
          soname: 'libcudnn.so.7',
          needed: ['libcublas.so.10', 'libc.so.6'],
          runpath: ['$ORIGIN', '/opt/cuda/lib64'],
          versionNeeds: LIBRARY.versionNeeds,
        },
      });
    },
  );

  it('takes RPATH only where there is no RUNPATH, as the loader does', () => {
    expect(parseElf(elfImage({ rpath: '/old' }))).toMatchObject({ elf: { runpath: ['/old'] } });
    expect(parseElf(elfImage({ rpath: '/old', runpath: '/new' }))).toMatchObject({
      elf: { runpath: ['/new'] },
    });
  });

  it('tells what is no ELF file of these systems from what is damaged', () => {
    const bigEndian = elfImage(LIBRARY);
    bigEndian[5] = 2;
    expect(parseElf(bigEndian)).toMatchObject({ ok: false, problem: 'not-elf' });
    expect(
      parseElf(new TextEncoder().encode('/* GNU ld script */\nGROUP ( /lib/libc.so.6 )'.repeat(3))),
    ).toMatchObject({
      ok: false,
      problem: 'not-elf',
    });
    expect(parseElf(new Uint8Array())).toMatchObject({ ok: false, problem: 'not-elf' });
    const whole = elfImage(LIBRARY);
    expect(parseElf(whole.subarray(0, whole.length - 40))).toMatchObject({ ok: false, problem: 'damaged' });
  });

  it('survives every truncation of a library', () => {
    const whole = elfImage(LIBRARY);
    for (let length = 0; length < whole.length; length++) parseElf(whole.subarray(0, length));
  });

  it('bounds version chains that lead in circles', () => {
    const bytes = elfImage({ versionNeeds: { 'libc.so.6': ['GLIBC_2.17'] } });
    const view = new DataView(bytes.buffer);
    // The version table follows the dynamic section; vn_cnt and vna_next become endless.
    const at = 64 + 2 * 56 + 5 * 16;
    expect(view.getUint16(at, true)).toBe(1);
    view.setUint16(at + 2, 0xffff, true);
    view.setUint32(at + 16 + 12, 0xfffffff0, true);
    expect(parseElf(bytes)).toMatchObject({ ok: false, problem: 'damaged' });
  });

  it('never throws on damaged bytes of a real program', () => {
    const real = new Uint8Array(readFileSync('/proc/self/exe').subarray(0, 4096));
    const image = elfImage(LIBRARY);
    for (const original of [real, image]) {
      fc.assert(
        fc.property(
          fc.array(fc.tuple(fc.nat(original.length - 1), fc.integer({ min: 0, max: 255 })), {
            minLength: 1,
            maxLength: 12,
          }),
          (changes) => {
            const bytes = original.slice();
            for (const [at, value] of changes) bytes[at] = value;
            const result = parseElf(bytes);
            if (result.ok) expect(result.elf.needed.length).toBeLessThanOrEqual(4096);
          },
        ),
        { numRuns: 400 },
      );
    }
  });
});

describe('readElf', () => {
  it('reads little of a large file: here the running Node', () => {
    const fd = openSync('/proc/self/exe', 'r');
    try {
      let bytesRead = 0;
      const size = fstatSync(fd).size;
      const result = readElf({
        size,
        read(offset, length) {
          const buffer = Buffer.alloc(length);
          bytesRead += length;
          return buffer.subarray(0, readSync(fd, buffer, 0, length, offset));
        },
      });
      expect(result).toMatchObject({ ok: true });
      expect(result.ok && result.elf.needed).toContain('libc.so.6');
      expect(result.ok && result.elf.versionNeeds['libc.so.6']?.some((v) => v.startsWith('GLIBC_2.'))).toBe(
        true,
      );
      expect(bytesRead).toBeLessThan(size / 10);
    } finally {
      closeSync(fd);
    }
  });
});
