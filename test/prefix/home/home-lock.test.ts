import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { WorkEvent } from '../../../src/base/events.ts';
import { lockHome, type Holder } from '../../../src/prefix/home/home-lock.ts';
import { tempDir } from '../../support/temp-dir.ts';

let folder: string;
beforeEach(() => {
  folder = tempDir();
});

const quick = { emit: () => {}, pollMs: 5 };

/** What this process writes into its own lock, changed. */
async function foreign(changes: Partial<Holder>): Promise<void> {
  const lock = await lockHome(folder, { what: 'x', ...quick });
  const holder = JSON.parse(await readFile(join(folder, 'lock'), 'utf8')) as Holder;
  await lock.release();
  await writeFile(join(folder, 'lock'), JSON.stringify({ ...holder, id: 'foreign', ...changes }));
}

describe('lockHome', () => {
  it('says who holds it, and leaves nothing behind', async () => {
    const lock = await lockHome(folder, { what: 'install cuda10', ...quick });
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
        const lock = await lockHome(folder, {
          what: `job ${i}`,
          pollMs: 2,
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
    const waiting = lockHome(folder, { what: 'y', ...quick, staleMs: 20, signal: stop.signal });
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
    await (await lockHome(folder, { what: 'y', ...quick })).release();
  });

  it.each<[string, Partial<Holder>]>([
    ['the pid was given to another process', { started: '1' }],
    ['the machine was started again', { bootId: 'another' }],
  ])('takes over at once where %s', async (_, changes) => {
    await foreign(changes);
    await (await lockHome(folder, { what: 'y', ...quick })).release();
  });

  it.each<[string, Partial<Holder>]>([
    ['another container', { pidNamespace: 'pid:[1]', pid: 999_999_999 }],
    ['another host', { bootId: 'another', host: 'elsewhere' }],
  ])('takes over from %s only when the lock has not moved for long', async (_, changes) => {
    await foreign(changes);
    const begun = Date.now();
    const keepAlive = (async () => {
      for (let i = 0; i < 8; i++) {
        await sleep(20);
        await utimes(join(folder, 'lock'), i + 1, i + 1);
      }
    })();
    const lock = await lockHome(folder, { what: 'y', ...quick, staleMs: 100 });
    expect(Date.now() - begun).toBeGreaterThan(220);
    await keepAlive.catch(() => {});
    await lock.release();
  });

  it('is not stopped by a damaged lock for ever', async () => {
    await writeFile(join(folder, 'lock'), '{"id":');
    await (await lockHome(folder, { what: 'y', ...quick, staleMs: 30 })).release();
  });

  it('lets one of many in when they find the same dead lock', async () => {
    await foreign({ bootId: 'another' });
    let inside = 0;
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        const lock = await lockHome(folder, { what: 'y', ...quick });
        expect(++inside).toBe(1);
        await sleep(3);
        inside--;
        await lock.release();
      }),
    );
  });

  it('tells its holder when somebody else took it over', async () => {
    const lock = await lockHome(folder, { what: 'x', ...quick, staleMs: 60 });
    await writeFile(join(folder, 'lock'), JSON.stringify({ id: 'other', pid: 1 }));
    await vi.waitFor(() => expect(lock.lost.aborted).toBe(true));
    expect(lock.lost.reason).toMatchObject({ code: 'lock-lost' });
    await lock.release();
    expect(await readdir(folder)).toEqual(['lock']);
  });
});
