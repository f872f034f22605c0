/** A generation that a build or a running process still uses outlives an upgrade, prune included, and says for whom. */
import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { WorkEvent } from '../../../src/base/events.ts';
import { silent } from '../../../src/base/events.ts';
import { olderGenerations } from '../../../src/prefix/home/older-generations.ts';
import { prune } from '../../../src/prefix/home/prune.ts';
import { against, fakeBuild } from '../../support/build.ts';
import { installFake } from '../../support/prefix.ts';
import { packageOf, storeMegabyte } from '../../support/store.ts';
import { tempDir } from '../../support/temp-dir.ts';

const OLD = 'a'.repeat(64);
const all = { dryRun: false, choose: async <T>(garbage: T): Promise<T> => garbage };

/** cuda10 in its second generation. */
async function upgraded(): Promise<{ home: string; cache: string }> {
  const folder = tempDir();
  const where = { home: join(folder, 'home'), cache: join(folder, 'cache') };
  await installFake(where.home, 'cuda10', { generation: 1, info: { packages: [packageOf(OLD)] } });
  await storeMegabyte(where.home, OLD);
  await installFake(where.home, 'cuda10', { generation: 2 });
  return where;
}

async function started(program: string, cwd: string): Promise<ChildProcess> {
  const child = spawn(program, ['60'], { cwd, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await new Promise((resolve) => child.once('spawn', resolve));
  return child;
}

describe('an older generation', () => {
  it('stays with its packages while a build was made against it, which prune says; then it goes', async () => {
    const where = await upgraded();
    const { home } = where;
    const build = await fakeBuild(home, 'darknet', against(home, 'cuda10'));
    expect(await olderGenerations(home)).toEqual([
      {
        name: 'cuda10-1',
        path: join(home, 'generations/cuda10-1'),
        prefix: 'cuda10',
        usedBy: [{ kind: 'build', name: build.name }],
      },
    ]);
    const told: string[] = [];
    const emit = (event: WorkEvent): void => void (event.type === 'notice' && told.push(event.text));
    expect((await prune(where, { ...all, emit })).removed).toEqual([]);
    expect(told).toEqual(['cuda10-1 is kept: it is used by darknet-1']);
    // A newer build that answers the same request takes its place, and the generation has no user left.
    await fakeBuild(home, 'darknet', {
      prefix: { ...against(home, 'cuda10').prefix!, generation: 'cuda10-2' },
    });
    expect((await olderGenerations(home))[0]!.usedBy).toEqual([]);
    const { removed } = await prune(where, { ...all, emit: silent });
    expect(removed.map(({ kind }) => kind)).toEqual(['generation', 'package', 'build']);
  });

  it("is not kept for a build against another home's prefix of the same name", async () => {
    const { home } = await upgraded();
    await fakeBuild(home, 'darknet', against('/elsewhere', 'cuda10'));
    expect((await olderGenerations(home))[0]!.usedBy).toEqual([]);
  });

  it.each([
    [
      'runs a program of it',
      (generation: string, cwd: string) => [join(generation, 'bin/sleep'), cwd] as const,
    ],
    ['works in it', (generation: string) => ['sleep', join(generation, 'bin')] as const],
  ])('stays while a process %s, through a link to the home too', async (_, how) => {
    const where = await upgraded();
    const generation = join(where.home, 'generations/cuda10-1');
    copyFileSync('/bin/sleep', join(generation, 'bin/sleep'));
    const linked = join(tempDir(), 'home');
    symlinkSync(where.home, linked);
    const child = await started(...how(join(linked, 'generations/cuda10-1'), linked));
    const users = async (home: string): Promise<unknown> => (await olderGenerations(home))[0]!.usedBy;
    // The kernel changes the name when the program is there.
    await vi.waitFor(async () =>
      expect(await users(where.home)).toEqual([{ kind: 'process', pid: child.pid, name: 'sleep' }]),
    );
    expect(await users(linked)).toEqual(await users(where.home));
    expect((await prune(where, { ...all, emit: silent })).removed).toEqual([]);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    await prune(where, { ...all, emit: silent });
    expect(existsSync(generation)).toBe(false);
  });

  it('of a prefix that is gone has no user by its name alone', async () => {
    const home = join(tempDir(), 'home');
    mkdirSync(join(home, 'generations/cuda9-1'), { recursive: true });
    expect(await olderGenerations(home)).toMatchObject([{ prefix: 'cuda9', usedBy: [] }]);
  });
});
