import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { filesAtLeast, prefixBytes, wantedBytesAtMost } from '../../../src/prefix/layout/wanted-share.ts';
import type { Component } from '../../../src/prefix/layout/component.ts';

interface Row {
  name: string;
  size?: number;
  installedBytes: number;
  wantedBytes: number;
}
/** Of packages that were installed; see `source` there. */
const { releases } = JSON.parse(readFileSync(new URL('installed-sizes.json', import.meta.url), 'utf8')) as {
  releases: { cuda: string; prefixBytes: number; packages: Row[]; nvidiaDev: Row[] }[];
};

const DEFAULT: readonly Component[] = ['compiler', 'libraries'];
const estimate = ({ name, size = 0, installedBytes }: Row, components = DEFAULT): number =>
  wantedBytesAtMost({ name, size, installedBytes }, components);

describe.each(releases)('CUDA $cuda as it was installed', ({ packages, prefixBytes: real, nvidiaDev }) => {
  it('has no package of which more was wanted than was estimated', () => {
    for (const row of [...packages, ...nvidiaDev]) {
      expect(estimate(row), row.name).toBeGreaterThanOrEqual(row.wantedBytes);
    }
  });

  it('takes no more than its estimate, which is no more than 30 % above', () => {
    const estimated = prefixBytes(packages.map((row) => estimate(row)));
    expect(estimated).toBeGreaterThanOrEqual(real);
    expect(estimated / real).toBeLessThan(1.3);
  });

  it("keeps within that when the development packages are NVIDIA's, in all versions of their names", () => {
    const rest = packages.filter(({ name }) => name !== 'nvidia-cuda-dev');
    const releaseName = (name: string): string =>
      name.startsWith('libcublas') ? name : `${name.replace(/^lib/, 'cuda-')}-10-0`;
    for (const named of [(name: string) => `${name}-12-4`, releaseName]) {
      const rows = [...rest, ...nvidiaDev.map((row) => ({ ...row, name: named(row.name) }))];
      const truth = rows.reduce((sum, { wantedBytes }) => sum + wantedBytes, 0);
      const estimated = prefixBytes(rows.map((row) => estimate(row)));
      expect(estimated).toBeGreaterThanOrEqual(truth);
      expect(estimated / truth).toBeLessThan(1.3);
    }
  });
});

describe('what is wanted of a package', () => {
  it('is all that it has where static libraries are asked for, or where no rule speaks of it', () => {
    const row = { name: 'libcublas-dev-12-8', size: 487e6, installedBytes: 900e6 };
    expect(wantedBytesAtMost(row, ['compiler', 'libraries', 'static'])).toBe(900e6);
    expect(wantedBytesAtMost({ ...row, name: 'something-else' }, DEFAULT)).toBe(900e6);
  });

  it('is never more than it has, and is guessed high where the index does not say', () => {
    expect(wantedBytesAtMost({ name: 'cuda-nvrtc-dev-9-0', size: 1e4, installedBytes: 4e4 }, DEFAULT)).toBe(
      4e4,
    );
    expect(
      wantedBytesAtMost({ name: 'libcusolver11', size: 32e6, installedBytes: null }, DEFAULT),
    ).toBeGreaterThan(302_834_688);
  });

  it('is little of cuDNN and NCCL where their static libraries are left out', () => {
    const dev = { name: 'libcudnn8-dev', size: 400e6, installedBytes: 1.5e9 };
    expect(wantedBytesAtMost(dev, ['cudnn'])).toBeLessThan(50e6);
    expect(wantedBytesAtMost({ ...dev, name: 'libnccl-dev' }, ['nccl'])).toBeLessThan(50e6);
  });
});

describe('how many files a package surely brings', () => {
  // Counted in prefixes of CUDA 11.8 from Debian, and in Debian 12 itself.
  it.each([
    ['libthrust-dev', 822],
    ['libcu++-dev', 234],
    ['libcub-dev', 127],
    ['nvidia-cuda-dev', 101],
    ['libcublas11', 2],
    ['libstdc++-12-dev', 868],
    ['libc6-dev', 551],
    ['linux-libc-dev', 985],
    ['libgcc-12-dev', 170],
  ])('%s: no more than it has, and more than half', (name, counted) => {
    expect(filesAtLeast(name)).toBeLessThanOrEqual(counted);
    expect(filesAtLeast(name)).toBeGreaterThan(counted / 2);
  });

  it('of what carries many parts next to none, where some are named', () => {
    expect(filesAtLeast('nvidia-cuda-dev', ['nvrtc'])).toBeLessThan(5);
    expect(filesAtLeast('libthrust-dev', ['cccl'])).toBeGreaterThan(400);
  });
});
