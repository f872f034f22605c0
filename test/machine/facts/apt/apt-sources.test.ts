import { describe, expect, it } from 'vitest';
import { valueOf } from '../../../../src/machine/answer.ts';
import { probeNvidiaSources } from '../../../../src/machine/facts/apt/apt-sources.ts';
import { SNAPSHOT_FORMAT } from '../../../../src/machine/snapshot/format.ts';
import { snapshotMachine } from '../../../../src/machine/snapshot/snapshot.ts';

async function entriesOf(name: string, text: string) {
  const path = `/etc/apt/sources.list.d/${name}`;
  const machine = snapshotMachine(
    {
      format: SNAPSHOT_FORMAT,
      files: { '/etc/apt/sources.list': null, [path]: text },
      dirs: { '/etc/apt/sources.list.d': { entries: [name], complete: true } },
    },
    'test.json',
  );
  return valueOf(await probeNvidiaSources(machine));
}

describe('apt sources that name NVIDIA', () => {
  it('one-line: options, switched off, credentials never kept', async () => {
    const entries = await entriesOf(
      'cuda.list',
      `# deb http://developer.download.nvidia.com/compute/cuda/repos/ubuntu1804/x86_64 /
deb [arch=amd64 signed-by=/usr/share/keyrings/cuda-archive-keyring.gpg] https://user:secret@developer.download.nvidia.com/x/ /  # note
deb [trusted=yes] file:/var/cuda-repo-10-0-local /
deb http://archive.example/ubuntu bionic main universe
see the deb documentation for more
`,
    );
    expect(entries).toEqual([
      expect.objectContaining({ line: 1, enabled: false, signedBy: null }),
      {
        file: '/etc/apt/sources.list.d/cuda.list',
        line: 2,
        uri: 'https://developer.download.nvidia.com/x/',
        suite: '/',
        signedBy: '/usr/share/keyrings/cuda-archive-keyring.gpg',
        trusted: false,
        enabled: true,
      },
      expect.objectContaining({ line: 3, trusted: true, uri: 'file:/var/cuda-repo-10-0-local' }),
    ]);
  });

  it('deb822: comments inside stanzas, several URIs and suites, an embedded key', async () => {
    const entries = await entriesOf(
      'f.sources',
      `# the first
Types: deb
URIs: https://developer.download.nvidia.com/a/
# why not
 https://cuda-mirror.example/a/
Suites: /
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc

Enabled: no
Types: deb
URIs: https://nvidia.github.io/x
Suites: stable testing
`,
    );
    expect(entries).toEqual([
      expect.objectContaining({
        line: 2,
        uri: 'https://developer.download.nvidia.com/a/',
        signedBy: 'embedded key',
        enabled: true,
      }),
      expect.objectContaining({ line: 2, uri: 'https://cuda-mirror.example/a/', suite: '/' }),
      expect.objectContaining({ line: 12, suite: 'stable', enabled: false, signedBy: null }),
      expect.objectContaining({ line: 12, suite: 'testing', enabled: false }),
    ]);
  });

  it('are in force where apt takes them so: "Enabled: maybe" is, options without a blank behind them are not', async () => {
    const stanza = 'Types: deb\nURIs: https://nvidia.github.io/x\nSuites: /\nEnabled: maybe\n';
    expect(await entriesOf('f.sources', stanza)).toMatchObject([{ enabled: true }]);
    expect(await entriesOf('f.list', 'deb [arch=amd64]https://nvidia.github.io/x /\n')).toBeUndefined();
  });
});
