import { describe, expect, it } from 'vitest';
import { loadSources } from '../../src/apt/sources/sources.ts';
import cudaDrivers from '../../src/compat/data/cuda-drivers.json' with { type: 'json' };
import branches from '../../src/compat/data/driver-branches.json' with { type: 'json' };
import gpus from '../../src/compat/data/gpus.json' with { type: 'json' };
import hostCompilers from '../../src/compat/data/host-compilers.json' with { type: 'json' };
import debian from '../../src/compat/data/releases/debian.json' with { type: 'json' };
import nvidia from '../../src/compat/data/releases/nvidia.json' with { type: 'json' };
import { compareDottedVersions } from '../../src/compat/dotted-version.ts';

const sorted = (versions: readonly string[]): readonly string[] => [...versions].sort(compareDottedVersions);
const DEBIANS = debian.releases.map(({ cuda }) => cuda);
const RELEASES = nvidia.releases.map(({ cuda }) => cuda);

describe('a toolkit release', () => {
  it.each([
    ['its driver (cuda-drivers.json)', cudaDrivers.toolkits],
    ['its host compilers (host-compilers.json)', hostCompilers.toolkits],
  ])('that has its packages in a table has %s, and the other way round', (_, rows) => {
    expect(sorted(rows.map(({ cuda }) => cuda))).toEqual(sorted(RELEASES));
  });

  it('stands once in each table, oldest first', () => {
    expect(RELEASES).toEqual([...new Set(sorted(RELEASES))]);
  });

  it('that a driver branch or a GPU names is known, from the oldest release on', () => {
    const named = [
      ...branches.branches.flatMap(({ maxCuda }) => maxCuda ?? []),
      ...gpus.groups.flatMap(({ firstCuda, lastCuda }) => [firstCuda, lastCuda ?? []].flat()),
    ];
    const unknown = named.filter(
      (cuda) => compareDottedVersions(cuda, RELEASES[0]!) >= 0 && !RELEASES.includes(cuda),
    );
    expect([...new Set(unknown)], 'drivers speak 12.7, of which no toolkit was published').toEqual(['12.7']);
  });

  it('was seen in a source only within the span of releases that it is taken to hold', () => {
    for (const { id, from, to, seen } of [...nvidia.sources, ...debian.sources]) {
      const known = sorted([...RELEASES, ...DEBIANS]);
      expect(seen, id).toEqual(sorted(seen));
      for (const cuda of seen) {
        expect(known, id).toContain(cuda);
        expect(compareDottedVersions(from, cuda), id).toBeLessThanOrEqual(0);
        if (to !== null) expect(compareDottedVersions(cuda, to), id).toBeLessThanOrEqual(0);
      }
    }
  });

  it('has a source that has a file, and every CUDA repository that has a file holds some release', async () => {
    const files = await loadSources('/nowhere');
    const rows = [...nvidia.sources, ...debian.sources];
    for (const { id, architecture, ...row } of rows) {
      for (const one of [id, ...('with' in row ? row.with : [])]) {
        expect(files.get(one)?.architectures, one).toEqual([architecture]);
        expect(files.get(one)?.packaging, one).toBe(one.startsWith('nvidia-') ? 'nvidia' : 'debian');
      }
    }
    const holding = new Set(rows.map(({ id }) => id));
    const cuda = [...files.keys()].filter((id) => id.startsWith('nvidia-cuda-'));
    expect(cuda.filter((id) => !holding.has(id))).toEqual([]);
  });
});
