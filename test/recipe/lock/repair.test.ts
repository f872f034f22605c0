/**
 * Prefixes that were damaged, and the store, the cache and the repository that they are mended from, damaged too: what is
 * wrong is never taken, what is right is not fetched, and a prefix that cannot be mended stays as it was.
 */
import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { command as verify } from '../../../src/cli/commands/verify.ts';
import { LOCK_PATH } from '../../../src/machine/records/read-prefix-manifest.ts';
import { repair, type Repaired } from '../../../src/recipe/lock/repair.ts';
import { commandContext } from '../../support/context.ts';
import { flawsOf } from '../../support/home-is-whole.ts';
import { rot } from '../../support/rot.ts';
import { validatorFor } from '../../support/schema.ts';
import { isOld, LATER, MovingRepository, OLD_CUBLAS, packages, type Machine } from '../../support/locked.ts';

const repository = new MovingRepository();
const NAME = 'cuda9';
const CUDART = 'lib64/libcuda-cudart-9-0.so.1';
const CUBLAS = 'lib64/libcuda-cublas-9-0.so.1';
const MANIFEST = '.gpu-setup/manifest.json';

let machine: Machine;
beforeEach(async () => {
  await repository.publish(packages());
  machine = repository.machine();
  await machine.install({ name: NAME });
  repository.server.requests.length = 0;
});

const prefix = (...parts: string[]): string => join(machine.dir, 'home/prefixes', NAME, ...parts);
const generation = (): string => readlinkSync(prefix()).replace('../generations/', '');
const mend = (name = NAME): Promise<Repaired> => repair(name, machine.context());
const froms = ({ repair: { mended } }: Repaired): Record<string, string> =>
  Object.fromEntries(mended.map(({ path, from }) => [path, from]));
const text = (path: string): string => readFileSync(prefix(path), 'utf8');

/** Without its name in the store: a file that somebody wrote anew. */
function rewrite(path: string, content: string): void {
  unlinkSync(prefix(path));
  writeFileSync(prefix(path), content);
}

function rotAll(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.name !== 'entry.json') rot(join(entry.parentPath, entry.name));
  }
}

const store = (): string => join(machine.dir, 'home/store');
const cached = (): string => join(machine.dir, 'cache/apt/packages');
const cut = (): void => {
  repository.server.intercept = (_path, response) => {
    response.socket?.destroy();
    return true;
  };
};
/** The prefix in use; older generations stay as they were. */
const flaws = async (): Promise<string[]> =>
  (await flawsOf(join(machine.dir, 'home'))).filter(
    (flaw) => !flaw.startsWith('generations/') || flaw.startsWith(`generations/${generation()}/`),
  );

