import { describe, expect, it } from 'vitest';
import { relocatablePc } from '../../../src/prefix/relocate/pkg-config.ts';

describe('relocatablePc', () => {
  it("rewrites NVIDIA's files", () => {
    const before = [
      'cudaroot=/usr/local/cuda-10.0',
      'libdir=${cudaroot}/targets/x86_64-linux/lib',
      'includedir=${cudaroot}/targets/x86_64-linux/include',
      '',
      'Name: cublas',
      'Version: 10.0',
      'Libs: -L${libdir} -lcublas',
      'Cflags: -I${includedir}',
    ].join('\n');
    expect(relocatablePc(before)).toBe(
      [
        'cudaroot=${pcfiledir}/../..',
        'libdir=${pcfiledir}/../../lib64',
        'includedir=${pcfiledir}/../../include',
        '',
        'Name: cublas',
        'Version: 10.0',
        'Libs: -L${libdir} -lcublas',
        'Cflags: -I${includedir}',
      ].join('\n'),
    );
  });

  it("rewrites Debian's files", () => {
    expect(
      relocatablePc('prefix=/usr\nlibdir=/usr/lib/x86_64-linux-gnu\nLibs: -L${libdir}/stubs -lcuda\n'),
    ).toBe('prefix=${pcfiledir}/../..\nlibdir=${pcfiledir}/../../lib64\nLibs: -L${libdir}/stubs -lcuda\n');
  });

  it('rewrites folders written out among the flags, and what lies below them', () => {
    expect(relocatablePc('Libs: -L/usr/local/cuda-10.0/lib64/stubs -lcuda -pthread')).toBe(
      'Libs: -L${pcfiledir}/../../lib64/stubs -lcuda -pthread',
    );
    expect(relocatablePc('Cflags: -I/usr/include/x86_64-linux-gnu')).toBe(
      'Cflags: -I${pcfiledir}/../../include',
    );
  });

  it('leaves what is no folder, and is the same when done again', () => {
    const other = 'nvvm_version=3.1\nDescription: see /usr/lib/x\nRequires: cudart\n';
    expect(relocatablePc(other)).toBe(other);
    const once = relocatablePc('prefix=/usr\nlibdir=${prefix}/lib\n');
    expect(relocatablePc(once)).toBe(once);
  });
});
