/** Bills of materials, held against the published schema of CycloneDX and what SPDX 2.3 requires. */
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { PackageURL } from 'packageurl-js';
import { describe, expect, it } from 'vitest';
import type { BilledPackage, BillOfMaterials } from '../../../src/prefix/home/bill-of-materials.ts';
import { sbom, type SbomForm } from '../../../src/report/sbom/sbom.ts';
import { validateSpdx } from '../../support/spdx.ts';

const DEBIAN = { vendor: 'debian', name: 'Debian', distribution: 'buster', repository: null };
const NVIDIA = {
  vendor: 'nvidia',
  name: 'NVIDIA Corporation',
  distribution: 'ubuntu1804',
  repository: 'https://nvidia.example/repos/ubuntu1804/x86_64/',
};
const COPYRIGHT = 'Format: https://debian.example/doc/copyright-format/1.0/\n\n';

function billed(name: string, more: Partial<BilledPackage> = {}): BilledPackage {
  return {
    name,
    version: '1:8.3.0-6+b1~x',
    architecture: 'amd64',
    sha256: 'a'.repeat(64),
    payloadSha256: 'b'.repeat(64),
    source: 'debian-buster',
    publisher: DEBIAN,
    packaging: 'debian',
    path: `pool/main/${name}_8.3.0-6_amd64.deb`,
    components: [],
    needs: null,
    texts: [],
    ...more,
  };
}

const nvidia = { publisher: NVIDIA, packaging: 'nvidia', source: 'nvidia-cuda-ubuntu1804' } as const;
const PACKAGES = [
  billed('cuda-nvcc-10-0', {
    ...nvidia,
    path: 'cuda-nvcc.deb',
    components: ['compiler'],
    needs: ['g++-8', 'zlib1g'],
  }),
  billed('g++-8', { components: ['host-compiler'], texts: [{ file: 'copyright', text: 'Terms of gcc\n' }] }),
  billed('libcudnn7', { ...nvidia, path: 'libcudnn7.deb', components: ['cudnn'] }),
  billed('ours', { publisher: null, packaging: null, source: 'in-house', path: null }),
  billed('zlib1g', {
    needs: [],
    texts: [{ file: 'copyright', text: `${COPYRIGHT}Files: *\nLicense: Zlib\n` }],
  }),
];
const BILL: BillOfMaterials = {
  name: 'cuda10',
  cuda: '10.0.130',
  cudnn: '7.5.0.56',
  recipe: 'cuda10',
  installedAt: '2024-05-01T10:00:00.123Z',
  lockDigest: 'c'.repeat(64),
  needsOfHost: ['libc6 (>= 2.27)'],
  packages: PACKAGES,
};
const CATALOGUE = [
  {
    id: 'nvidia-cuda',
    title: 'EULA',
    url: 'https://nvidia.example/eula',
    families: ['nvidia'],
    components: null,
  },
  {
    id: 'nvidia-cudnn',
    title: 'SLA',
    url: 'https://nvidia.example/sla',
    families: ['nvidia'],
    components: ['cudnn'],
  },
] as const;

const FORMS: readonly SbomForm[] = ['spdx', 'cyclonedx'];
const make = (form: SbomForm, bill: Partial<BillOfMaterials> = {}, epoch?: string) =>
  sbom(form, { ...BILL, ...bill }, { catalogue: CATALOGUE, epoch, version: '0.1.0' });
const cycloneDxErrors = async (document: unknown): Promise<unknown> =>
  new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(JSON.stringify(document));

interface Spdx {
  packages: Record<string, unknown>[];
  hasExtractedLicensingInfos: Record<string, unknown>[];
}
const spdxPackage = (name: string) =>
  (make('spdx') as unknown as Spdx).packages.find((one) => one['name'] === name)!;
interface CycloneDx {
  serialNumber: string;
  metadata: { timestamp: string; component: Record<string, unknown> };
  components: Record<string, unknown>[];
}
const cyclone = (bill?: Partial<BillOfMaterials>, epoch?: string) =>
  make('cyclonedx', bill, epoch) as unknown as CycloneDx;

