import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, readdir, readlink, rename, symlink, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { WorkEvent } from '../../../src/base/events.ts';
import { lockHome, type HomeLock } from '../../../src/prefix/home/home-lock.ts';
import type { Holder } from '../../../src/prefix/home/lock-holder.ts';
import { tempDir } from '../../support/temp-dir.ts';

let home: string;
/** Where the lock lies. */
let folder: string;
beforeEach(() => {
  home = tempDir();
  folder = join(home, 'state');
});

const quick = { emit: () => {}, times: { pollMs: 5 } };
/** A lock that is not renewed for `ms` has lapsed. */
const lapsing = (ms: number) => ({ emit: () => {}, times: { pollMs: 5, lapseMs: ms } });

/** What this process writes into its own lock, changed. */
async function foreign(changes: Partial<Holder>): Promise<void> {
  const lock = await lockHome(home, { what: 'x', ...quick });
  const holder = JSON.parse(await readFile(join(folder, 'lock'), 'utf8')) as Holder;
  await lock.release();
  await writeFile(join(folder, 'lock'), JSON.stringify({ ...holder, id: 'foreign', ...changes }));
}

/** Another takes the lock over, as from a machine that was suspended. */
async function lose(stopped: HomeLock): Promise<void> {
  const file = join(folder, 'lock');
  const holder = JSON.parse(await readFile(file, 'utf8')) as Holder;
  await writeFile(file, JSON.stringify({ ...holder, bootId: 'another' }));
  const next = await lockHome(home, { what: 'y', ...lapsing(30) });
  expect(stopped.lost.aborted).toBe(false);
  await next.release();
}

