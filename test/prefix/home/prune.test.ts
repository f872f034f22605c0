import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { silent } from '../../../src/base/events.ts';
import type { Garbage } from '../../../src/prefix/home/garbage.ts';
import { prune as pruneChosen, type Pruning } from '../../../src/prefix/home/prune.ts';
import { against, fakeBuild } from '../../support/build.ts';
import { renderPruned } from '../../../src/report/pruning.ts';
import { terminal } from '../../support/context.ts';
import { asOrdinaryUser } from '../../support/ordinary-user.ts';
import { installFake } from '../../support/prefix.ts';
import { MEGABYTE, packageOf, storeMegabyte } from '../../support/store.ts';
import { tempDir } from '../../support/temp-dir.ts';

const USED = 'a'.repeat(64);
const UNUSED = 'b'.repeat(64);

function folders(): { home: string; cache: string } {
  const folder = tempDir();
  return { home: join(folder, 'home'), cache: join(folder, 'cache') };
}

/** @param choose what is to go; everything unless given */
function prune(
  where: { home: string; cache: string },
  options: {
    dryRun: boolean;
    emit: typeof silent;
    choose?: (garbage: readonly Garbage[]) => readonly Garbage[];
  },
): Promise<Pruning> {
  const { choose = (garbage: readonly Garbage[]) => garbage } = options;
  return pruneChosen(where, { ...options, choose: async (garbage) => choose(garbage) });
}

describe('a dry run of a user who may not look everywhere', () => {
  const asked = (where: { home: string; cache: string }): Promise<Pruning> =>
    asOrdinaryUser(join(where.home, '..'), () => prune(where, { dryRun: true, emit: silent }));

  async function homeWithGarbage(): Promise<{ home: string; cache: string }> {
    const where = folders();
    await installFake(where.home, 'cuda10', { generation: 1 });
    await installFake(where.home, 'cuda10', { generation: 2, info: { packages: [packageOf(USED)] } });
    await storeMegabyte(where.home, USED, 'used');
    await storeMegabyte(where.home, UNUSED, 'unused');
    return where;
  }
  const names = ({ removed }: Pruning): string[] => removed.map(({ name }) => name);

  it('says what would go, and which folder is not known', async () => {
    const where = await homeWithGarbage();
    chmodSync(join(where.home, 'state'), 0);
    const planned = await asked(where);
    expect(names(planned)).toEqual(['cuda10-1', 'unused 1']);
    expect(planned.unread).toEqual([
      { path: join(where.home, 'state'), why: expect.stringMatching(/^EACCES/) as string },
    ]);
    chmodSync(join(where.home, 'state'), 0o755);
    expect(await asked(where)).toMatchObject({ unread: [] });
  });

  it.each([
    // Who uses a generation, or what it is made of, is not known: neither it nor a package is taken for unused.
    ['prefixes', []],
    ['generations', []],
    ['builds', []],
    ['generations/cuda10-2/.gpu-setup', ['cuda10-1']],
  ])('takes nothing for unused that something in %s may use', async (folder, expected) => {
    const where = await homeWithGarbage();
    mkdirSync(join(where.home, 'builds'));
    chmodSync(join(where.home, folder), 0);
    const planned = await asked(where);
    expect(names(planned)).toEqual(expected);
    const hidden = planned.unread.map(({ path }) => path).filter((path) => !path.endsWith('/state'));
    expect(hidden).toHaveLength(1);
    expect(join(where.home, folder)).toContain(hidden[0]);
    const said = renderPruned(planned, true, terminal);
    expect(said).toContain('not known where this user may not look');
    expect(said).not.toContain('Nothing to delete.');
  });
});

