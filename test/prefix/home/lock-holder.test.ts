import { link, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeSelf, sight } from '../../../src/prefix/home/lock-holder.ts';
import { tempDir } from '../../support/temp-dir.ts';

describe('a look at a lock', () => {
  it('never takes one that comes and goes meanwhile for one that no gpu-setup wrote', async () => {
    const folder = tempDir();
    const [file, lock] = [join(folder, 'holder'), join(folder, 'lock')];
    await writeFile(file, JSON.stringify(await describeSelf('install cuda10')));
    let stopped = false;
    const others = (async () => {
      while (!stopped) {
        await link(file, lock);
        await rm(lock);
      }
    })();
    const strange: unknown[] = [];
    for (let look = 0; look < 2000; look++) {
      const seen = await sight(lock);
      if (seen !== null && seen.holder === null) strange.push(seen);
    }
    stopped = true;
    await others;
    expect(strange).toEqual([]);
  });
});
