/**
 * A cache that fails when it is read, and one that may only be read: an administrator's, which many machines or users share.
 * What can be read in it is used; what cannot is fetched, or the error says why not and what to do.
 */
import { fstatSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { asGpuSetupError } from '../../../../src/cli/call/failure.ts';
import { lookAtChanges } from '../../../support/disk-changes.ts';
import { flawsOf } from '../../../support/home-is-whole.ts';
import { rot } from '../../../support/rot.ts';
import { NVCC, PACKAGES, request, SmallToolkit } from '../../../support/small-toolkit.ts';

const kit = new SmallToolkit();
const wish = {
  packages: { ...PACKAGES, ...NVCC },
  request: request({ components: ['compiler', 'libraries'] }),
};
const COUNT = Object.keys(wish.packages).length;
let restore = (): void => {};
afterEach(() => restore());

const cache = (...parts: string[]): string => join(kit.folder, 'cache', ...parts);

/** The cache of one who installed before: the home is new. */
async function filled(): Promise<void> {
  await kit.install(wish);
  rmSync(kit.home(), { recursive: true });
  kit.requests.length = 0;
}

/** Reads of packages that lie in the cache now fail as those of a broken disk do, after so many. */
async function breakReads(after: number): Promise<void> {
  const probe = await open('/dev/null', 'r');
  const handles = Object.getPrototypeOf(probe) as { read: (...args: unknown[]) => Promise<unknown> };
  await probe.close();
  const original = handles.read;
  const broken = new Set(
    readdirSync(cache('apt/packages')).map((name) => statSync(cache('apt/packages', name)).ino),
  );
  let reads = 0;
  handles.read = async function (this: { fd: number }, ...args: unknown[]) {
    if (broken.has(fstatSync(this.fd).ino) && reads++ >= after)
      throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', errno: -5, syscall: 'read' });
    return original.apply(this, args);
  };
  restore = () => void (handles.read = original);
}

describe('a disk that cannot be read', () => {
  it('costs the packages on it another transfer, and nothing else', async () => {
    await filled();
    await breakReads(0);
    expect((await kit.install(wish)).status).toBe('installed');
    restore();
    expect(kit.requests).toHaveLength(COUNT);
    await expectGoesOn();
  });

  it('or holds other bytes costs the same, however many packages are damaged', async () => {
    await filled();
    for (const name of readdirSync(cache('apt/packages'))) rot(cache('apt/packages', name));
    expect((await kit.install(wish)).status).toBe('installed');
    expect(kit.requests).toHaveLength(COUNT);
    await expectGoesOn();
  });

  it.each([3, 4, 5, 7, 9, 12])(
    'when %i reads went well, is said, and the next install goes on',
    async (reads) => {
      await filled();
      await breakReads(reads);
      const done = await kit.install(wish).catch(asGpuSetupError);
      restore();
      if (done instanceof Error) {
        expect(done.code).toMatch(/^(?:system-refused|cache-unusable)$/);
        expect(done.message).toContain('EIO');
        expect(done.hints).not.toEqual([]);
      }
      await expectGoesOn();
    },
  );

  async function expectGoesOn(): Promise<void> {
    expect(await flawsOf(kit.home())).toEqual([]);
    expect(['installed', 'unchanged']).toContain((await kit.install(wish)).status);
    expect(await flawsOf(kit.home())).toEqual([]);
  }
});

describe.each(['EROFS', 'EACCES'])('a cache that may only be read (%s)', (code) => {
  it('serves an install that finds all in it, as it is', async () => {
    await filled();
    const before = readdirSync(cache(), { recursive: true }).sort();
    restore = await lookAtChanges(cache(), () => code, { removals: true });
    const said: string[] = [];
    const done = await kit.install(wish, {
      emit: (event) => void (event.type === 'notice' && said.push(event.text)),
    });
    restore();
    expect(done.status).toBe('installed');
    expect(kit.requests).toEqual([]);
    expect(said).toEqual([expect.stringMatching(/cache .* may not be written to/)]);
    expect(readdirSync(cache(), { recursive: true }).sort()).toEqual(before);
    expect(await flawsOf(kit.home())).toEqual([]);
  });

  it('that holds a damaged package says so, and that it may not be removed', async () => {
    await filled();
    const [name] = readdirSync(cache('apt/packages'));
    const damaged = cache('apt/packages', name!);
    writeFileSync(damaged, Buffer.alloc(statSync(damaged).size));
    restore = await lookAtChanges(cache(), () => code, { removals: true });
    await expect(kit.install(wish)).rejects.toMatchObject({
      code: 'cache-unusable',
      message: expect.stringMatching(/is not what its name says, and may not be removed/) as string,
    });
    restore();
    expect((await kit.install(wish)).status).toBe('installed');
  });

  it('that lacks a package says so before anything is fetched, and how to use the rest', async () => {
    await filled();
    const [gone] = readdirSync(cache('apt/packages'));
    rmSync(cache('apt/packages', gone!));
    restore = await lookAtChanges(cache(), () => code, { removals: true });
    await expect(kit.install(wish)).rejects.toMatchObject({
      code: 'cache-unusable',
      message: expect.stringContaining('lacks what is wanted') as string,
      hint: expect.stringContaining(`--from ${cache('apt/packages')}`) as string,
    });
    restore();
    expect(kit.requests).toEqual([]);
    expect(await flawsOf(kit.home())).toEqual([]);
    expect((await kit.install(wish)).status).toBe('installed');
    expect(kit.requests).toHaveLength(1);
    expect(COUNT).toBeGreaterThan(1);
  });
});
