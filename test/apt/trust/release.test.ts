import { describe, expect, it } from 'vitest';
import { checkRelease, parseRelease } from '../../../src/apt/trust/release.ts';

const digest = 'a'.repeat(64);
const text = (head: string): string =>
  `${head}SHA256:\n ${digest}  12 Packages\n ${'b'.repeat(64)} 7 ./Packages.gz\n`;
const parse = (head: string) => parseRelease(text(head), 'Release of test');
const now = new Date('2026-08-01T00:00:00Z');
const check = (head: string, suite = 'bookworm', more = {}) =>
  checkRelease(parse(head), { suite, now, title: 'Release of test', ...more });

describe('Release', () => {
  it('is read as Debian writes it', () => {
    const release = parse(
      'Origin: Debian\nSuite: oldstable\nCodename: bookworm\nDate: Sat, 11 Jul 2026 10:16:37 UTC\nAcquire-By-Hash: yes\nArchitectures: all amd64\nNo-Support-for-Architecture-all: Packages\nMD5Sum:\n x 1 y\n',
    );
    expect(release).toMatchObject({
      origin: 'Debian',
      codename: 'bookworm',
      acquireByHash: true,
      separateAll: false,
    });
    expect(new Date(release.date!).toISOString()).toBe('2026-07-11T10:16:37.000Z');
  });

  it('is read as NVIDIA writes it: a directory name for an architecture, no suite, no date', () => {
    const release = parse('Origin: NVIDIA\nArchitecture: x86_64\n');
    expect(release).toMatchObject({
      suite: null,
      codename: null,
      date: null,
      validUntil: null,
      acquireByHash: false,
    });
    expect([...release.files.keys()]).toEqual(['Packages', 'Packages.gz']);
  });

  it('has a separate index for "all" where the archive says so', () => {
    expect(parse('Architectures: all amd64\n').separateAll).toBe(true);
  });

  it.each([
    ['no SHA256', 'Origin: x\nMD5Sum:\n x 1 y\n', 'release-without-sha256'],
    ['two stanzas', `${text('Origin: x\n')}\nOrigin: y\n`, 'bad-release'],
    ['a broken digest line', 'Origin: x\nSHA256:\n abc 1 Packages\n', 'bad-release'],
    ['two digests for one path', `SHA256:\n ${digest} 1 P\n ${'c'.repeat(64)} 1 P\n`, 'bad-release'],
    ['a date that is none', text('Date: yesterday\n'), 'bad-release'],
    ['no fields', '', 'bad-release'],
  ])('is refused with %s', (_, broken, code) => {
    expect(() => parseRelease(broken, 'x')).toThrow(expect.objectContaining({ code }));
  });
});

describe('what was asked for', () => {
  it('is the suite or the codename, where either is given', () => {
    expect(() => check('Suite: stable\nCodename: bookworm\n')).not.toThrow();
    expect(() => check('Suite: bookworm\n')).not.toThrow();
    expect(() => check('Origin: NVIDIA\n')).not.toThrow();
    expect(() => check('Suite: oldoldstable\nCodename: bullseye\n')).toThrow(
      expect.objectContaining({ code: 'wrong-suite' }),
    );
    expect(() => check('Suite: x\n', '/')).not.toThrow();
  });

  it('is Origin and Codename, for the mirrors of a host', () => {
    const wanted = { origin: 'Debian', codename: 'bookworm' };
    expect(() => check('Origin: Debian\nCodename: bookworm\n', 'bookworm', wanted)).not.toThrow();
    expect(() => check('Origin: Other\nCodename: bookworm\n', 'bookworm', wanted)).toThrow(
      expect.objectContaining({ code: 'wrong-suite' }),
    );
    expect(() => check('Origin: Debian\n', 'bookworm', wanted)).toThrow(
      expect.objectContaining({ code: 'wrong-suite' }),
    );
  });

  it('is not from the future, save for a day of clock difference', () => {
    expect(() => check('Date: Sat, 01 Aug 2026 20:00:00 UTC\n', '/')).not.toThrow();
    expect(() => check('Date: Mon, 03 Aug 2026 00:00:00 UTC\n', '/')).toThrow(
      expect.objectContaining({ code: 'release-from-future' }),
    );
  });

  it('is still valid, where a limit is given', () => {
    expect(() => check('Valid-Until: Sun, 02 Aug 2026 00:00:00 UTC\n', '/')).not.toThrow();
    expect(() => check('Valid-Until: Fri, 31 Jul 2026 00:00:00 UTC\n', '/')).toThrow(
      expect.objectContaining({ code: 'release-expired' }),
    );
  });
});
