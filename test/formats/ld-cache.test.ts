import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLdCache } from '../../src/formats/ld-cache.ts';
import { combinedLdCache, newLdCache, oldLdCache } from '../support/ld-cache-image.ts';

const LIBRARIES = [
  { soname: 'libcuda.so.1', path: '/usr/lib/x86_64-linux-gnu/libcuda.so.1' },
  { soname: 'libcuda.so.1', path: '/usr/lib/i386-linux-gnu/libcuda.so.1', flags: 0x0003 },
  { soname: 'libcudart.so.10.0', path: '/usr/local/cuda-10.0/lib64/libcudart.so.10.0' },
];
const ENTRIES = LIBRARIES.map(({ soname, path, flags }) => ({
  soname,
  path,
  flags: flags ?? 0x0303,
  hwcap: false,
}));

describe('parseLdCache', () => {
  it.each([
    ['of glibc 2.32 and newer', newLdCache],
    ['of Ubuntu 18.04 and 20.04, two tables in one', combinedLdCache],
    ['of the oldest systems', oldLdCache],
  ])('reads the layout %s', (_, write) => {
    expect(parseLdCache(write(LIBRARIES))).toEqual({ ok: true, entries: ENTRIES });
    for (const soname of ['libcuda.so.1', 'libcudart.so.10.0', 'cuda.so.1', 'libcuda.so', 'so.1', '']) {
      const entries = ENTRIES.filter((entry) => entry.soname === soname);
      expect(parseLdCache(write(LIBRARIES), soname), soname).toEqual({ ok: true, entries });
    }
  });

  it('reads names that are no ASCII, and none that is longer than a path can be', () => {
    const far = { soname: 'libx.so.1', path: '/home/J\u00f6rg/\u5e93/libx.so.1' };
    expect(parseLdCache(newLdCache([...LIBRARIES, far]))).toEqual({
      ok: true,
      entries: [...ENTRIES, { ...far, flags: 0x0303, hwcap: false }],
    });
    const path = `/${'x'.repeat(5000)}`;
    expect(parseLdCache(newLdCache([{ soname: 'libx.so.1', path }]))).toMatchObject({ ok: false });
  });

  it('reads a soname that is the end of its path, as newer systems have it once for both', () => {
    const bytes = newLdCache(LIBRARIES.slice(0, 1));
    const view = new DataView(bytes.buffer);
    const [soname, path] = [LIBRARIES[0]!.soname, LIBRARIES[0]!.path];
    view.setUint32(48 + 4, view.getUint32(48 + 8, true) + path.length - soname.length, true);
    expect(parseLdCache(bytes)).toEqual({ ok: true, entries: ENTRIES.slice(0, 1) });
  });

  it('marks entries for certain processors only', () => {
    const cache = parseLdCache(
      newLdCache([{ soname: 'libz.so.1', path: '/lib/glibc-hwcaps/x86-64-v3/libz.so.1', hwcap: 1n << 62n }]),
    );
    expect(cache).toMatchObject({ entries: [{ hwcap: true }] });
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['text', new TextEncoder().encode('# this file is managed by hand\n')],
    ['a header without a table', newLdCache(LIBRARIES).subarray(0, 60)],
    ['a magic alone', new TextEncoder().encode('ld.so-1.7.0')],
  ])('refuses %s', (_, bytes) => {
    expect(parseLdCache(bytes)).toMatchObject({ ok: false });
  });

  it('does not believe a count that the file cannot hold', () => {
    const bytes = newLdCache(LIBRARIES);
    new DataView(bytes.buffer).setUint32(20, 0xffffffff, true);
    expect(parseLdCache(bytes)).toMatchObject({ ok: false });
  });

  it('never throws on damaged bytes, and finds one name there as in the whole', () => {
    const original = combinedLdCache(LIBRARIES);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(original.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 10 }),
        fc.nat(original.length),
        (changes, length) => {
          const bytes = original.slice();
          for (const [at, value] of changes) bytes[at] = value;
          const damaged = bytes.subarray(0, length);
          const whole = parseLdCache(damaged);
          const one = parseLdCache(damaged, 'libcuda.so.1');
          if (!whole.ok) return;
          const entries = whole.entries.filter(({ soname }) => soname === 'libcuda.so.1');
          expect(one).toEqual({ ok: true, entries });
        },
      ),
      { numRuns: 500 },
    );
  });

  const LDCONFIG = ['/sbin/ldconfig', '/usr/sbin/ldconfig'].find((path) => existsSync(path));
  it.skipIf(!LDCONFIG || !existsSync('/etc/ld.so.cache'))(
    'reads what this system has as ldconfig -p does',
    () => {
      const printed = execFileSync(LDCONFIG!, ['-p'], { encoding: 'utf8' })
        .split('\n')
        .flatMap((line) => {
          const match = /^\t(\S+) \(.*\) => (.*)$/.exec(line);
          return match ? [`${match[1]} ${match[2]}`] : [];
        });
      const cache = parseLdCache(readFileSync('/etc/ld.so.cache'));
      expect(cache.ok && cache.entries.map(({ soname, path }) => `${soname} ${path}`)).toEqual(printed);
    },
  );
});
