import { describe, expect, it } from 'vitest';
import { prefixBytes, wantedBytesAtMost } from '../../../src/prefix/layout/wanted-share.ts';
import { licencesFor } from '../../../src/prefix/plan/licence.ts';
import { changesSince, nextGeneration, type AtHand } from '../../../src/prefix/plan/at-hand.ts';
import { licencesOf, type InstallPlan } from '../../../src/prefix/plan/install-plan.ts';
import { lockOf, lockText, pinOf, sameRequest } from '../../../src/prefix/plan/lockfile.ts';
import { parseLock } from '../../../src/prefix/plan/lock/parse-lock.ts';
import { planExisting, planInstall, type Survey } from '../../../src/prefix/plan/plan.ts';
import type { PrefixRequest } from '../../../src/prefix/plan/request.ts';
import { resolve } from '../../../src/prefix/plan/resolve.ts';
import { loadLicences } from '../../../src/recipe/load.ts';
import { CUDA_100, nvidiaCuda, nvidiaMl } from '../../support/cuda-index.ts';
import { digestOf, indexOf, PACKAGE_BYTES, UNPACKED_BYTES } from '../../support/index.ts';
import { validatorFor } from '../../support/schema.ts';

const REQUEST: PrefixRequest = {
  name: 'cuda10',
  recipe: 'cuda10',
  specs: [
    { name: 'cuda', version: '10.0' },
    { name: 'cudnn', version: '7.5' },
  ],
  components: ['compiler', 'libraries', 'cudnn'],
  sources: ['nvidia-cuda-ubuntu1804', 'nvidia-ml-ubuntu1804'],
  architecture: 'amd64',
};
const SURVEY: Survey = {
  home: '/home/u/.local/share/gpu-setup',
  generations: [],
  cached: new Set(),
  unpacked: new Map(),
  addresses: new Map(),
  driver: null,
  gpus: [],
  seenBytes: new Map(),
};
const indexes = [nvidiaCuda(CUDA_100), nvidiaMl()];

function planFor(
  survey: Partial<Survey> = {},
  request = REQUEST,
  from: Parameters<typeof resolve>[1] = indexes,
): InstallPlan {
  const resolution = resolve(request, from, null);
  return planInstall(request, resolution, from, { ...SURVEY, ...survey }, loadLicences());
}
const plan = planFor();
const CUDNN = digestOf('libcudnn7', '7.5.0.56-1+cuda10.0');
const PAYLOAD = 'a'.repeat(64);

