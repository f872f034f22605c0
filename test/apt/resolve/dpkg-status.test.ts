import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDependencies } from '../../../src/apt/index/dependency.ts';
import { dpkgStatusOf, readDpkgStatus } from '../../../src/apt/resolve/dpkg-status.ts';
import { hostRequirement } from '../../../src/apt/resolve/host-requirements.ts';
import { tempDir } from '../../support/temp-dir.ts';

const text = `Package: ocl-icd-opencl-dev
Status: install ok installed
Architecture: amd64
Version: 2.3.1-1
Provides: opencl-dev,
 opencl-icd-dev (= 2.3)
Description: OpenCL development files
 Status: not a field, but text

Package: gone
Status: deinstall ok config-files
Version: 1

Package: held
Status: hold ok installed
Version: 2:1.0
`;

describe("dpkg's status", () => {
  it('knows what is installed, held packages included, and what that provides', () => {
    const status = dpkgStatusOf(text);
    expect(status.packages('held')[0]).toMatchObject({ version: '2:1.0' });
    expect(status.packages('gone')).toEqual([]);
    expect(status.providers('opencl-icd-dev').map(({ name }) => name)).toEqual(['ocl-icd-opencl-dev']);
  });

  it('meets a requirement through Provides, with its version', () => {
    const check = (clause: string) =>
      hostRequirement(parseDependencies(clause, 'amd64')[0]!, [], dpkgStatusOf(text)).status;
    expect(check('opencl-dev')).toBe('met');
    expect(check('opencl-icd-dev (>= 2)')).toBe('met');
    expect(check('opencl-icd-dev (>= 3)')).toBe('missing');
    expect(check('opencl-dev (>= 1)')).toBe('missing');
    expect(check('gone | held (>= 2:0)')).toBe('met');
    expect(check('held (>= 3:0)')).toBe('too-old');
  });

  it('is not known on a host without dpkg', async () => {
    const root = tempDir();
    expect(await readDpkgStatus(root)).toBeNull();
    await mkdir(join(root, 'var/lib/dpkg'), { recursive: true });
    await writeFile(join(root, 'var/lib/dpkg/status'), text);
    expect((await readDpkgStatus(root))!.packages('held')).toHaveLength(1);
  });
});
