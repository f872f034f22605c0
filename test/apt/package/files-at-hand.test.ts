import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { filesAtHand } from '../../../src/apt/package/files-at-hand.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { sha256 } from '../repository.ts';

let dir: string;
beforeEach(() => {
  dir = tempDir();
});

const wanted = (text: string): { size: number; sha256: string } => ({
  size: text.length,
  sha256: sha256(text),
});

describe('packages in a folder', () => {
  it('are known by size and digest, whatever they are called and however deep they lie', async () => {
    mkdirSync(join(dir, 'a/b'), { recursive: true });
    writeFileSync(join(dir, 'a/b/whatever.bin'), 'one');
    writeFileSync(join(dir, 'libone_1_amd64.deb'), 'two');
    writeFileSync(join(dir, 'other'), 'elsewhere');
    const found = await filesAtHand([dir], [wanted('one'), wanted('two'), wanted('six')]);
    expect(Object.fromEntries(found)).toEqual({
      [sha256('one')]: join(dir, 'a/b/whatever.bin'),
      [sha256('two')]: join(dir, 'libone_1_amd64.deb'),
    });
  });

  it('may be links to files; pipes, devices and circles are passed over without waiting', async () => {
    const other = tempDir();
    writeFileSync(join(other, 'x'), 'one');
    symlinkSync(join(other, 'x'), join(dir, 'link'));
    symlinkSync(dir, join(dir, 'circle'));
    symlinkSync('/dev/zero', join(dir, 'endless'));
    symlinkSync('/nowhere', join(dir, 'broken'));
    execFileSync('mkfifo', [join(dir, 'pipe')]);
    expect(await filesAtHand([dir], [wanted('one')])).toEqual(new Map([[sha256('one'), join(dir, 'link')]]));
  });

  it('of several folders come from the first that has them', async () => {
    const other = tempDir();
    for (const folder of [dir, other]) writeFileSync(join(folder, 'x'), 'one');
    expect(await filesAtHand([other, dir], [wanted('one')])).toEqual(
      new Map([[sha256('one'), join(other, 'x')]]),
    );
  });

  it('cannot be looked for in what is no folder', async () => {
    writeFileSync(join(dir, 'file'), '');
    for (const path of [join(dir, 'none'), join(dir, 'file')])
      await expect(filesAtHand([path], []), path).rejects.toMatchObject({
        code: 'folder-unreadable',
        message: expect.stringContaining(path),
      });
  });
});