describe('a plan', () => {
  it('lists what is done in the order in which it is done', () => {
    const order = plan.actions.map(({ action }) => action).filter((one, i, all) => one !== all[i - 1]);
    expect(order).toEqual(['accept-licence', 'fetch', 'unpack', 'place', 'relocate', 'record', 'activate']);
    expect(plan.actions.at(-1)).toEqual({ action: 'activate', name: 'cuda10', generation: 'cuda10-1' });
  });

  it('says of every package which others of it it needs, and so does the lock', () => {
    const needs = Object.fromEntries(plan.packages.map((one) => [one.name, one.needs]));
    expect(needs).toMatchObject({
      'cuda-cudart-dev-10-0': ['cuda-cudart-10-0'],
      'cuda-cudart-10-0': expect.not.arrayContaining(['libc6']) as unknown,
    });
    expect(Object.values(needs)).not.toContain(undefined);
    const read = parseLock(lockText(lockOf(pinOf(plan))), 'f');
    expect(Object.fromEntries(read.packages.map((one) => [one.name, one.needs]))).toEqual(needs);
  });

  it('is the same for the same inputs, and changes nothing it was given', () => {
    const before = JSON.stringify(REQUEST);
    expect(JSON.stringify(planFor())).toBe(JSON.stringify(plan));
    expect(JSON.stringify(REQUEST)).toBe(before);
  });

  it('is plain data: written down and read back it is the same', () => {
    expect(JSON.parse(JSON.stringify(plan))).toStrictEqual(plan);
  });

  it('counts what has to be fetched apart from what is here already, and the disk at most', () => {
    const { bytes, packages } = planFor({ cached: new Set([CUDNN]) });
    expect(bytes.fetchCached).toBe(PACKAGE_BYTES);
    expect(bytes.fetch).toBe((packages.length - 1) * PACKAGE_BYTES);
    const wanted = packages.map((one) => wantedBytesAtMost(one, REQUEST.components));
    expect(Math.max(...wanted)).toBe(UNPACKED_BYTES);
    expect(bytes.diskAtMost).toBe(prefixBytes(wanted));
    expect(bytes.diskInStore).toBe(0);
  });

  it('knows to the byte what it needs of packages that were seen before, and what of them the store has', () => {
    const { bytes, packages, actions } = planFor({
      seenBytes: new Map([[CUDNN, 123]]),
      unpacked: new Map([[CUDNN, { payloadSha256: PAYLOAD }]]),
    });
    expect(bytes.diskInStore).toBe(123);
    const wanted = packages.map((one) =>
      one.sha256 === CUDNN ? 123 : wantedBytesAtMost(one, REQUEST.components),
    );
    expect(bytes.diskAtMost).toBe(prefixBytes(wanted));
    const unpacked = actions.flatMap((one) => (one.action === 'unpack' ? [one.bytesAtMost] : []));
    expect(unpacked).toHaveLength(packages.length - 1);
    expect(prefixBytes([...unpacked, 123])).toBe(bytes.diskAtMost);
  });

  it('never holds a driver package', () => {
    expect(
      plan.packages.map(({ name }) => name).filter((name) => /^cuda-drivers|^nvidia/.test(name)),
    ).toEqual([]);
  });

  it("asks for NVIDIA's terms of CUDA and cuDNN, and for Debian's where the packages are Debian's", () => {
    expect(licencesOf(plan).map(({ id }) => id)).toEqual(['nvidia-cuda', 'nvidia-cudnn']);
    const ids = (family: 'nvidia' | 'debian', components: PrefixRequest['components']): string[] =>
      licencesFor(loadLicences(), family, components).map(({ id }) => id);
    expect(ids('nvidia', ['runtime'])).toEqual(['nvidia-cuda']);
    expect(ids('debian', ['runtime'])).toEqual(['debian-non-free']);
  });

  it.each([
    ['390.48', /CUDA 10.0 asks for driver 410.48 or newer, not 390.48/],
    ['535.183.06', null],
  ])('driver %s: warns only where it cannot run what is installed', (driver, warning) => {
    const { warnings } = planFor({ driver });
    if (warning === null) expect(warnings).toEqual([]);
    else expect(warnings.join()).toMatch(warning);
  });

  it('says when two sources hold one version with different content', () => {
    const twin = indexOf('nvidia-ml-ubuntu1804', [{ name: 'cuda-cublas-10-0', version: '10.0.130-1' }]);
    const other = {
      ...twin,
      packages: (name: string) => twin.packages(name).map((one) => ({ ...one, sha256: 'f'.repeat(64) })),
    };
    const { warnings, packages } = planFor({}, { ...REQUEST, components: ['runtime'] }, [indexes[0]!, other]);
    expect(warnings.join()).toContain('cuda-cublas-10-0');
    expect(packages.find(({ name }) => name === 'cuda-cublas-10-0')?.sourceId).toBe('nvidia-cuda-ubuntu1804');
  });
});

describe('what is at hand', () => {
  const actionsFor = ({ actions }: InstallPlan, name: string): string[] =>
    actions.flatMap((action) => ('package' in action && action.package === name ? [action.action] : []));

  it('is not fetched again where it lies in the cache, and nothing is done for what lies in the store: both are told', () => {
    const cached = planFor({ cached: new Set([CUDNN]) });
    expect(actionsFor(cached, 'libcudnn7')).toEqual(['unpack']);
    expect(cached.leftOut).toEqual([{ what: 'fetch', name: 'libcudnn7', because: 'in-cache' }]);

    const stored = planFor({ unpacked: new Map([[CUDNN, { payloadSha256: PAYLOAD }]]) });
    expect(actionsFor(stored, 'libcudnn7')).toEqual([]);
    expect(stored.leftOut).toEqual([
      { what: 'fetch', name: 'libcudnn7', because: 'in-store' },
      { what: 'unpack', name: 'libcudnn7', because: 'in-store' },
    ]);
    expect(stored.packages.find(({ name }) => name === 'libcudnn7')?.payloadSha256).toBe(PAYLOAD);
    expect(stored.actions.find((action) => action.action === 'place')).toMatchObject({
      packages: expect.arrayContaining(['libcudnn7']) as string[],
    });
  });

  it('tells components that no source has', () => {
    const { leftOut, components } = planFor({}, { ...REQUEST, components: ['libraries', 'nccl'] });
    expect(leftOut).toEqual([{ what: 'component', name: 'nccl', because: 'not-offered' }]);
    expect(components).toEqual(['libraries']);
  });

  it('makes a plan stale when it changes: another generation, what came, what went', () => {
    const now: AtHand = { generations: [], cached: new Set(), unpacked: new Map() };
    expect(changesSince(plan, now)).toEqual([]);
    expect(changesSince(plan, { ...now, generations: ['cuda10-1'] })).toEqual([
      'the next generation is cuda10-2',
    ]);
    expect(changesSince(plan, { ...now, cached: new Set([CUDNN]) })).toEqual([]);
    expect(changesSince(plan, { ...now, unpacked: new Map([[CUDNN, { payloadSha256: PAYLOAD }]]) })).toEqual([
      'libcudnn7 is in the store now',
    ]);
    const stored = planFor({ unpacked: new Map([[CUDNN, { payloadSha256: PAYLOAD }]]) });
    expect(changesSince(stored, now)).toEqual(['libcudnn7 is no longer here']);
  });
});

