import { readdirSync, writeFileSync, utimesSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { cacheFolder } from '../../../src/apt/cache.ts';
import { silent, type WorkEvent } from '../../../src/base/events.ts';
import { idleDownloads, leaseDownloads } from '../../../src/prefix/home/cache-lease.ts';
import type { Holder } from '../../../src/prefix/home/lock-holder.ts';
import { prune, type PruneOptions } from '../../../src/prefix/home/prune.ts';
import { tempDir } from '../../support/temp-dir.ts';

let cache: string;
let download: string;
beforeEach(async () => {
  cache = tempDir();
  download = join(await cacheFolder({ cache, emit: silent }, 'packages'), 'x.deb');
  writeFileSync(download, 'x');
});

/** What an install writes, changed, as if it had been renewed so long ago. */
async function foreign(changes: Partial<Holder>, secondsAgo: number): Promise<void> {
  const lease = await leaseDownloads({ cache, emit: silent }, 'install cuda10');
  const folder = join(cache, 'apt/leases');
  const [id] = readdirSync(folder);
  const holder = JSON.parse(await readFile(join(folder, id!), 'utf8')) as Holder;
  await lease.release();
  writeFileSync(join(folder, 'foreign'), JSON.stringify({ ...holder, ...changes }));
  const then = Date.now() / 1000 - secondsAgo;
  utimesSync(join(folder, 'foreign'), then, then);
}

describe('downloads', () => {
  it('are kept by prune of one home while an install into another uses the cache, with a word', async () => {
    const told: WorkEvent[] = [];
    const where = { home: join(cache, '../home-of-nobody'), cache };
    const lease = await leaseDownloads({ cache, emit: silent }, 'install cuda10');
    const options: PruneOptions = {
      dryRun: false,
      choose: async (garbage) => garbage,
      emit: (event) => void told.push(event),
    };
    expect((await prune(where, options)).removed).toEqual([]);
    expect(told).toMatchObject([
      {
        level: 'info',
        text: expect.stringMatching(/^downloads are kept: install cuda10 \(process/) as string,
      },
    ]);
    await lease.release();
    expect((await prune(where, options)).removed).toMatchObject([{ kind: 'download', path: download }]);
    expect(readdirSync(join(cache, 'apt/leases'))).toEqual([]);
  });

  it.each<[string, Partial<Holder>, number, boolean]>([
    ['a process that is gone', { started: '1' }, 0, true],
    ['another host', { bootId: 'another' }, 60, false],
    ['another host that has not renewed its lease', { bootId: 'another' }, 3600, true],
    ['what cannot be understood', { pid: -1 }, 0, true],
  ])('and %s', async (_, changes, secondsAgo, idle) => {
    await foreign(changes, secondsAgo);
    expect(await idleDownloads({ cache, emit: silent })).toEqual(idle ? [download] : []);
  });
});
