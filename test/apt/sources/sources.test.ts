import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { parseSource } from '../../../src/apt/sources/source-file.ts';
import { loadSources } from '../../../src/apt/sources/sources.ts';
import { allReleases } from '../../../src/compat/releases.ts';
import type { Source } from '../../../src/apt/types.ts';
import { tempDir } from '../../support/temp-dir.ts';

const FPR = 'EB693B3035CD5710E231E123A4B469963BF863CC';
const parse = (text: string, builtIn: Source | null = null, id = 'x') =>
  parseSource(Buffer.from(text), id, `${id}.sources`, { builtIn, architecture: 'amd64' });
const good = `Types: deb\nURIs: https://example.org/repo/\nSuites: /\nArchitectures: amd64\nSigned-By: ${FPR}\n`;

let config: string;
beforeEach(async () => {
  config = tempDir();
  await mkdir(join(config, 'apt-sources'));
});

describe('built-in sources', () => {
  it('pin full fingerprints and ship disabled where none is known', async () => {
    const sources = await loadSources('/nonexistent');
    expect(sources.size).toBeGreaterThanOrEqual(17);
    for (const source of sources.values()) {
      // Which key signs NVIDIA's repository for Debian 13 on arm64 was never seen.
      expect(source.enabled, source.id).toBe(source.id !== 'nvidia-cuda-debian13-sbsa');
      expect(source.signedBy, source.id).not.toEqual([]);
      expect(source.description, source.id).not.toBeNull();
      expect(source.overridden, source.id).toBe(false);
    }
    expect(sources.get('nvidia-cuda-ubuntu1604')!.signedBy).toEqual([{ fingerprint: FPR, exactly: false }]);
    expect(sources.get('nvidia-ml-ubuntu1804')!.signedBy[0]!.fingerprint).toBe(
      'AE09FE4BBD223A84B2CCFCE3F60F4B3D7FA2AF80',
    );
    for (const [id, fingerprint] of [
      ['nvidia-cuda-debian13', '02182E60104FCDC26EAE1B8597A5D4CB8793F200'],
      ['nvidia-cuda-ubuntu2604', '14BAFBC7562AD710CA04E69905FBB6DA60DF8A40'],
    ] as const) {
      expect(sources.get(id)).toMatchObject({ enabled: true, signedBy: [{ fingerprint, exactly: false }] });
    }
  });

  it('of NVIDIA are there for arm64 too, where NVIDIA has them, and name the key of the very repository', async () => {
    const sources = await loadSources('/nonexistent');
    const ids = [...sources.keys()].filter((id) => id.startsWith('nvidia-') && !id.endsWith('-sbsa'));
    // CUDA for arm64 servers begins with 11.0, and no repository of Debian 11 was ever seen.
    const never = ['nvidia-cuda-ubuntu1604', 'nvidia-ml-ubuntu1604', 'nvidia-cuda-debian11'];
    for (const id of ids.filter((one) => !never.includes(one))) {
      const twin = sources.get(`${id}-sbsa`);
      expect(twin?.architectures, id).toEqual(['arm64']);
      expect(twin?.signedBy, id).toEqual(sources.get(id)!.signedBy);
    }
    for (const { id, uris, keyUris, signedBy } of sources.values()) {
      if (!id.startsWith('nvidia-')) continue;
      expect(String(keyUris[0]), id).toMatch(
        new RegExp(`^${uris[0]}${signedBy[0]!.fingerprint.slice(-8)}\\.pub$`, 'i'),
      );
    }
  });

  it("name no mirror for distributions' own repositories", async () => {
    const source = (await loadSources('/nonexistent')).get('debian-bookworm')!;
    expect(source).toMatchObject({
      uris: [],
      fromHost: { origin: 'Debian', codename: 'bookworm', uris: [] },
      suites: ['bookworm'],
    });
    expect(source.components).toContain('non-free');
  });
});

describe("the user's sources", () => {
  it('take the place of a built-in one of the same id, and are marked', async () => {
    await writeFile(join(config, 'apt-sources', 'nvidia-cuda-ubuntu1804.sources'), good);
    await writeFile(
      join(config, 'apt-sources', 'internal.sources'),
      good.replace(FPR, `${FPR.toLowerCase()}!`),
    );
    const sources = await loadSources(config);
    const overridden = sources.get('nvidia-cuda-ubuntu1804')!;
    expect(overridden.overridden).toBe(true);
    expect(overridden.uris.map(String)).toEqual(['https://example.org/repo/']);
    expect(sources.get('internal')).toMatchObject({
      overridden: false,
      signedBy: [{ fingerprint: FPR, exactly: true }],
    });
  });

  it('stop everything when malformed: file, line and what was expected', async () => {
    const file = join(config, 'apt-sources', 'nvidia-cuda-ubuntu1804.sources');
    await writeFile(file, good.replace(FPR, '3BF863CC'));
    await expect(loadSources(config)).rejects.toMatchObject({
      code: 'bad-sources',
      message: expect.stringContaining(`${file}:5: expected full key fingerprints`),
    });
  });

  it.each([
    'https://me:secret@[broken/',
    'https//me:secret@host/',
    'file://me:secret@host/x',
    'me:secret@host',
    `https://me:${'x'.repeat(80)}secret@host:port/`,
  ])('name the place of an address that is none, and not what it holds (%s)', async (uri) => {
    await writeFile(
      join(config, 'apt-sources', 'internal.sources'),
      good.replace('https://example.org/repo/', `https://example.org/repo/ ${uri}`),
    );
    const failure: unknown = await loadSources(config).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'bad-sources', message: expect.stringContaining('as number 2') });
    expect(String(failure)).not.toMatch(/secret|me:|xxx/);
  });
});