describe('prune', () => {
  it('deletes older generations, packages that nothing uses, leftovers and downloads, and keeps the rest', async () => {
    const where = folders();
    const { home, cache } = where;
    await installFake(home, 'cuda10', { generation: 1 });
    await installFake(home, 'cuda10', { generation: 2, info: { packages: [packageOf(USED)] } });
    await storeMegabyte(home, USED, 'used');
    await storeMegabyte(home, UNUSED, 'unused');
    mkdirSync(join(home, 'generations/.removed-x-1'));
    mkdirSync(join(home, 'state/staging/d'), { recursive: true });
    mkdirSync(join(cache, 'apt/packages'), { recursive: true });
    mkdirSync(join(cache, 'apt/indexes'));
    writeFileSync(join(cache, 'apt/packages/p.deb'), 'x');

    const planned = await prune(where, { dryRun: true, emit: silent });
    expect(planned.removed.map(({ kind, name }) => [kind, name])).toEqual([
      ['leftover', '.removed-x-1'],
      ['generation', 'cuda10-1'],
      ['package', 'unused 1'],
      ['leftover', 'd'],
      ['download', 'p.deb'],
    ]);
    expect(existsSync(join(home, 'generations/cuda10-1'))).toBe(true);

    const done = await prune(where, { dryRun: false, emit: silent });
    expect(done).toEqual(planned);
    expect(readdirSync(join(home, 'generations'))).toEqual(['cuda10-2']);
    expect(readdirSync(join(home, 'store'))).toEqual([USED]);
    expect(readdirSync(join(home, 'state/staging'))).toEqual([]);
    expect(readdirSync(join(cache, 'apt/packages'))).toEqual([]);
    expect(existsSync(join(cache, 'apt/indexes'))).toBe(true);
    expect(await prune(where, { dryRun: false, emit: silent })).toEqual({
      removed: [],
      bytesFreed: 0,
      unread: [],
      kept: [],
    });
  });

  it('counts a file that two of the deleted things share once', async () => {
    const where = folders();
    await installFake(where.home, 'cuda10');
    const file = await storeMegabyte(where.home, UNUSED, 'unused');
    linkSync(file, join(where.home, 'generations/cuda10-1/shared'));
    rmSync(join(where.home, 'prefixes/cuda10'));
    const { removed, bytesFreed } = await prune(where, { dryRun: true, emit: silent });
    expect(removed.every(({ bytes }) => bytes < MEGABYTE)).toBe(true);
    expect(bytesFreed).toBeGreaterThanOrEqual(MEGABYTE);
    expect(bytesFreed).toBeLessThan(2 * MEGABYTE);
  });

  it('keeps the generation of a prefix whose record is damaged', async () => {
    const where = folders();
    const path = await installFake(where.home, 'cuda10');
    rmSync(join(path, '.gpu-setup/manifest.json'));
    await prune(where, { dryRun: false, emit: silent });
    expect(existsSync(join(path, 'bin/nvcc'))).toBe(true);
  });

  it('makes nothing where there is no home', async () => {
    const where = folders();
    expect(await prune(where, { dryRun: false, emit: silent })).toEqual({
      removed: [],
      bytesFreed: 0,
      unread: [],
      kept: [],
    });
    expect(existsSync(where.home)).toBe(false);
  });

  it('deletes what was chosen, and names what was kept', async () => {
    const where = folders();
    const { home, cache } = where;
    await installFake(home, 'cuda10', { generation: 1 });
    await installFake(home, 'cuda10', { generation: 2 });
    await storeMegabyte(home, UNUSED, 'unused');
    mkdirSync(join(cache, 'apt/packages'), { recursive: true });
    writeFileSync(join(cache, 'apt/packages/p.deb'), 'x');
    const choose = (garbage: readonly Garbage[]): Garbage[] =>
      garbage.filter(({ kind }) => kind === 'generation');
    const { removed, kept } = await prune(where, { dryRun: false, emit: silent, choose });
    expect(removed.map(({ name }) => name)).toEqual(['cuda10-1']);
    expect(kept.map(({ kind }) => kind)).toEqual(['package', 'download']);
    expect(readdirSync(join(home, 'store'))).toEqual([UNUSED]);
    expect(readdirSync(join(cache, 'apt/packages'))).toEqual(['p.deb']);
  });

  it('keeps what came into use while a person chose', async () => {
    const where = folders();
    const { home } = where;
    await storeMegabyte(home, UNUSED, 'unused');
    mkdirSync(join(home, 'state'), { recursive: true });
    const { removed } = await pruneChosen(where, {
      dryRun: false,
      emit: silent,
      choose: async (garbage) => {
        await installFake(home, 'cuda10', { info: { packages: [packageOf(UNUSED)] } });
        return garbage;
      },
    });
    expect(removed).toEqual([]);
    expect(readdirSync(join(home, 'store'))).toEqual([UNUSED]);
  });

  it('takes builds whose prefix is gone, or that were made again, and keeps those of other requests', async () => {
    const where = folders();
    const { home } = where;
    await installFake(home, 'cuda10');
    await fakeBuild(home, 'darknet', { request: 'old' });
    await fakeBuild(home, 'darknet', { request: 'old' });
    await fakeBuild(home, 'darknet', { request: 'gpu', ...against(home, 'cuda10') });
    await fakeBuild(home, 'darknet', { request: 'gone', ...against(home, 'cuda9') });
    const { removed } = await prune(where, { dryRun: false, emit: silent });
    expect(removed.map(({ kind, name }) => [kind, name])).toEqual([
      ['build', 'darknet-4'],
      ['build', 'darknet-1'],
    ]);
    expect(readdirSync(join(home, 'builds'))).toEqual(['darknet', 'darknet-2', 'darknet-3']);
    // It was the current one.
    expect(readlinkSync(join(home, 'builds/darknet'))).toBe('darknet-3');
  });

  it('takes what builds left that were killed, once it cannot be theirs any more', async () => {
    const where = folders();
    const { home } = where;
    const [old, fresh] = ['builds/.darknet.new-a', 'builds/.darknet.new-b'].map((name) => join(home, name));
    const half = join(home, 'builds/.removed-darknet-1');
    const work = join(home, 'state/gpu-setup-work-x');
    for (const folder of [old!, fresh!, half, work]) mkdirSync(folder, { recursive: true });
    const longAgo = new Date(Date.now() - 72 * 3600_000);
    for (const folder of [old!, work]) utimesSync(folder, longAgo, longAgo);
    await prune(where, { dryRun: false, emit: silent });
    expect([old!, fresh!, half, work].map((folder) => existsSync(folder))).toEqual([
      false,
      true,
      false,
      false,
    ]);
  });
});
