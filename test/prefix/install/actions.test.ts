/** Takes one kind of action out of a plan: exactly its effect must be missing. */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { WorkEvent } from '../../../src/base/events.ts';
import type { Manifest } from '../../../src/machine/records/prefix-manifest.ts';
import { describeAction, type Action, type InstallPlan } from '../../../src/prefix/plan/install-plan.ts';
import { keeping } from '../../../src/prefix/plan/plan.ts';
import { renderPlan } from '../../../src/report/install.ts';
import {
  acceptAll,
  LIB,
  NVCC,
  PACKAGES,
  request,
  SmallToolkit,
  TERMS,
  type ExecuteOptions,
} from '../../support/small-toolkit.ts';

const kit = new SmallToolkit();

const WISH = {
  packages: { ...PACKAGES, ...NVCC },
  request: request({ components: ['compiler', 'libraries'] }),
  licences: [TERMS],
};

async function planWithout(drop: (action: Action) => boolean): Promise<InstallPlan> {
  const plan = await kit.plans(WISH)();
  const actions = plan.actions.filter((action) => !drop(action));
  expect(actions.length).toBeLessThan(plan.actions.length);
  return { ...plan, actions };
}

/** Paths of everything below a generation, without the record of it. */
async function files(generation = 'cuda10-1'): Promise<string[]> {
  const all = await readdir(kit.home('generations', generation), { recursive: true });
  return all.filter((path) => !path.startsWith('.gpu-setup')).sort();
}
const exists = (...parts: string[]): Promise<boolean> =>
  stat(kit.home(...parts)).then(
    () => true,
    () => false,
  );
const manifest = async (): Promise<Manifest> =>
  JSON.parse(await readFile(kit.home('prefixes/cuda10/.gpu-setup/manifest.json'), 'utf8')) as Manifest;

/** Executes, and gives the actions as they were reported. */
async function executed(plan: InstallPlan, options: ExecuteOptions = {}): Promise<string[]> {
  const reported: string[] = [];
  const emit = (event: WorkEvent): void => {
    if (event.type === 'action') reported.push(`${event.name} ${event.subject}`);
  };
  await kit.execute(plan, { ...options, emit });
  return reported;
}

/** Hardly made smaller by compression, and the same every time. */
const noise = (digests: number): Buffer =>
  Buffer.concat(Array.from({ length: digests }, (_, i) => createHash('sha256').update(`${i}`).digest()));