describe('SBOM', () => {
  it('as CycloneDX holds against the schema of 1.6', async () => {
    expect(await cycloneDxErrors(make('cyclonedx'))).toBeNull();
    expect(
      await cycloneDxErrors(make('cyclonedx', { packages: [], lockDigest: null, recipe: null })),
    ).toBeNull();
    expect(await cycloneDxErrors({ ...make('cyclonedx'), serialNumber: 'x' })).not.toBeNull();
  });

  it('as SPDX has what 2.3 requires', () => {
    expect(validateSpdx(make('spdx'))).toEqual([]);
    expect(validateSpdx(make('spdx', { packages: [], lockDigest: null, recipe: null }))).toEqual([]);
  });

  it('names packages by URLs that say what they are', () => {
    const purls = cyclone().components.map(({ purl }) => purl as string | undefined);
    expect(purls[3]).toBeUndefined();
    expect(PackageURL.fromString(purls[0]!)).toMatchObject({
      type: 'deb',
      namespace: 'nvidia',
      name: 'cuda-nvcc-10-0',
      qualifiers: { arch: 'amd64', distro: 'ubuntu1804' },
    });
    expect(PackageURL.fromString(purls[1]!)).toMatchObject({
      namespace: 'debian',
      name: 'g++-8',
      version: '1:8.3.0-6+b1~x',
      qualifiers: { arch: 'amd64', distro: 'buster' },
    });
    expect(spdxPackage('g++-8')['externalRefs']).toEqual([
      expect.objectContaining({ referenceType: 'purl', referenceLocator: purls[1] }),
    ]);
  });

  it('gives the digests of the file and of what is in it', () => {
    expect(spdxPackage('zlib1g')).toMatchObject({
      checksums: [{ algorithm: 'SHA256', checksumValue: 'a'.repeat(64) }],
      comment: expect.stringContaining('b'.repeat(64)) as string,
    });
    expect(cyclone().components[4]).toMatchObject({
      hashes: [{ alg: 'SHA-256', content: 'a'.repeat(64) }],
      properties: expect.arrayContaining([
        { name: 'gpu-setup:payload-sha256', value: 'b'.repeat(64) },
      ]) as unknown,
    });
  });

  it('says licences by their name, else by their text, else by the terms of who publishes', () => {
    expect(spdxPackage('zlib1g')['licenseDeclared']).toBe('Zlib');
    expect(spdxPackage('cuda-nvcc-10-0')['licenseDeclared']).toBe('LicenseRef-nvidia-cuda');
    expect(spdxPackage('libcudnn7')['licenseDeclared']).toBe('LicenseRef-nvidia-cudnn');
    expect(spdxPackage('ours')['licenseDeclared']).toBe('NOASSERTION');
    const ref = spdxPackage('g++-8')['licenseDeclared'];
    expect((make('spdx') as unknown as Spdx).hasExtractedLicensingInfos).toContainEqual({
      licenseId: ref,
      name: 'copyright of g++-8',
      extractedText: 'Terms of gcc\n',
    });
    expect(cyclone().components[1]!['licenses']).toEqual([{ expression: ref, acknowledgement: 'declared' }]);
    expect(JSON.stringify(cyclone().metadata.component['licenses'])).toContain('Terms of gcc');
  });

  it('says which package needs which, and where that is not known', () => {
    const { relationships } = make('spdx') as unknown as { relationships: Record<string, string>[] };
    const needs = relationships.filter(({ relationshipType }) => relationshipType === 'DEPENDS_ON');
    expect(needs.map((one) => [one['spdxElementId'], one['relatedSpdxElement']])).toEqual([
      ['SPDXRef-Package-cuda-nvcc-10-0', 'SPDXRef-Package-g.plus.plus-8'],
      ['SPDXRef-Package-cuda-nvcc-10-0', 'SPDXRef-Package-zlib1g'],
      ...['g.plus.plus-8', 'libcudnn7', 'ours'].map((name) => [`SPDXRef-Package-${name}`, 'NOASSERTION']),
    ]);
    const { dependencies, compositions } = make('cyclonedx') as Record<string, unknown>;
    expect(dependencies).toEqual([
      { ref: 'prefix', dependsOn: PACKAGES.map(({ name }) => `package:${name}`) },
      { ref: 'package:cuda-nvcc-10-0', dependsOn: ['package:g++-8', 'package:zlib1g'] },
      { ref: 'package:zlib1g', dependsOn: [] },
    ]);
    expect(compositions).toEqual([
      { aggregate: 'incomplete', dependencies: ['package:cuda-nvcc-10-0', 'package:zlib1g'] },
      { aggregate: 'unknown', dependencies: ['package:g++-8', 'package:libcudnn7', 'package:ours'] },
    ]);
  });

  it('gives an address only where it is public', () => {
    expect(spdxPackage('g++-8')['downloadLocation']).toBe('NOASSERTION');
    expect(spdxPackage('ours')['downloadLocation']).toBe('NOASSERTION');
    expect(spdxPackage('libcudnn7')['downloadLocation']).toBe(`${NVIDIA.repository}libcudnn7.deb`);
  });

  it.each(FORMS)('%s: the same prefix is the same document, another one has another number', (form) => {
    expect(make(form)).toEqual(make(form));
    const number = (document: Record<string, unknown>) =>
      document['serialNumber'] ?? document['documentNamespace'];
    expect(number(make(form))).not.toBe(number(make(form, { lockDigest: 'd'.repeat(64) })));
    expect(number(make(form))).toMatch(/[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  });

  it('is dated with the prefix, or as SOURCE_DATE_EPOCH says', () => {
    expect(cyclone().metadata.timestamp).toBe('2024-05-01T10:00:00Z');
    expect(cyclone({}, '0').metadata.timestamp).toBe('1970-01-01T00:00:00Z');
    for (const epoch of ['yesterday', '-1', '1e3', '999999999999'])
      expect(() => cyclone({}, epoch)).toThrow(expect.objectContaining({ code: 'bad-source-date-epoch' }));
  });
});
