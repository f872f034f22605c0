import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { silent } from '../../../src/base/events.ts';
import { planRemoval, remove, type Removed } from '../../../src/prefix/home/remove.ts';
import { against, fakeBuild } from '../../support/build.ts';
import { installFake } from '../../support/prefix.ts';
import { MEGABYTE, packageOf, storeMegabyte } from '../../support/store.ts';
import { tempDir } from '../../support/temp-dir.ts';

async function removed(home: string, ...words: string[]): Promise<Removed[]> {
  return remove(await planRemoval({ home }, words, home), { emit: silent });
}

describe('removing prefixes', () => {
  it('takes the name and every generation of it, and nothing of others', async () => {
    const home = tempDir();
    await installFake(home, 'cuda11', { generation: 1 });
    await installFake(home, 'cuda11', { generation: 2 });
    await installFake(home, 'cuda11-2');
    const [one] = await removed(home, 'cuda11');
    expect([...one!.generations].sort()).toEqual(['cuda11-1', 'cuda11-2']);
    expect(one!.bytesFreed).toBeGreaterThan(0);
    expect(readdirSync(join(home, 'prefixes'))).toEqual(['cuda11-2']);
    expect(readdirSync(join(home, 'generations'))).toEqual(['cuda11-2-1']);
    expect(existsSync(join(home, 'state/lock'))).toBe(false);
  });

  it('does not count as freed what the store holds too', async () => {
    const home = tempDir();
    const big = { tree: { 'lib64/liba.so': 'x'.repeat(MEGABYTE) } };
    const path = await installFake(home, 'a', big);
    await installFake(home, 'b', big);
    mkdirSync(join(home, 'store'));
    linkSync(join(path, 'lib64/liba.so'), join(home, 'store/liba'));
    expect((await removed(home, 'a'))[0]!.bytesFreed).toBeLessThan(MEGABYTE);
    expect((await removed(home, 'b'))[0]!.bytesFreed).toBeGreaterThanOrEqual(MEGABYTE);
  });

  it('says what comes free at once and what with prune, shared files once, and keeps its word', async () => {
    const home = tempDir();
    const [shared, only] = ['d'.repeat(64), 'e'.repeat(64)];
    for (const [name, digests] of [
      ['a', [shared, only]],
      ['b', [shared, only]],
      ['c', [shared]],
    ] as const) {
      const path = await installFake(home, name, { info: { packages: digests.map(packageOf) } });
      for (const digest of digests) {
        const file = existsSync(join(home, 'store', digest)) ? null : await storeMegabyte(home, digest);
        linkSync(file ?? join(home, 'store', digest, 'files/content'), join(path, 'bin', digest));
      }
    }
    const one = await planRemoval({ home }, ['a'], home);
    expect(one.bytesInStore).toBe(0);
    const both = await planRemoval({ home }, ['a', 'b', 'a'], home);
    expect(both.doomed.map(({ place }) => place.name)).toEqual(['a', 'b']);
    expect(both.bytesFreed).toBeLessThan(MEGABYTE);
    expect(both.bytesInStore).toBeGreaterThanOrEqual(MEGABYTE);
    expect(both.bytesInStore).toBeLessThan(2 * MEGABYTE);
    const done = await remove(both, { emit: silent });
    expect(done.reduce((sum, { bytesFreed }) => sum + bytesFreed, 0)).toBe(both.bytesFreed);
  });

  it('counts of reflinks what is not the store’s', async () => {
    const home = tempDir();
    await installFake(home, 'a', {
      tree: { 'lib64/liba.so': 'x'.repeat(MEGABYTE) },
      info: { sharing: 'reflink', bytes: { own: 4096, shared: MEGABYTE } },
    });
    expect((await planRemoval({ home }, ['a'], home)).bytesFreed).toBe(4096);
  });

  it('removes folders that were made read-only, and a prefix whose generation is gone', async () => {
    const home = tempDir();
    const path = await installFake(home, 'cuda10');
    chmodSync(join(path, 'include/crt'), 0o555);
    await removed(home, 'cuda10');
    await installFake(home, 'gone');
    rmSync(join(home, 'generations/gone-1'), { recursive: true });
    await removed(home, 'gone');
    expect(readdirSync(join(home, 'prefixes'))).toEqual([]);
  });

  it('takes nothing where one of the names is unknown', async () => {
    const home = tempDir();
    await installFake(home, 'cuda10');
    await expect(removed(home, 'cuda10', 'cuda01')).rejects.toMatchObject({
      code: 'unknown-prefix',
      hint: 'did you mean cuda10?',
    });
    expect(readdirSync(join(home, 'prefixes'))).toEqual(['cuda10']);
  });

  it("lets nobody change root's prefix as an ordinary user", async () => {
    const [own, system] = [tempDir(), tempDir()];
    await installFake(system, 'cuda10');
    await expect(planRemoval({ home: own }, ['cuda10'], system)).rejects.toMatchObject({
      code: 'prefix-of-root',
    });
  });
});

describe('removing builds', () => {
  it('takes one away; the newest other one takes its place', async () => {
    const home = tempDir();
    for (let count = 0; count < 3; count++) await fakeBuild(home, 'darknet');
    expect(await removed(home, 'darknet-3')).toMatchObject([{ kind: 'build', name: 'darknet-3' }]);
    expect(readlinkSync(join(home, 'builds/darknet'))).toBe('darknet-2');
    await removed(home, 'darknet-1');
    expect(readlinkSync(join(home, 'builds/darknet'))).toBe('darknet-2');
    await removed(home, 'darknet-2');
    expect(readdirSync(join(home, 'builds'))).toEqual([]);
  });

  it('takes a damaged one away', async () => {
    const home = tempDir();
    const { path } = await fakeBuild(home, 'darknet');
    writeFileSync(join(path, 'build.json'), '{');
    await removed(home, 'darknet-1');
    expect(readdirSync(join(home, 'builds'))).toEqual([]);
  });

  it('guesses them by name too, and asks which is meant where a prefix has the same name', async () => {
    const home = tempDir();
    await fakeBuild(home, 'darknet');
    await expect(removed(home, 'darknet')).rejects.toMatchObject({ hint: 'did you mean darknet-1?' });
    await installFake(home, 'darknet-1');
    await expect(removed(home, 'darknet-1')).rejects.toMatchObject({ code: 'ambiguous-name' });
    expect(await removed(home, 'prefixes/darknet-1')).toMatchObject([{ kind: 'prefix' }]);
    expect(await removed(home, 'builds/darknet-1')).toMatchObject([{ kind: 'build' }]);
  });

  it('are named where the prefix that they need goes', async () => {
    const home = tempDir();
    await installFake(home, 'cuda10');
    await fakeBuild(home, 'darknet', against(home, 'cuda10'));
    await fakeBuild(home, 'darknet');
    const { doomed } = await planRemoval({ home }, ['cuda10'], home);
    expect(doomed).toMatchObject([{ kind: 'prefix', usedBy: ['darknet-1'] }]);
  });
});
