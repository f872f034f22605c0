/** What holds personal data is for its owner alone, and goes where it was asked to go and nowhere else. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writePrivate } from '../../../src/base/files/write-private.ts';
import { tempDir } from '../../support/temp-dir.ts';

describe('writePrivate', () => {
  it('makes a file of mode 0600, also of one that was open to all and longer', () => {
    const path = join(tempDir(), 'file');
    const before = process.umask(0);
    try {
      writePrivate(path, 'a');
    } finally {
      process.umask(before);
    }
    expect(statSync(path).mode & 0o777).toBe(0o600);
    writeFileSync(path, 'much longer');
    chmodSync(path, 0o666);
    writePrivate(path, 'short');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).toBe('short');
  });

  it('follows no link, waits for no fifo, writes to no folder', () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'target'), 'kept');
    symlinkSync('target', join(dir, 'link'));
    expect(() => writePrivate(join(dir, 'link'), 'x')).toThrow(/ELOOP/);
    expect(readFileSync(join(dir, 'target'), 'utf8')).toBe('kept');
    execFileSync('mkfifo', [join(dir, 'fifo')]);
    expect(() => writePrivate(join(dir, 'fifo'), 'x')).toThrow(/ENXIO/);
    mkdirSync(join(dir, 'folder'));
    expect(() => writePrivate(join(dir, 'folder'), 'x')).toThrow(/EISDIR/);
    expect(() => writePrivate('/dev/null', 'x')).toThrow(/no ordinary file/);
  });
});
