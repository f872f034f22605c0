import { describe, expect, it } from 'vitest';
import { cudnnForCuda, cudnnReleases } from '../../src/compat/cudnn.ts';
import { compareDottedVersions } from '../../src/compat/dotted-version.ts';

describe('cuDNN', () => {
  it('is listed newest first, a build of a release once', () => {
    const rows = cudnnReleases();
    for (const [at, { cudnn }] of rows.entries())
      if (at > 0) expect(compareDottedVersions(rows[at - 1]!.cudnn, cudnn)).toBeGreaterThanOrEqual(0);
    const keys = rows.map(({ cudnn, cudaFrom }) => `${cudnn} ${cudaFrom}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('for a toolkit: up to CUDA 10 builds for that release, then for its major', () => {
    expect(cudnnForCuda('9.0').map(({ major }) => major)).not.toContain('8');
    expect(cudnnForCuda('9.0').map(({ cudnn }) => cudnn)).toContain('7.0.5.15');
    expect(cudnnForCuda('10.0.130').map(({ cudnn }) => cudnn)).toContain('7.5.0.56');
    expect(cudnnForCuda('11.5').some(({ cudnn }) => cudnn.startsWith('8.7.'))).toBe(true);
    expect(cudnnForCuda('12.4')[0]?.cudnn).toBe('9.27.0.42');
    expect(cudnnForCuda('13.4')[0]).toMatchObject({ soname: 'libcudnn.so.9', major: '9' });
    expect(cudnnForCuda('7.5')).toEqual([]);
    expect(cudnnForCuda('x')).toEqual([]);
  });

  it('lost Maxwell, Pascal and Volta with 9.11', () => {
    const floor = (version: string) =>
      cudnnReleases().find(({ cudnn, cudaFrom }) => cudnn.startsWith(version) && cudaFrom === '12.0')
        ?.minComputeCapability;
    expect([floor('9.10.2'), floor('9.11.0')]).toEqual(['5.0', '7.5']);
  });
});
