/** A generation that is published: its data before its name, whatever was written meanwhile. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { HomeLock } from '../../../src/prefix/home/home-lock.ts';
import { NewGeneration } from '../../../src/prefix/install/new-generation.ts';
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
const nothing = async (): Promise<void> => {};
const lock: HomeLock = { lost: never, confirm: nothing, putLink: nothing, release: nothing };

async function newGeneration(): Promise<{ generation: NewGeneration; home: string }> {
  const home = tempDir();
  mkdirSync(join(home, 'generations'));
  const generation = new NewGeneration(home, () => {}, lock);
  writeFileSync(join(await generation.folder('cuda10-1'), 'file'), 'x');
  return { generation, home };
}

describe('what is synced while a generation is made', () => {
  it('has every file synced by itself before the name is there, where that failed: nobody is told of lost data twice', async () => {
    const { generation, home } = await newGeneration();
    const once = join(tempDir(), 'once');
    const sync = standInSync(`[ -e '${once}' ] || { touch '${once}'; exit 1; }`);
    const end = generation.syncMeanwhile(never, 1);
    await vi.waitFor(() => expect(sync.calls()).toHaveLength(1), 10_000);
    await gone(sync.pids()[0]!);
    const named: boolean[] = [];
    restore = await lookAtChanges(home, ({ call, path }) => {
      if (call === 'sync' && path.endsWith('/file'))
        named.push(existsSync(join(home, 'generations/cuda10-1')));
      return null;
    });
    await generation.publish(never, nothing);
    end();
    expect(named).toEqual([false]);
    expect(existsSync(join(home, 'generations/cuda10-1/file'))).toBe(true);
  });

  it('does not delay it where that hangs, and leaves no process behind', async () => {
    const { generation, home } = await newGeneration();
    const once = join(tempDir(), 'once');
    const sync = standInSync(`[ -e '${once}' ] || { touch '${once}'; exec sleep 1000; }`);
    const end = generation.syncMeanwhile(never, 1);
    await vi.waitFor(() => expect(existsSync(once)).toBe(true), 10_000);
    await generation.publish(never, nothing);
    expect(existsSync(join(home, 'generations/cuda10-1/file'))).toBe(true);
    end();
    expect(await gone(sync.pids()[0]!)).toBe(true);
  });
});
