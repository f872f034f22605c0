import { describe, expect, it } from 'vitest';
import { keyFilesOf, parseAptSources } from '../../src/formats/apt-sources.ts';

const lines = (text: string) => parseAptSources(text, '/etc/apt/sources.list');
const stanzas = (text: string) => parseAptSources(text, 'debian.sources');

describe('lines of sources.list', () => {
  it('give URI, suite and options; a commented one is switched off', () => {
    const entries = lines(
      [
        '# deb http://off.example/debian bookworm main',
        'deb [arch=amd64 signed-by=/k/a.gpg,/k/b.gpg trusted=yes] http://m.example/debian bookworm main # note',
        'deb-src\thttp://m.example/debian\tbookworm\tmain',
        'rubbish',
        'deb cdrom:[Debian GNU/Linux 12]/ bookworm main',
        'see the deb documentation for more',
      ].join('\n'),
    );
    expect(entries).toEqual([
      expect.objectContaining({ line: 1, enabled: false, signedBy: null, trusted: false }),
      {
        line: 2,
        uri: 'http://m.example/debian',
        suites: ['bookworm'],
        signedBy: '/k/a.gpg,/k/b.gpg',
        trusted: true,
        enabled: true,
      },
      expect.objectContaining({ line: 3, uri: 'http://m.example/debian', suites: ['bookworm'] }),
      expect.objectContaining({ line: 5, uri: 'cdrom:[Debian GNU/Linux 12]/' }),
    ]);
  });

  // Each was given to apt 2.6.1 (apt-get --print-uris update).
  it.each([
    'deb https://m.example/ /',
    'deb https://m.example/ ./#note',
    'deb https://m.example/ bookworm main#note',
    '   deb https://m.example/ bookworm main\r',
    'deb [ arch=amd64 trusted=yes ]   https://m.example/ bookworm main',
    'deb [] https://m.example/ bookworm main',
    'deb [signed-by=/a#b.gpg] https://m.example/ bookworm main',
    'deb "https://m.example/" "bookworm" main',
  ])('as apt takes %j', (line) => {
    expect(lines(line)).toMatchObject([{ line: 1, uri: 'https://m.example/', enabled: true }]);
  });

  it.each([
    'deb [arch=amd64]https://m.example/ bookworm main',
    'deb [arch=amd64 https://m.example/ bookworm main',
    'deb [arch = amd64] https://m.example/ bookworm main',
    'deb[arch=amd64] https://m.example/ bookworm main',
    'deb https://m.example/',
    'deb https://m.example/#x bookworm main',
    'deb https://m.example/ bookworm',
    'deb m.example/debian bookworm main',
    'DEB https://m.example/ bookworm main',
    'rpm https://m.example/ bookworm main',
  ])('apt refuses %j: no entry', (line) => {
    expect(lines(line)).toEqual([]);
  });

  it('trust only what says so', () => {
    expect(lines('deb [trusted=maybe] https://m.example/ /')[0]?.trusted).toBe(false);
    expect(lines('deb [Trusted=1] https://m.example/ /')[0]?.trusted).toBe(true);
  });

  it('pass over a line that was made to take time', () => {
    expect(lines(`deb ${'['.repeat(1 << 20)}`)).toEqual([]);
  });
});

describe('stanzas', () => {
  it('give every URI, also with comments inside and an embedded key', () => {
    const text = [
      'Types: deb',
      '# URIs: http://old.example/debian',
      'URIs: http://m.example/debian http://n.example/debian',
      'Suites: bookworm bookworm-updates',
      'Components: main',
      'Signed-By:',
      ' -----BEGIN PGP PUBLIC KEY BLOCK-----',
      ' .',
      ' /abc',
      ' -----END PGP PUBLIC KEY BLOCK-----',
      '',
      'Types: deb',
      'Enabled: no',
      'URIs: http://off.example/',
      'Suites: x',
    ].join('\n');
    const entries = stanzas(text);
    expect(entries.map(({ uri, line, enabled }) => [uri, line, enabled])).toEqual([
      ['http://m.example/debian', 1, true],
      ['http://n.example/debian', 1, true],
      ['http://off.example/', 12, false],
    ]);
    expect(entries[0]).toMatchObject({ suites: ['bookworm', 'bookworm-updates'] });
    expect(keyFilesOf(entries[0]!.signedBy)).toEqual([]);
    expect(stanzas('rubbish\n')).toEqual([]);
  });

  // As apt 2.6.1 does: only a clear no switches a stanza off.
  it.each([
    ['yes', true],
    ['maybe', true],
    ['', true],
    ['2', true],
    ['no', false],
    ['OFF', false],
    ['0', false],
    ['disable ', false],
    ['without', false],
  ])('Enabled: %s', (word, enabled) => {
    const text = `Types: deb\r\nURIs: https://m.example/\r\nSuites: /\r\nEnabled: ${word}\r\n`;
    expect(stanzas(text)).toMatchObject([{ enabled }]);
  });

  it('of a repeated field the last counts, and a stanza without suites gives nothing', () => {
    expect(stanzas('URIs: http://a/\nURIs: http://b/\nSuites: /\n')).toMatchObject([{ uri: 'http://b/' }]);
    expect(stanzas('Types: deb\nURIs: http://a/\n')).toEqual([]);
  });

  it('trust only what says so', () => {
    expect(stanzas('URIs: http://a/\nSuites: /\nTrusted: maybe\n')[0]?.trusted).toBe(false);
    expect(stanzas('URIs: http://a/\nSuites: /\nTrusted: Yes\n')[0]?.trusted).toBe(true);
  });
});

it('key files are the paths that Signed-By names', () => {
  expect(keyFilesOf('/k/a.gpg,/k/b.gpg')).toEqual(['/k/a.gpg', '/k/b.gpg']);
  expect(keyFilesOf('/k/a.gpg\n0123456789ABCDEF0123456789ABCDEF01234567')).toEqual(['/k/a.gpg']);
  expect(keyFilesOf(null)).toEqual([]);
});
