/** Plans that no longer fit when the home is locked at last: another install had it, or the cache changed. */
import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { WorkEvent } from '../../../src/base/events.ts';
import { PACKAGES, request, SmallToolkit } from '../../support/small-toolkit.ts';

let notices: string[];
const kit = new SmallToolkit();
const emit = (event: WorkEvent): void => {
  if (event.type === 'notice') notices.push(event.text);
};

beforeEach(() => {
  notices = [];
});

const OTHER = { request: request({ name: 'other' }) };
const NAMES = Object.keys(PACKAGES);

describe('a plan that another install overtook', () => {
  it('is made once more, which is said, and then needs no more than the other one left to do', async () => {
    const planNow = kit.plans();
    const plan = await planNow();
    await kit.install(OTHER);
    const fetched = kit.requests.length;
    let replanned = 0;
    const done = await kit.execute(plan, { emit, replan: () => (replanned++, planNow()) });
    expect(done.status).toBe('installed');
    expect(replanned).toBe(1);
    expect(notices.filter((text) => /planning again$/.test(text))).toEqual([
      expect.stringContaining(`${NAMES[0]} is in the store now`),
    ]);
    expect(kit.requests.length).toBe(fetched);
    expect(done.plan.actions.map(({ action }) => action)).toEqual([
      'place',
      'relocate',
      'record',
      'activate',
    ]);
  });

  it('gives up, to be tried again, where the second one no longer fits either', async () => {
    const planNow = kit.plans();
    const plan = await planNow();
    await kit.install(OTHER);
    await expect(kit.execute(plan, { emit, replan: async () => plan })).rejects.toMatchObject({
      code: 'plan-overtaken',
      retryable: true,
      exitCode: 1,
      hint: expect.stringContaining('again') as string,
    });
    expect(notices.filter((text) => /planning again$/.test(text))).toHaveLength(1);
    expect(await kit.names('prefixes')).toEqual(['other']);
    expect(await kit.names('state')).not.toContain('lock');
  });

  it('gives up at once where nobody can make another', async () => {
    const plan = await kit.plans()();
    await kit.install(OTHER);
    await expect(kit.execute(plan)).rejects.toMatchObject({ code: 'plan-overtaken' });
  });

  it('is nothing to do where the other one made the same prefix of the same request', async () => {
    const planNow = kit.plans();
    const plan = await planNow();
    const { prefix } = await kit.install(planNow);
    const done = await kit.execute(plan, {
      emit,
      replan: () => {
        throw new Error('nothing is planned again');
      },
    });
    expect(done).toMatchObject({ status: 'unchanged', plan: { actions: [] }, prefix });
    expect(notices).toEqual([]);
    expect(await kit.names('generations')).toEqual(['cuda10-1']);
  });

  it('is refused where the other one made something else under the same name', async () => {
    const plan = await kit.plans()();
    await kit.install({ request: request({ components: ['libraries', 'static'] }) });
    await expect(kit.execute(plan)).rejects.toMatchObject({ code: 'prefix-exists' });
  });
});

describe('packages that a plan takes from the cache', () => {
  const cache = (): string => join(kit.folder, 'cache/apt/packages');

  it('are fetched after all where they are gone or damaged when they are needed', async () => {
    await kit.install(OTHER);
    await rm(kit.home(), { recursive: true });
    const planNow = kit.plans();
    const plan = await planNow();
    expect(plan.leftOut.map(({ name, because }) => `${name} ${because}`)).toEqual(
      NAMES.map((name) => `${name} in-cache`),
    );
    const [gone, damaged] = await readdir(cache());
    await rm(join(cache(), gone!));
    const { size } = await stat(join(cache(), damaged!));
    kit.requests.length = 0;
    expect((await kit.execute(plan, { emit, replan: planNow })).status).toBe('installed');
    expect(kit.requests).toHaveLength(1);

    await rm(kit.home(), { recursive: true });
    await writeFile(join(cache(), damaged!), Buffer.alloc(size));
    kit.requests.length = 0;
    notices = [];
    expect((await kit.install(planNow, { emit })).status).toBe('installed');
    expect(kit.requests).toHaveLength(1);
    expect(notices.join()).toMatch(/in the cache is gone or damaged: planning again/);
  });
});
