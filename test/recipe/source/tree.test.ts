import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { copySource, LARGEST_FILE } from '../../../src/recipe/source/folder.ts';
import { staysInside } from '../../../src/recipe/source/links.ts';
import { treeDigest } from '../../../src/recipe/source/tree-digest.ts';
import { tempDir } from '../../support/temp-dir.ts';

describe('staysInside', () => {
  it.each([
    ['a', 'b'],
    ['a/b', '../c'],
    ['a/b/c', '../../d/e'],
    ['a', './b/'],
  ])('%s -> %s', (path, target) => expect(staysInside(path, target)).toBe(true));

  it.each([
    ['a', '/etc/passwd'],
    ['a', '..'],
    ['a/b', '../../x'],
    // A link named x may lead anywhere: what ".." behind it means is not what it reads.
    ['a', 'x/../../y'],
    ['a/b', 'x/..'],
    ['a', ''],
  ])('%s -> %s leads out, or might', (path, target) => expect(staysInside(path, target)).toBe(false));
});

describe('treeDigest', () => {
  function tree(): string {
    const dir = tempDir();
    mkdirSync(join(dir, 'src'));
    writeFileSync(join(dir, 'Makefile'), 'all:\n');
    writeFileSync(join(dir, 'src/a.c'), 'int a;\n');
    symlinkSync('a.c', join(dir, 'src/b.c'));
    return dir;
  }

  it('is the same for the same files, whatever their times and empty folders', async () => {
    const [one, two] = [tree(), tree()];
    mkdirSync(join(two, 'obj'));
    chmodSync(join(two, 'Makefile'), 0o600);
    expect(await treeDigest(one)).toBe(await treeDigest(two));
    expect(await treeDigest(one)).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each<[string, (dir: string) => void]>([
    ['a byte', (dir) => writeFileSync(join(dir, 'src/a.c'), 'int b;\n')],
    ['a name', (dir) => writeFileSync(join(dir, 'src/c.c'), '')],
    ['an executable bit', (dir) => chmodSync(join(dir, 'Makefile'), 0o755)],
    ['a link in place of a file', (dir) => symlinkSync('Makefile', join(dir, 'GNUmakefile'))],
  ])('changes with %s', async (_what, change) => {
    const dir = tree();
    const before = await treeDigest(dir);
    change(dir);
    expect(await treeDigest(dir)).not.toBe(before);
  });
});

describe('copySource', () => {
  it('copies files, modes and inner links; leaves out history, large files and links that lead out', async () => {
    const [from, to] = [tempDir(), tempDir()];
    mkdirSync(join(from, '.git'));
    writeFileSync(join(from, '.git/config'), 'secret');
    writeFileSync(join(from, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 });
    writeFileSync(join(from, 'weights'), '');
    truncateSync(join(from, 'weights'), LARGEST_FILE + 1);
    symlinkSync('run.sh', join(from, 'inner'));
    symlinkSync('/etc', join(from, 'backup'));
    const copied = await copySource(from, to);
    expect(copied.leftOut.map((line) => line.split(':')[0])).toEqual(['backup', 'weights']);
    expect(existsSync(join(to, '.git'))).toBe(false);
    expect(readFileSync(join(to, 'run.sh'), 'utf8')).toBe('#!/bin/sh\n');
    expect(readlinkSync(join(to, 'inner'))).toBe('run.sh');
    expect(copied.files).toBe(1);
  });

  it('says that a folder cannot be read', async () => {
    await expect(copySource(join(tempDir(), 'none'), tempDir())).rejects.toMatchObject({
      code: 'source-unusable',
    });
  });
});
