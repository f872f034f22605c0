import { describe, expect, it } from 'vitest';
import cudaDrivers from '../../src/compat/data/cuda-drivers.json' with { type: 'json' };
import branches from '../../src/compat/data/driver-branches.json' with { type: 'json' };
import gpus from '../../src/compat/data/gpus.json' with { type: 'json' };
import hostCompilers from '../../src/compat/data/host-compilers.json' with { type: 'json' };
import nvidia from '../../src/compat/data/releases/nvidia.json' with { type: 'json' };
import { compareDottedVersions } from '../../src/compat/dotted-version.ts';

const sorted = (versions: readonly string[]): readonly string[] => [...versions].sort(compareDottedVersions);
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

  it('says which of its sources are inferred among its sources alone', () => {
    for (const { cuda, groups, inferred = [] } of nvidia.releases) {
      for (const id of inferred) expect(Object.values(groups).flat(2), cuda).toContain(id);
    }
  });
});