describe('a prefix', () => {
  it('that is whole is left alone, and no server is asked', async () => {
    const before = generation();
    cut();
    const { found, repair: done } = await mend();
    expect(found.changes).toEqual([]);
    expect(done).toMatchObject({ generation: null, mended: [], store: [], kept: [], alsoCheck: [] });
    expect(generation()).toBe(before);
  });

  it('is mended from the store without a network, whatever was done to it, and has the same lock', async () => {
    const [before, lock, right] = [generation(), text(LOCK_PATH), text(CUDART)];
    rmSync(prefix(CUBLAS));
    rewrite(CUDART, 'mine');
    rmSync(prefix('lib64/libcuda-cufft-9-0.so.1'));
    symlinkSync('/etc/passwd', prefix('lib64/libcuda-cufft-9-0.so.1'));
    cut();
    const done = await mend();
    expect(froms(done)).toEqual({
      [CUBLAS]: 'store',
      [CUDART]: 'store',
      'lib64/libcuda-cufft-9-0.so.1': 'store',
    });
    expect(done.repair.generation).toEqual({ from: before, to: generation() });
    expect(generation()).not.toBe(before);
    expect([text(CUDART), text(LOCK_PATH)]).toEqual([right, lock]);
    expect(await flaws()).toEqual([]);
    expect(repository.server.requests).toEqual([]);
  });

  it('whose files lost their mode gets it back in the store too: nothing is unpacked', async () => {
    rmSync(cached(), { recursive: true });
    chmodSync(prefix(CUDART), 0o666);
    cut();
    const done = await mend();
    expect(froms(done)).toEqual({ [CUDART]: 'store' });
    expect(done.repair.store.map(({ flaw }) => flaw)).toEqual(['attributes']);
    expect(lstatSync(prefix(CUDART)).mode & 0o777).toBe(0o444);
    expect(await flaws()).toEqual([]);
  });

  it('is told of in the published form: whole, and mended', async () => {
    const validate = validatorFor('verify');
    const call = async (): Promise<object> => {
      const outcome = await verify.run([NAME], { repair: true }, commandContext(machine.dir));
      expect(validate(outcome.json), JSON.stringify(validate.errors)).toBe(true);
      return outcome.json as object;
    };
    expect(await call()).toMatchObject({ status: 'ok', repair: { generation: null, mended: [] } });
    rot(prefix(CUDART));
    rmSync(prefix(CUBLAS));
    writeFileSync(prefix('mine.txt'), 'mine');
    const done = await call();
    expect(done).toMatchObject({ status: 'repaired', repair: { kept: ['mine.txt'] } });
    expect(await call()).toMatchObject({ status: 'ok' });
  });

  it.skipIf(process.getuid?.() !== 0 || spawnSync('mount', ['--version']).status !== 0)(
    'on a disk that is read-only is refused before anything is changed, with why',
    async (context) => {
      const [home, before] = [join(machine.dir, 'home'), generation()];
      rmSync(prefix(CUBLAS));
      if (spawnSync('mount', ['--bind', home, home]).status !== 0) return context.skip();
      onTestFinished(() => void spawnSync('umount', [home]));
      expect(spawnSync('mount', ['-o', 'remount,bind,ro', home]).status).toBe(0);
      await expect(mend()).rejects.toMatchObject({
        code: 'home-not-writable',
        message: expect.stringContaining(home) as string,
      });
      expect(repository.server.requests).toEqual([]);
      expect(generation()).toBe(before);
      spawnSync('mount', ['-o', 'remount,bind,rw', home]);
      expect(froms(await mend())).toMatchObject({ [CUBLAS]: 'store' });
    },
  );

  it('keeps what somebody added, as far as it fits, and names it', async () => {
    mkdirSync(prefix('notes/deep'), { recursive: true });
    writeFileSync(prefix('notes/deep/mine.txt'), 'mine');
    symlinkSync('deep/mine.txt', prefix('notes/link'));
    const first = await mend();
    // Nothing that was installed is wrong.
    expect(first.repair).toMatchObject({
      generation: null,
      kept: ['notes', 'notes/deep', 'notes/deep/mine.txt', 'notes/link'],
    });
    // A folder of somebody's in the place of a file: what is in it has no place.
    rmSync(prefix(CUDART));
    mkdirSync(prefix(CUDART));
    writeFileSync(prefix(`${CUDART}/inside`), 'odd');
    const before = generation();
    const { repair: done } = await mend();
    expect(done.kept).toEqual(['notes', 'notes/deep', 'notes/deep/mine.txt', 'notes/link']);
    expect(done.warnings).toEqual([expect.stringContaining(`${CUDART}/inside is not kept`)]);
    expect([text('notes/link'), lstatSync(prefix(CUDART)).isFile()]).toEqual(['mine', true]);
    expect(existsSync(join(machine.dir, 'home/generations', before, CUDART, 'inside'))).toBe(true);
  });

  it('without a manifest is made anew, of what a signed index confirms', async () => {
    const lock = text(LOCK_PATH);
    rmSync(prefix(MANIFEST));
    const done = await mend();
    expect(froms(done)).toEqual({ [MANIFEST]: 'made' });
    expect(repository.server.requests.some(({ path }) => path.endsWith('.deb'))).toBe(false);
    expect([text(LOCK_PATH), await flaws()]).toEqual([lock, []]);
    // What the lock alone says is not taken: this index has gone on.
    writeFileSync(prefix(MANIFEST), '{ "schema": ');
    await repository.publish(packages(isOld), LATER);
    await expect(mend()).rejects.toMatchObject({ code: 'prefix-not-repaired' });
  });

  it('of which two are mended at once is mended', async () => {
    rmSync(prefix(CUDART));
    const both = await Promise.allSettled([mend(), mend()]);
    // The one that waited finds another generation than it looked at.
    const failed = both.flatMap((one) => (one.status === 'rejected' ? [one.reason as { code: string }] : []));
    expect(failed.length).toBeLessThan(2);
    for (const { code } of failed) expect(code).toBe('plan-overtaken');
    expect(await flaws()).toEqual([]);
  });
});

