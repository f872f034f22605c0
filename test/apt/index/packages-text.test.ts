import { describe, expect, it } from 'vitest';
import { PackagesText } from '../../../src/apt/index/packages-text.ts';
import { PackagesTextBuilder } from '../../../src/apt/index/packages-text-builder.ts';
import { sha256, stanza } from '../repository.ts';

function build(text: string, chunk = 7): PackagesText {
  const builder = new PackagesTextBuilder('test Packages');
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunk) builder.add(bytes.subarray(at, at + chunk));
  return PackagesText.read(builder.finish().bytes)!;
}

describe('a Packages index', () => {
  it('is read wherever its chunks are cut, with folded fields, "./" taken off and UTF-8 kept', () => {
    const text = stanza('cuda-cublas-10-0', '10.0.130-1', {
      Depends: 'libc6 (>= 2.14),\n cuda-license-10-0',
      'Installed-Size': '100',
      Section: 'multiverse/devel',
      Description: 'CUBLAS “native” library\n long text\n .\n more',
    });
    const [found] = build(text, 3).packages('cuda-cublas-10-0', 'src', '/');
    expect(found).toMatchObject({
      sourceId: 'src',
      suite: '/',
      version: '10.0.130-1',
      path: 'cuda-cublas-10-0_10.0.130-1_amd64.deb',
      installedBytes: 102_400,
      description: 'CUBLAS “native” library',
      section: 'multiverse/devel',
    });
    expect(found!.depends.map(([first]) => first!.name)).toEqual(['libc6', 'cuda-license-10-0']);
  });

  it.each([
    ['0', 0],
    ['999999999999', 999_999_999_999 * 1024],
    ['', null],
    ['-5', null],
    ['1e9', null],
    ['12.5', null],
    ['100 kB', null],
    ['9'.repeat(40), null],
  ])('takes an Installed-Size of %j for %j bytes: what is no number is not known', (field, bytes) => {
    const [found] = build(stanza('a', '1', { 'Installed-Size': field })).packages('a', 's', '/');
    expect(found!.installedBytes).toBe(bytes);
    expect(build(stanza('a', '1')).packages('a', 's', '/')[0]!.installedBytes).toBeNull();
  });

  it('is read as apt reads it: names of fields in any case, comments within a field, line ends of DOS, more empty lines than one', () => {
    const text = stanza('a', '1', { Depends: '\n# first\n x,\r\n# second\n y', Recommends: 'z' })
      .replace('Recommends', 'RECOMMENDS')
      .replace('Section:', 'Section :');
    const read = build(`# of nothing\n\n\n${text}\n\n\n`);
    const [found] = read.packages('a', 's', '/');
    expect(found!.depends.map(([first]) => first!.name)).toEqual(['x', 'y']);
    expect(found!.recommends.map(([first]) => first!.name)).toEqual(['z']);
    expect(read.warnings).toEqual([]);
  });

  it('has none of a field that it has not, whatever the stanza before it had', () => {
    const read = build([stanza('a', '1', { Depends: 'x', Section: 'libs' }), stanza('b', '1')].join('\n'));
    expect(read.packages('b', 's', '/')[0]).toMatchObject({ depends: [], section: null });
  });

  it('keeps lines of any length, and all of them', () => {
    const provides = Array.from({ length: 3000 }, (_, at) => `${'v'.repeat(500)}${at}`).join(', ');
    const text = ['a', 'b', 'c'].map((name) => stanza(name, '1', { Provides: provides })).join('\n');
    const read = build(text, 100_003);
    expect(read.providers(`${'v'.repeat(500)}2999`, 's', '/').map(({ name }) => name)).toEqual([
      'a',
      'b',
      'c',
    ]);
  });

  it('takes a digest in capitals for the same', () => {
    const read = build(stanza('a', '1', { SHA256: sha256('x').toUpperCase() }));
    expect(read.packages('a', 's', '/')[0]!.sha256).toBe(sha256('x'));
  });

  it('finds packages by what they provide', () => {
    const text = [
      stanza('a', '1', { Provides: 'virtual (= 2), other' }),
      stanza('b', '1', { Provides: 'virtual' }),
      stanza('c', '1'),
    ].join('\n');
    expect(
      build(text)
        .providers('virtual', 's', '/')
        .map(({ name }) => name),
    ).toEqual(['a', 'b']);
    expect(build(text).providers('other', 's', '/')[0]!.provides).toHaveLength(2);
    expect(build(text).providers('c', 's', '/')).toEqual([]);
  });

  it('takes equal repeated stanzas for one', () => {
    const text = build([stanza('a', '1'), stanza('a', '1')].join('\n'));
    expect(text.packages('a', 's', '/')).toHaveLength(1);
    expect(text.warnings).toEqual([]);
  });

  it.each([
    '../etc/passwd',
    'pool/%2e%2e/x',
    '..%2fx',
    '%2fetc/x',
    '%252e%252E/x',
    'a%5cb',
    'a%00b',
    './/etc/passwd',
    '%25252e%2e/x',
  ])('does not list a file that leads out of the repository, however it is written (%s)', (path) => {
    const text = build(stanza('a', '1', { Filename: path }));
    expect(text.packages('a', 's', '/')).toEqual([]);
    expect(text.warnings).toHaveLength(1);
  });

  it('keeps names that hold a percent sign or letters beyond ASCII', () => {
    for (const path of ['./a_1%3a2_amd64.deb', 'pool/100%/a.deb', 'pool/é.deb'])
      expect(build(stanza('a', '1', { Filename: path })).packages('a', 's', '/')[0]?.path).toBe(
        path.replace('./', ''),
      );
  });

  it('keeps the digests of all stanzas of one version; for all else the last one counts', () => {
    const text = build(
      [
        stanza('a', '1', { Depends: 'x' }, 'old'),
        stanza('b', '1'),
        stanza('a', '1', { Depends: 'y', Provides: 'v' }, 'newer'),
        stanza('a', '1', { Architecture: 'arm64' }, 'of another architecture'),
      ].join('\n'),
    );
    const [found, other, ...more] = text.packages('a', 's', '/');
    expect(found).toMatchObject({ size: 5, alternatives: [{ size: 3, sha256: sha256('old') }] });
    expect(found!.depends[0]![0]!.name).toBe('y');
    expect(other).toMatchObject({ architecture: 'arm64', alternatives: [] });
    expect(more).toEqual([]);
    expect(text.providers('v', 's', '/')).toHaveLength(1);
    expect([...text.names()]).toEqual(['a', 'b']);
    expect(text.warnings).toEqual([]);
  });

  it('leaves out what cannot be fetched safely, and counts it', () => {
    const text = build(
      [
        stanza('nosum', '1', { SHA256: '' }),
        stanza('up', '1', { Filename: './../../etc/passwd' }),
        stanza('absolute', '1', { Filename: '/etc/passwd' }),
        stanza('size', '1', { Size: '-1' }),
        stanza('good', '1'),
      ].join('\n'),
    );
    expect([...text.names()]).toEqual(['good']);
    expect(text.warnings).toEqual([expect.stringContaining('4 entries lack')]);
  });

  it('may be empty', () => {
    expect([...build('').names()]).toEqual([]);
  });

  it('is not read back when it was damaged or written by another version', () => {
    const builder = new PackagesTextBuilder('x');
    builder.add(Buffer.from(stanza('a', '1')));
    const { bytes } = builder.finish();
    expect(PackagesText.read(bytes)).not.toBeNull();
    expect(PackagesText.read(bytes.subarray(0, -1))).toBeNull();
    const changed = Buffer.from(bytes);
    changed[changed.length - 3]! ^= 1;
    expect(PackagesText.read(changed)).toBeNull();
    expect(PackagesText.read(Buffer.alloc(0))).toBeNull();
  });

  it('refuses a stanza without end', () => {
    const builder = new PackagesTextBuilder('x');
    expect(() => builder.add(Buffer.alloc(5 << 20, 'a'))).toThrow(
      expect.objectContaining({ code: 'bad-index' }),
    );
  });
});
