/** What is written to the disk while an install goes on: it costs nobody anything, and no loss of data is overheard. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { syncFileSystem, syncMeanwhile } from '../../../src/base/files/sync-to-disk.ts';
import { bundleFixture } from '../../support/bundle-fixture.ts';
import { lookAtChanges } from '../../support/disk-changes.ts';
import { gone } from '../../support/process-is-gone.ts';
import { standInSync } from '../../support/stand-in-sync.ts';
import { tempDir } from '../../support/temp-dir.ts';

let restore = (): void => {};
afterEach(() => {
  restore();
  vi.unstubAllEnvs();
});

const never = new AbortController().signal;

describe('syncMeanwhile', () => {
  it('asks for the file system of the folder again and again, until it is ended', async () => {
    const folder = tempDir();
    const sync = standInSync('echo a warning >&2');
    const synced = syncMeanwhile(folder, never, 1);
    await vi.waitFor(() => expect(sync.calls().length).toBeGreaterThan(2), 10_000);
    synced.end();
    expect(new Set(sync.calls())).toEqual(new Set([`-f ${folder}`]));
  });

  it.each([
    ['knows no -f', 'echo "sync: invalid option -- f" >&2; exit 1'],
    ['cannot write everything', 'echo "sync: error syncing: Input/output error" >&2; exit 1'],
    ['is killed', 'kill -9 $$'],
  ])('asks no second time where the program %s', async (_, body) => {
    const sync = standInSync(body);
    const synced = syncMeanwhile(tempDir(), never, 1);
    await vi.waitFor(() => expect(sync.calls()).toHaveLength(1), 10_000);
    await vi.waitFor(async () => expect(await gone(sync.pids()[0]!)).toBe(true));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(sync.calls()).toHaveLength(1);
    expect(synced.isWell()).toBe(false);
  });

  it.each([
    ['there is no such program', (): void => void vi.stubEnv('PATH', tempDir())],
    [
      'it may not be started',
      (): void => {
        const bin = tempDir();
        writeFileSync(join(bin, 'sync'), '', { mode: 0o644 });
        vi.stubEnv('PATH', bin);
      },
    ],
    ['the folder is gone', (folder: string): void => rmSync(folder, { recursive: true })],
  ])('gives up quietly where %s', async (_, make) => {
    const folder = join(tempDir(), 'home');
    mkdirSync(folder);
    make(folder);
    const synced = syncMeanwhile(folder, never, 1);
    await vi.waitFor(() => expect(synced.isWell()).toBe(false), 10_000);
    synced.end();
  });

  it.each(['its end', 'the signal'])(
    'takes a sync that hangs away with %s, and what that has started',
    async (by) => {
      const sync = standInSync('trap "" TERM INT HUP\nsleep 1000 & noting $!\nwait; wait; sleep 1000');
      const interrupted = new AbortController();
      const synced = syncMeanwhile(tempDir(), interrupted.signal, 1);
      await vi.waitFor(() => expect(sync.pids()).toHaveLength(2), 10_000);
      expect(synced.isWell()).toBe(false);
      if (by === 'its end') synced.end();
      else interrupted.abort(new Error('stopped'));
      for (const pid of sync.pids()) expect(await gone(pid)).toBe(true);
      expect(sync.calls()).toHaveLength(1);
    },
  );

  it('keeps no program from ending, also where a sync cannot be ended (it waits in the kernel for its disk)', async () => {
    const folder = tempDir();
    const program = join(folder, 'program.mjs');
    await bundleFixture(new URL('sync-fixture.ts', import.meta.url), program);
    const called = join(folder, 'called');
    const sync = standInSync(`touch '${called}'\nexec sleep 1000`);
    const child = spawn(process.execPath, [program, folder, called], { stdio: 'inherit' });
    onTestFinished(() => void child.kill('SIGKILL'));
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(() => process.kill(sync.pids()[0]!, 0)).not.toThrow();
  });
});

describe('syncFileSystem', () => {
  /** @returns what was synced by itself, below the folder */
  async function syncedAlone(before?: { isWell(): boolean }): Promise<string[]> {
    const folder = tempDir();
    mkdirSync(join(folder, 'lib'));
    writeFileSync(join(folder, 'lib/file'), 'x');
    const paths: string[] = [];
    restore = await lookAtChanges(folder, ({ call, path }) => {
      if (call === 'sync') paths.push(path.slice(folder.length));
      return null;
    });
    await syncFileSystem(folder, before === undefined ? undefined : { ...before, end: () => {} });
    return paths.sort();
  }
  const each = ['', '/lib', '/lib/file'];

  it('asks once for everything', async () => {
    standInSync('exit 0');
    expect(await syncedAlone()).toEqual([]);
    expect(await syncedAlone({ isWell: () => true })).toEqual([]);
  });

  it('syncs each file where the program is not there, or cannot', async () => {
    vi.stubEnv('PATH', tempDir());
    expect(await syncedAlone()).toEqual(each);
    standInSync('exit 1');
    expect(await syncedAlone()).toEqual(each);
  });

  // The kernel tells of lost data once: `sync -f` after one that failed says that all is well (tried with a loop file on a full tmpfs).
  it('syncs each file where an earlier sync has failed, whatever the last one says', async () => {
    standInSync('exit 0');
    expect(await syncedAlone({ isWell: () => false })).toEqual(each);
  });
});
