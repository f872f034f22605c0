import { describe, expect, it } from 'vitest';
import { hasMusl, servedFolder, servedRelease, servedToday } from '../../src/compat/nvidia-served.ts';

describe('which releases NVIDIA serves', () => {
  it.each([
    ['ubuntu', '22.04', 'ubuntu2204'],
    ['debian', '12', 'debian12'],
    ['rocky', '9.4', 'rhel9'],
    ['opensuse-leap', '15.6', 'opensuse15'],
    ['opensuse-leap', '16.0', 'suse16'],
    ['sles', '15.6', 'sles15'],
    ['amzn', '2023', 'amzn2023'],
    ['azurelinux', '3.0', 'azl3'],
  ])('%s %s has the folder %s', (id, version, folder) => {
    expect(servedRelease(id, version)?.folder).toBe(folder);
  });

  it('tells "none" from "not known"', () => {
    expect(servedRelease('ubuntu', '23.10')).toBeNull();
    expect(servedRelease('debian', null), 'testing has no number').toBeNull();
    expect(servedRelease('gentoo', '2.17')).toBeUndefined();
    expect(servedRelease('ubuntu', 'rolling')).toBeNull();
  });

  it('knows which have ended', () => {
    expect(servedFolder('ubuntu1804')?.newestCuda).toBe('12.0');
    expect(servedToday('ubuntu')).toEqual(['ubuntu2204', 'ubuntu2404', 'ubuntu2604']);
    expect(servedToday('gentoo')).toEqual([]);
  });

  it('knows the C library of Alpine', () => {
    expect(hasMusl('alpine')).toBe(true);
    expect(hasMusl('debian')).toBe(false);
  });
});