describe('what a file says of its packages', () => {
  it('are their kind, their architectures and whose packaging they are', () => {
    expect(parse(`${good}X-Packaging: debian\n`.replace('amd64', 'arm64'))).toMatchObject({
      packageFamily: 'deb',
      architectures: ['arm64'],
      packaging: 'debian',
    });
  });

  it('is not guessed from its id where it says nothing', () => {
    const text = good.replace(/Architectures.*\n/, '');
    expect(parse(text, null, 'debian-mirror-sbsa')).toMatchObject({
      packaging: null,
      architectures: ['amd64'],
    });
  });

  it('holds for a file made for 0.1 that stands in its place and lacks the fields', async () => {
    const file = join(config, 'apt-sources', 'debian-bookworm.sources');
    await writeFile(file, good.replace(/Architectures.*\n/, ''));
    await writeFile(
      join(config, 'apt-sources', 'nvidia-cuda-ubuntu2204-sbsa.sources'),
      good.replace(/Architectures.*\n/, ''),
    );
    const sources = await loadSources(config);
    expect(sources.get('debian-bookworm')).toMatchObject({ overridden: true, packaging: 'debian' });
    expect(sources.get('nvidia-cuda-ubuntu2204-sbsa')).toMatchObject({
      packaging: 'nvidia',
      architectures: ['arm64'],
    });
  });

  it('is whole in every built-in file; ids of other architectures carry a suffix', async () => {
    for (const source of (await loadSources('/nonexistent')).values()) {
      expect(source.packaging, source.id).not.toBeNull();
      expect(source.architectures, source.id).toEqual([
        /-(?:sbsa|arm64)$/.test(source.id) ? 'arm64' : 'amd64',
      ]);
    }
  });

  it('is what the table of CUDA releases takes them for', async () => {
    const sources = await loadSources('/nonexistent');
    for (const { packaging, groups } of allReleases()) {
      for (const [architecture, ids] of Object.entries(groups).map(
        ([key, all]) => [key, all.flat()] as const,
      )) {
        for (const id of ids) {
          expect(sources.get(id), id).toMatchObject({ packaging, architectures: [architecture] });
        }
      }
    }
  });
});

describe('one .sources file', () => {
  it.each([
    ['no stanza', '# nothing\n', /x\.sources:1: expected a stanza/],
    ['two stanzas', `${good}\n${good}`, /x\.sources:7: expected one stanza per file/],
    ['a short key id', good.replace(FPR, 'A4B469963BF863CC'), /x\.sources:5: expected full key fingerprints/],
    ['a key file', good.replace(FPR, '/usr/share/keyrings/x.gpg'), /full key fingerprints/],
    ['no key', good.replace(/Signed-By.*\n/, ''), /a field "Signed-By"/],
    ['a source-only type', good.replace('deb\n', 'deb-src\n'), /x\.sources:1: expected "deb"/],
    ['an ftp URI', good.replace('https:', 'ftp:'), /x\.sources:2: expected http/],
    ['components of a flat repository', `${good}Components: main\n`, /no Components/],
    ['a suite without components', good.replace('Suites: /', 'Suites: stable'), /a field "Components"/],
    ['a packaging that nobody makes', `${good}X-Packaging: fedora\n`, /:6: expected "nvidia" or "debian"/],
    ['a way out of the repository', good.replace('Suites: /', 'Suites: ../x/'), /names of letters/],
    ['a word for Enabled', `${good}Enabled: perhaps\n`, /x\.sources:6: expected "yes" or "no"/],
    [
      'X-From-Host without an origin',
      good.replace('URIs: https://example.org/repo/', 'X-From-Host: yes'),
      /"X-Origin"/,
    ],
  ])('is refused with %s', (_, text, message) => {
    expect(() => parse(text)).toThrow(message);
  });

  it('may be switched off without a key', () => {
    expect(parse(`${good.replace(/Signed-By.*\n/, '')}Enabled: no\n`)).toMatchObject({
      enabled: false,
      signedBy: [],
    });
  });
});