describe('the executor', () => {
  it('does what a dry run prints, in that order, however fetching and unpacking run side by side', async () => {
    const plan = await kit.plans(WISH)();
    const words = plan.actions.map((action) => {
      const { name, subject } = describeAction(action);
      return `${name} ${subject}`;
    });
    // What is largest, and so first, comes last.
    const first = plan.actions.find((action) => action.action === 'fetch')!.package;
    let others = 2;
    kit.onRequest = async (path) => {
      if (path !== `${first}.deb`) others--;
      else while (others > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    expect(await executed(plan)).toEqual(words);
    expect(new Set(plan.actions.map(({ action }) => action))).toEqual(
      new Set(['accept-licence', 'fetch', 'unpack', 'place', 'relocate', 'record', 'activate']),
    );
    const printed = renderPlan(plan, { columns: 500, color: false, interactive: false, unicode: false });
    const subjects = (kind: Action['action']): string =>
      plan.actions
        .filter(({ action }) => action === kind)
        .map((action) => describeAction(action).subject)
        .join(', ');
    const at = (
      ['accept-licence', 'fetch', 'unpack', 'place', 'relocate', 'record', 'activate'] as const
    ).map((kind) => printed.search(new RegExp(`^${kind} +${subjects(kind)}$`, 'm')));
    expect(at.every((found) => found >= 0)).toBe(true);
    expect(at).toEqual([...at].sort((a, b) => a - b));
  });

  it('checks and unpacks what lies in the cache the largest first, side by side, and each after its own check', async () => {
    const packages = Object.fromEntries(
      ['a', 'b', 'c', 'd'].map((name, at) => [
        name,
        [{ path: `./${LIB}/lib${name}.so.1`, content: noise((at + 1) * 1000) }],
      ]),
    );
    const wish = { packages, request: request({ components: ['libraries'] }) };
    await kit.execute(await kit.plans(wish)());
    await rm(kit.home(), { recursive: true });
    const plan = await kit.plans(wish)();
    expect(plan.actions.some(({ action }) => action === 'fetch')).toBe(false);
    const spans: string[] = [];
    await kit.execute(plan, {
      emit: (event) => {
        if (event.type === 'span') spans.push(`${event.edge} ${event.step} ${event.subject}`);
      },
    });
    const begun = (step: string): string[] =>
      spans.filter((text) => text.startsWith(`begin ${step} `)).map((text) => text.slice(-1));
    expect(begun('check')).toEqual(['d', 'c', 'b', 'a']);
    for (const name of 'abcd')
      expect(spans.indexOf(`end check ${name}`)).toBeLessThan(spans.indexOf(`begin unpack ${name}`));
    const firstUnpack = spans.findIndex((text) => text.startsWith('begin unpack'));
    expect(firstUnpack).toBeLessThan(spans.findLastIndex((text) => text.startsWith('end check')));
    expect(spans.findIndex((text) => text.startsWith('begin place'))).toBeGreaterThan(
      spans.findLastIndex((text) => text.startsWith('end unpack')),
    );
  });

  it('unpacks packages that hold the same payload one after the other, and both are there', async () => {
    const same = [{ path: `./${LIB}/libsame.so.1`, content: noise(1000) }];
    const wish = { packages: { a: same, b: same, c: same }, request: request({ components: ['libraries'] }) };
    await kit.execute(await kit.plans(wish)());
    const { packages } = (await manifest()).prefix;
    expect(packages.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(new Set(packages.map(({ payloadSha256 }) => payloadSha256)).size).toBe(1);
    expect(await files()).toContain('lib/libsame.so.1');
  });

  it('makes the same of a plan that was written down and read back', async () => {
    const plan = await kit.plans(WISH)();
    const copy = JSON.parse(JSON.stringify(plan)) as InstallPlan;
    expect(copy).toStrictEqual(plan);
    await kit.execute(copy);
    const there = await files();
    expect(there).toContain('lib64/libcudart.so.10.0.130');
    await kit.install({
      ...WISH,
      request: request({ name: 'other', components: ['compiler', 'libraries'] }),
    });
    expect(await files('other-1')).toEqual(there);
  });

  it('asks the server for packages alone: no Release, index or key', async () => {
    await kit.execute(await kit.plans(WISH)());
    expect([...kit.requests].sort()).toEqual(Object.keys(WISH.packages).map((name) => `${name}.deb`));
  });
});

describe('without', () => {
  it('accept-licence nobody is asked, and the prefix names no terms', async () => {
    let asked = 0;
    const acceptLicences: ExecuteOptions['acceptLicences'] = (terms) => (asked++, acceptAll(terms));
    await kit.execute(await planWithout(({ action }) => action === 'accept-licence'), { acceptLicences });
    expect(asked).toBe(0);
    expect((await manifest()).licences).toEqual([]);
    await rm(kit.home(), { recursive: true });
    await kit.execute(await kit.plans(WISH)(), { acceptLicences });
    expect(asked).toBe(1);
    expect((await manifest()).licences).toMatchObject([{ id: TERMS.id, title: TERMS.title }]);
  });

  it('fetch nothing is asked for, and unpacking says what is missing', async () => {
    const plan = await planWithout(({ action }) => action === 'fetch');
    await expect(kit.execute(plan)).rejects.toMatchObject({
      code: 'package-not-fetched',
      message: expect.stringContaining(plan.packages[0]!.name.slice(0, 5)) as string,
    });
    expect(kit.requests).toEqual([]);
    expect(await kit.names('prefixes')).toEqual([]);
    expect(await kit.names('generations')).toEqual([]);
  });

  it('the unpacking of one package the prefix lacks its files, and has all others', async () => {
    await kit.execute(
      await planWithout((action) => action.action === 'unpack' && action.package === 'cuda-nvcc-10-0'),
    );
    const there = await files();
    expect(there).not.toContain('bin/nvcc');
    expect(there).toContain('lib64/libcudart.so.10.0.130');
    expect((await manifest()).prefix.packages.map(({ name }) => name)).toEqual(Object.keys(PACKAGES));
  });

  it('place there is nothing of the packages in the generation', async () => {
    await kit.execute(await planWithout(({ action }) => action === 'place'));
    expect((await files()).filter((path) => /nvcc|cudart|cuda\.h/.test(path))).toEqual([]);
    expect((await manifest()).prefix.packages).toEqual([]);
  });

  it("relocate bin/nvcc is NVIDIA's own", async () => {
    await kit.execute(await planWithout(({ action }) => action === 'relocate'));
    expect(await readFile(kit.home('prefixes/cuda10/bin/nvcc'), 'utf8')).toBe('ELF of NVIDIA');
    expect(await exists('prefixes/cuda10/libexec')).toBe(false);
    await rm(kit.home(), { recursive: true });
    await kit.execute(await kit.plans(WISH)());
    expect(await readFile(kit.home('prefixes/cuda10/bin/nvcc'), 'utf8')).toMatch(/^#!\/bin\/sh/);
    expect(await readFile(kit.home('prefixes/cuda10/libexec/nvcc'), 'utf8')).toBe('ELF of NVIDIA');
  });

  it('record the prefix has neither manifest nor lock', async () => {
    const done = await kit.execute(await planWithout(({ action }) => action === 'record'));
    expect(done).toMatchObject({ status: 'installed', prefix: null });
    expect(await files()).toContain('bin/nvcc');
    const record = await readdir(kit.home('prefixes/cuda10/.gpu-setup'));
    expect(record.filter((name) => /manifest|lock/.test(name))).toEqual([]);
  });

  it('activate the generation is there, and no prefix leads to it', async () => {
    await kit.execute(await planWithout(({ action }) => action === 'activate'));
    expect(await kit.names('generations')).toEqual(['cuda10-1']);
    expect(await files()).toContain('bin/nvcc');
    expect(await exists('generations/cuda10-1/.gpu-setup/manifest.json')).toBe(true);
    expect(await kit.names('prefixes')).toEqual([]);
  });

  it('keep what somebody added stays in the generation before, and is not in the prefix', async () => {
    await kit.execute(await kit.plans(WISH)());
    await writeFile(kit.home('generations/cuda10-1/mine.txt'), 'mine');
    const anew = async (): Promise<InstallPlan> =>
      keeping({ ...(await kit.plans(WISH)()), replaces: (await kit.names('generations')).at(-1)! }, [
        'mine.txt',
      ]);
    const plan = await anew();
    const reported = await executed({
      ...plan,
      actions: plan.actions.filter(({ action }) => action !== 'keep'),
    });
    expect(reported.some((text) => text.startsWith('keep '))).toBe(false);
    expect(await exists('generations/cuda10-1/mine.txt')).toBe(true);
    expect(await exists('prefixes/cuda10/mine.txt')).toBe(false);
    await rm(kit.home(), { recursive: true });
    await kit.execute(await kit.plans(WISH)());
    await writeFile(kit.home('generations/cuda10-1/mine.txt'), 'mine');
    expect((await executed(await anew())).some((text) => text.startsWith('keep '))).toBe(true);
    expect(await readFile(kit.home('prefixes/cuda10/mine.txt'), 'utf8')).toBe('mine');
    expect((await manifest()).entries.some(({ path }) => path === 'mine.txt')).toBe(false);
  });
});
