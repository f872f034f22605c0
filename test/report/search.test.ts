import { describe, expect, it } from 'vitest';
import { looseLibraries, releaseOffers } from '../../src/prefix/plan/release-offers.ts';
import { offersOf } from '../../src/prefix/plan/offers.ts';
import type { Found } from '../../src/recipe/search.ts';
import { displayWidth } from '../../src/report/display-width.ts';
import { renderSearch } from '../../src/report/search.ts';
import { terminal as pipe } from '../support/context.ts';
import { CUDA_100, CUDA_112, CUDA_134, CUDNN, nvidiaCuda } from '../support/cuda-index.ts';

const NOW = new Date('2026-11-25T12:00:00Z');
const INDEXES = new Map(
  [
    nvidiaCuda([...CUDA_100, ...CUDNN, ...CUDA_112, ...CUDA_134]),
    nvidiaCuda(CUDA_134, 'nvidia-cuda-debian13'),
  ].map((index) => [index.source.id, [index]]),
);
const releases = releaseOffers(INDEXES, [], 'amd64').map((one) => ({ ...one, hostCompiler: null }));
const FOUND: Found = {
  specs: [],
  releases,
  compilers: [],
  libraries: looseLibraries(new Map([...INDEXES].map(([id, own]) => [id, offersOf(own, [])])), releases),
  sources: [
    {
      id: 'nvidia-cuda-debian12',
      description: null,
      offer: null,
      error: { code: 'host-unreachable', message: 'cannot reach packages.example', hint: null },
      readAt: null,
    },
    {
      id: 'nvidia-cuda-debian13',
      description: null,
      offer: null,
      error: { code: 'host-unreachable', message: 'cannot reach packages.example', hint: null },
      readAt: '2026-11-25T09:00:00Z',
    },
  ],
  failures: [
    {
      code: 'host-unreachable',
      message: 'cannot reach packages.example',
      hint: null,
      sources: ['nvidia-cuda-debian12', 'nvidia-cuda-debian13'],
    },
  ],
  near: null,
};
const screen = { ...pipe, interactive: true };

describe('what search shows', () => {
  it('has all of it in a pipe, and with -v', () => {
    const text = renderSearch(FOUND, pipe, NOW);
    for (const { cuda } of FOUND.releases)
      expect(text.match(new RegExp(`^CUDA ${cuda}`, 'gm'))).toHaveLength(1);
    expect(text).toMatch(/holds  +cublas \S+ k?B/);
    expect(text).not.toMatch(/in short|older/);
    expect(renderSearch(FOUND, { ...screen, verbose: true }, NOW)).toBe(text);
  });

  it('has one block for each release on a screen, and says that it is short', () => {
    const text = renderSearch(FOUND, screen, NOW);
    expect(text.match(/^CUDA .*/gm)).toEqual([
      'CUDA 13.4.92 (13.4.2)',
      'CUDA 11.2.152 (11.2.2)',
      'CUDA 10.0.130',
    ]);
    expect(text).toMatch(/older  11\.2\.146 \(11\.2\.1\), 11\.2\.72 \(11\.2\.0\)/);
    expect(text).toContain('in short');
    expect(text).not.toContain('holds');
    const one = { ...FOUND, releases: FOUND.releases.filter(({ cuda }) => cuda.startsWith('11')) };
    expect(renderSearch(one, screen, NOW)).toContain('holds');
  });

  it('tells a failure once, apart from what is useful and after it, with how old what is known is', () => {
    const text = renderSearch(FOUND, pipe, NOW);
    expect(text.match(/cannot reach/g)).toHaveLength(1);
    expect(text).toMatch(
      /\n\n\? could not be read now: cannot reach packages\.example\n {2}nothing is known of nvidia-cuda-debian12\n {2}as of 3 hours ago: nvidia-cuda-debian13\n$/,
    );
  });

  it('says what comes near where what could be read has nothing', () => {
    const specs = [{ name: 'cuda', version: '12.9' }];
    const text = renderSearch(
      { ...FOUND, specs, releases: [], libraries: [], near: 'nearest: cuda@12.8' },
      pipe,
      NOW,
    );
    expect(text).toMatch(/^\? nothing that could be read has cuda@12\.9; nearest: cuda@12\.8\n\? could not/);
  });

  it.each([40, 80, 120])('fits %d columns; a name keeps its size', (columns) => {
    for (const terminal of [
      { ...screen, columns },
      { ...pipe, columns },
    ]) {
      const lines = renderSearch(FOUND, terminal, NOW).split('\n');
      for (const line of lines) expect(displayWidth(line), line).toBeLessThanOrEqual(columns);
      for (const line of lines) expect(line).not.toMatch(/^\s+[kMG]?B\b/);
    }
  });
});

describe('host compilers in a search', () => {
  const gcc = {
    gcc: '6.5.0',
    source: 'ubuntu-bionic',
    packages: 30,
    bytes: { download: 40e6, unpackedAtMost: 150e6 },
  };
  const release = releases.find(({ cuda }) => cuda === '10.0.130')!;
  const told = (why: 'asked' | 'automatic' | 'offered'): string =>
    renderSearch(
      { ...FOUND, releases: [{ ...release, hostCompiler: { why, offer: gcc, error: null } }], libraries: [] },
      pipe,
      NOW,
    ).replaceAll(/\n {9}/g, ' ');

  it('are told of a release with their size, and whether an install takes them', () => {
    const what = 'gcc    6.5.0 from ubuntu-bionic, 40.0 MB to download, at most 150.0 MB on disk';
    const lacks = 'this host has no compiler that CUDA 10.0.130 takes';
    expect(told('automatic')).toContain(`${what}, installed with it, ${lacks}\n`);
    expect(told('offered')).toContain(`${what}, added by --with host-compiler, ${lacks}\n`);
    expect(told('asked')).toContain(`${what}, installed with it\n`);
  });

  it('say why none can be had, in no line that is wider than the screen', () => {
    const error = {
      code: 'host-unreachable',
      message: `no archive has one: ${'cannot reach it '.repeat(9)}`,
    };
    const hostCompiler = { why: 'automatic' as const, offer: null, error };
    const text = renderSearch(
      { ...FOUND, releases: [{ ...release, hostCompiler }] },
      { ...screen, columns: 40 },
      NOW,
    );
    expect(text).toContain('none can be added: no');
    for (const line of text.split('\n')) expect(displayWidth(line), line).toBeLessThanOrEqual(40);
  });

  it('that were looked for say which CUDA takes them', () => {
    const compilers = [
      { ...gcc, cuda: ['10.0', '9.2', '9.0'] },
      { ...gcc, gcc: '4.6.3', cuda: [] },
    ];
    const text = renderSearch({ ...FOUND, releases: [], libraries: [], compilers }, pipe, NOW);
    expect(text).toContain(
      'gcc 6.5.0\n  from   ubuntu-bionic\n  size   40.0 MB to download, at most 150.0 MB on disk, 30 packages\n  for    CUDA 9.0 to 10.0\n',
    );
    expect(text).toContain('gcc 4.6.3\n');
    expect(text).toContain('  for    no CUDA that gpu-setup knows\n');
  });
});