describe('the order of a plan', () => {
  it('begins with the largest package, to fetch and to unpack', () => {
    const large = 'libcudnn7';
    const grown = indexes.map((index) => ({
      ...index,
      packages: (name: string) =>
        index.packages(name).map((one) => (name === large ? { ...one, size: 10 * PACKAGE_BYTES } : one)),
    }));
    const { actions } = planFor({}, REQUEST, grown);
    for (const kind of ['fetch', 'unpack'] as const) {
      expect(actions.find((action) => action.action === kind)).toMatchObject({ package: large });
    }
  });
});

describe('the lock', () => {
  const lock = lockOf(pinOf(plan));

  it('follows its published schema, names no host, and is read back as it was', () => {
    const validate = validatorFor('lock');
    expect(validate(lock), JSON.stringify(validate.errors)).toBe(true);
    const text = lockText(lock);
    expect(text).not.toContain('packages.example');
    expect(parseLock(text, 'x')).toEqual(lock);
  });

  it.each(['', '{', '[]', '{"schema":"gpu-setup/lock@1"}', '\u0000'])(
    'refuses %j, and names the file',
    (text) => {
      expect(() => parseLock(text, '/x/gpu-setup.lock')).toThrowError(
        expect.objectContaining({ code: 'bad-lock', message: expect.stringContaining('/x/gpu-setup.lock') }),
      );
    },
  );
});

describe('a prefix that exists', () => {
  it('needs nothing where the same was asked for, in whatever order', () => {
    const again = { ...REQUEST, components: ['cudnn', 'libraries', 'compiler'] as const };
    expect(planExisting(again, lockOf(pinOf(plan)), '/h').actions).toEqual([]);
  });

  it.each([
    ['another version', { specs: [{ name: 'cuda', version: '10.1' }] }],
    ['other components', { components: ['compiler'] as const }],
    ['another source', { sources: ['nvidia-cuda-ubuntu1604'] }],
  ])('is not overwritten by %s: both ways on are named', (_, change) => {
    expect(sameRequest({ ...REQUEST, ...change }, REQUEST)).toBe(false);
    expect(() => planExisting({ ...REQUEST, ...change }, lockOf(pinOf(plan)), '/h')).toThrowError(
      expect.objectContaining({
        code: 'prefix-exists',
        exitCode: 1,
        hint: expect.stringMatching(/--name.*remove cuda10/),
      }),
    );
  });

  it('is not taken for the same where it has no lock', () => {
    expect(() => planExisting(REQUEST, null, '/h')).toThrowError(
      expect.objectContaining({ code: 'prefix-exists' }),
    );
  });
});

describe('generations', () => {
  it('count on per name, whatever other names look like', () => {
    expect(nextGeneration('cuda10', [])).toBe('cuda10-1');
    expect(nextGeneration('cuda10', ['cuda10-1', 'cuda10-9', 'cuda10-10', 'cuda10-1-1', 'cuda9-40'])).toBe(
      'cuda10-11',
    );
    expect(nextGeneration('cuda10-1', ['cuda10-1', 'cuda10-1-4'])).toBe('cuda10-1-5');
  });
});