describe('lockHome', () => {
  it('says who holds it, and leaves nothing behind', async () => {
    const lock = await lockHome(home, { what: 'install cuda10', ...quick });
    expect(JSON.parse(await readFile(join(folder, 'lock'), 'utf8'))).toMatchObject({
      pid: process.pid,
      host: hostname(),
      what: 'install cuda10',
    });
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('lets one in at a time, all of them in the end, and tells once who is waited for', async () => {
    let inside = 0;
    const notices: WorkEvent[] = [];
    await Promise.all(
      Array.from({ length: 6 }, async (_, i) => {
        const lock = await lockHome(home, {
          what: `job ${i}`,
          times: { pollMs: 2 },
          emit: (event) => void notices.push(event),
        });
        expect(++inside).toBe(1);
        await sleep(15);
        inside--;
        await lock.release();
      }),
    );
    const texts = notices.map((event) => (event.type === 'notice' ? event.text : ''));
    expect(texts[0]).toMatch(/^waiting for job \d \(process \d+ on .+, since /);
    expect(new Set(texts).size).toBeLessThanOrEqual(6);
  });

  it('waits for a living process of this boot, however old its lock is', async () => {
    await foreign({});
    await utimes(join(folder, 'lock'), 0, 0);
    const stop = new AbortController();
    const waiting = lockHome(home, { what: 'y', ...lapsing(20), signal: stop.signal });
    await sleep(100);
    stop.abort();
    await expect(waiting).rejects.toThrow();
    expect(await readdir(folder)).toEqual(['lock']);
  });

  it('takes over at once from a process that was killed', async () => {
    const child = spawn('sleep', ['60']);
    await once(child, 'spawn');
    const { pid } = child;
    child.kill('SIGKILL');
    await once(child, 'exit');
    await foreign({ pid: pid! });
    await (await lockHome(home, { what: 'y', ...quick })).release();
  });

  it.each<[string, Partial<Holder>]>([['the pid was given to another process', { started: '1' }]])(
    'takes over at once where %s',
    async (_, changes) => {
      await foreign(changes);
      await (await lockHome(home, { what: 'y', ...quick })).release();
    },
  );

  it.each<[string, Partial<Holder>]>([
    ['another container', { pidNamespace: 'pid:[1]', pid: 999_999_999 }],
    ['another host', { bootId: 'another', host: 'elsewhere' }],
    ['another host of the same name, or an earlier boot', { bootId: 'another' }],
  ])('takes over from %s only when the lock has not moved for long', async (_, changes) => {
    await foreign(changes);
    const begun = Date.now();
    const keepAlive = (async () => {
      for (let i = 0; i < 8; i++) {
        await sleep(20);
        await utimes(join(folder, 'lock'), i + 1, i + 1);
      }
    })();
    const lock = await lockHome(home, { what: 'y', ...lapsing(100) });
    expect(Date.now() - begun).toBeGreaterThan(220);
    await keepAlive.catch(() => {});
    await lock.release();
  });

  it.each<[string, (path: string) => Promise<unknown>]>([
    ['half a lock', (path) => writeFile(path, '{"id":')],
    ['an empty file', (path) => writeFile(path, '')],
    ['the wrong shape', (path) => writeFile(path, '{"id":"x","pid":"1"}')],
    ['a folder', (path) => mkdir(path)],
    ['a link that leads nowhere', (path) => symlink('gone', path)],
  ])('says at once that it waits for %s, and is not stopped by it for ever', async (_, make) => {
    await mkdir(folder);
    await make(join(folder, 'lock'));
    const told: WorkEvent[] = [];
    const lock = await lockHome(home, { what: 'y', ...lapsing(30), emit: (event) => void told.push(event) });
    expect(told).toEqual([
      {
        type: 'notice',
        level: 'info',
        text: `waiting for the lock ${folder}/lock, which no gpu-setup wrote: it is removed when nobody changes it for 0.03 s`,
      },
    ]);
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('passes by a take-over that was killed', async () => {
    await foreign({ started: '1' });
    await mkdir(join(folder, 'lock.takeover'));
    await (await lockHome(home, { what: 'y', ...lapsing(30) })).release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('says again and again that it waits, and not for ever', async () => {
    await foreign({});
    const told: string[] = [];
    const waiting = lockHome(home, {
      what: 'y',
      emit: (event) => void told.push(event.type === 'notice' ? event.text : ''),
      times: { pollMs: 2, wordMs: 20, limitMs: 400 },
    });
    await expect(waiting).rejects.toMatchObject({
      code: 'home-busy',
      message: expect.stringContaining(`process ${process.pid}`) as string,
    });
    expect(told.length).toBeGreaterThan(1);
    expect(told[1]).toMatch(/^still \(\d+ s\) waiting for x \(process/);
  });

  it('lets one of many in when they find the same dead lock', async () => {
    await foreign({ started: '1' });
    let inside = 0;
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        const lock = await lockHome(home, { what: 'y', ...quick });
        expect(++inside).toBe(1);
        await sleep(3);
        inside--;
        await lock.release();
      }),
    );
  });

  it('tells its holder when somebody else took it over', async () => {
    const lock = await lockHome(home, { what: 'x', emit: () => {}, times: { renewMs: 10 } });
    const holder = JSON.parse(await readFile(join(folder, 'lock'), 'utf8')) as Holder;
    await writeFile(join(folder, 'lock'), JSON.stringify({ ...holder, id: 'other' }));
    await vi.waitFor(() => expect(lock.lost.aborted).toBe(true));
    expect(lock.lost.reason).toMatchObject({ code: 'lock-lost' });
    await lock.release();
    expect(await readdir(folder)).toEqual(['lock']);
  });

  it('lets nothing be put in place by a holder that lost it, wherever that holder was stopped', async () => {
    const path = join(home, 'current');
    const stopped = await lockHome(home, { what: 'x', ...quick });
    await stopped.putLink('first', path);
    expect(await readlink(path)).toBe('first');
    await stopped.confirm();
    // Past its last look at the lock, and before the rename.
    const claim = join(
      folder,
      (await readdir(folder)).find((name) => name.startsWith('lock.'))!,
    );
    await symlink('late', join(claim, 'late'));
    await lose(stopped);
    await expect(rename(join(claim, 'late'), path)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(stopped.putLink('late', path)).rejects.toMatchObject({ code: 'lock-lost' });
    await expect(stopped.confirm()).rejects.toMatchObject({ code: 'lock-lost' });
    expect(stopped.lost.aborted).toBe(true);
    expect(await readlink(path)).toBe('first');
    await stopped.release();
  });
});