describe('a damaged store', () => {
  it('gives way to the cache: what is wrong is dropped and never linked again', async () => {
    const right = text(CUDART).replace(/^./s, 'c');
    rot(prefix(CUDART));
    cut();
    const done = await mend();
    expect(froms(done)).toEqual({ [CUDART]: 'cache' });
    expect(done.repair.store).toMatchObject([{ package: 'cuda-cudart-9-0', flaw: 'content' }]);
    expect([text(CUDART), await flaws()]).toEqual([right, []]);
  });

  it('is cleaned where the prefix itself is whole, so that the next install makes it anew', async () => {
    // With copies, so that the prefix has files of its own.
    for (const entry of readdirSync(store(), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || entry.name === 'entry.json') continue;
      const path = join(entry.parentPath, entry.name);
      const { atime, mtime, mode } = statSync(path);
      const bytes = readFileSync(path);
      unlinkSync(path);
      writeFileSync(path, bytes);
      chmodSync(path, mode);
      utimesSync(path, atime, mtime);
    }
    rotAll(store());
    const before = generation();
    const { repair: done } = await mend();
    expect(done.generation).toBeNull();
    expect(done.store.length).toBeGreaterThan(3);
    expect(generation()).toBe(before);
    await machine.install({ name: 'second' });
    expect(await flawsOf(join(machine.dir, 'home'))).toEqual([]);
  });

  it('and a damaged cache give way to the network: only what is damaged is fetched', async () => {
    rot(prefix(CUDART));
    rot(prefix(CUBLAS));
    rotAll(cached());
    const done = await mend();
    expect(froms(done)).toEqual({ [CUDART]: 'network', [CUBLAS]: 'network' });
    const fetched = repository.server.requests
      .map(({ path }) => path)
      .filter((path) => path.endsWith('.deb'))
      .sort();
    expect(fetched).toHaveLength(2);
    expect(fetched[0]).toContain('cuda-cublas-9-0');
    expect(fetched[1]).toContain('cuda-cudart-9-0');
    expect(await flaws()).toEqual([]);
  });

  it('whose entries cannot be read is made anew from the cache', async () => {
    for (const payload of readdirSync(store())) writeFileSync(join(store(), payload, 'entry.json'), '{ "sch');
    rmSync(prefix(CUDART));
    cut();
    expect(froms(await mend())).toEqual({ [CUDART]: 'cache' });
    expect(await flaws()).toEqual([]);
  });

  it('names the other prefixes that may have the same fault, which are mended in the same way', async () => {
    await machine.install({ name: 'other' });
    rot(prefix(CUDART));
    const done = await mend();
    expect(done.repair.alsoCheck).toEqual(['other']);
    expect(froms(await mend('other'))).toEqual({ [CUDART]: 'store' });
    expect(await flaws()).toEqual([]);
  });
});

describe('what cannot be mended', () => {
  /** It is as it was: the same generation, and nothing half-made beside it. */
  const untouched = async (work: Promise<unknown>, error: object): Promise<void> => {
    const before = generation();
    await expect(work).rejects.toMatchObject(error);
    expect(generation()).toBe(before);
    expect(readdirSync(join(machine.dir, 'home/generations'))).toEqual([before]);
  };

  it('without a network says what would help', async () => {
    rot(prefix(CUDART));
    rmSync(join(machine.dir, 'cache'), { recursive: true });
    cut();
    await untouched(mend(), {
      code: 'prefix-not-repaired',
      retryable: true,
      hints: [
        `with a network that reaches its sources: gpu-setup verify ${NAME} --repair`,
        expect.anything(),
      ],
    });
    repository.server.intercept = null;
    expect(froms(await mend())).toEqual({ [CUDART]: 'network' });
  });

  it('of a package that the archive no longer has names upgrade', async () => {
    await repository.publish(packages(isOld));
    machine = repository.machine();
    await machine.install({ name: NAME });
    await repository.publish(
      packages(({ name, version }) => !name.startsWith('cuda-cublas') || version !== OLD_CUBLAS),
      LATER,
    );
    rot(prefix(CUBLAS));
    rotAll(cached());
    await untouched(mend(), {
      code: 'prefix-not-repaired',
      retryable: false,
      hint: expect.stringContaining(`gpu-setup upgrade ${NAME}`),
    });
  });

  it('of a prefix whose lock was changed is refused: it could name anything', async () => {
    const lock = text(LOCK_PATH);
    rewrite(LOCK_PATH, lock.replaceAll(/"version": "9/g, '"version": "8'));
    rmSync(prefix(CUDART));
    await untouched(mend(), { code: 'prefix-not-repaired' });
    // Without a manifest it is a lock that nothing but a signed index can confirm, which knows no such versions.
    rmSync(prefix(MANIFEST));
    await untouched(mend(), { code: 'prefix-not-repaired' });
    // Other digests do not count against those of the index.
    rewrite(LOCK_PATH, lock.replaceAll(/"sha256": "[0-9a-f]{8}/g, '"sha256": "00000000'));
    await mend();
    expect([text(LOCK_PATH).match(/"sha256": "0{8}/g)?.length ?? 0, await flaws()]).toEqual([0, []]);
  });

  it.each([
    ['at its end', 1],
    ['in its payload', 40],
  ])('because the served file is another one takes nothing of it: %s', async (_, fromEnd) => {
    rot(prefix(CUDART));
    rmSync(cached(), { recursive: true });
    for (const [path, bytes] of repository.server.files) {
      if (!path.includes('cuda-cudart-9-0_')) continue;
      const other = Buffer.from(bytes as Buffer);
      other[other.length - fromEnd]! ^= 1;
      repository.server.files.set(path, other);
    }
    await untouched(mend(), {
      code: 'prefix-not-repaired',
      hints: [
        expect.stringMatching(new RegExp(`: gpu-setup verify ${NAME} --repair$`)),
        expect.stringContaining(`gpu-setup upgrade ${NAME}`),
      ],
    });
  });

  it('of an unreadable lock and a manifest that is gone says to install again', async () => {
    rewrite(LOCK_PATH, 'garbage');
    appendFileSync(prefix(LOCK_PATH), '\0');
    rmSync(prefix(MANIFEST));
    await untouched(mend(), { code: 'prefix-broken' });
  });
});
