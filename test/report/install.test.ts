import { describe, expect, it } from 'vitest';
import { hostArchitecture } from '../../src/base/architecture.ts';
import type { InstallPlan } from '../../src/prefix/plan/install-plan.ts';
import { hostLines, renderPlan } from '../../src/report/install.ts';

const PLAN: InstallPlan = {
  request: {
    name: 'cuda10',
    recipe: null,
    specs: [],
    components: ['libraries', 'nccl'],
    sources: ['test'],
    architecture: hostArchitecture(),
  },
  components: ['libraries'],
  cuda: '10.0.130',
  cudnn: null,
  home: '/home/u/gpu-setup',
  sources: [],
  packages: [],
  actions: [
    { action: 'accept-licence', licence: 'x', title: 'Terms of X', url: 'https://docs.nvidia.com/x' },
    { action: 'fetch', package: 'a', bytes: 1, from: [] },
    { action: 'unpack', package: 'a', components: [], bytesAtMost: 1 },
    { action: 'unpack', package: 'b', components: [], bytesAtMost: 1 },
    { action: 'place', generation: 'cuda10-1', packages: ['a', 'b', 'c'], components: [] },
    { action: 'activate', name: 'cuda10', generation: 'cuda10-1' },
  ],
  leftOut: [
    { what: 'component', name: 'nccl', because: 'not-offered' },
    { what: 'fetch', name: 'b', because: 'in-cache' },
    { what: 'fetch', name: 'c', because: 'in-store' },
    { what: 'unpack', name: 'c', because: 'in-store' },
  ],
  bytes: { fetch: 1, fetchCached: 2, diskAtMost: 3, diskInStore: 0 },
  host: [],
  warnings: [],
};

describe('a plan for people', () => {
  it('outside a terminal has one line for each kind of action and each warning, however long', () => {
    const names = Array.from({ length: 40 }, (_, at) => `package-${at}`);
    const text = renderPlan(
      {
        ...PLAN,
        actions: names.map((name) => ({ action: 'fetch' as const, package: name, bytes: 1, from: [] })),
        warnings: [names.join(' ')],
      },
      { columns: 40, color: false, interactive: false, unicode: false },
    );
    expect(text).toContain(`\nfetch          ${names.join(', ')}\n`);
    expect(text).toContain(`\n! ${names.join(' ')}\n`);
  });

  it('names an alternative once, though the package names it twice', () => {
    const clause = 'g++-10 | g++-10 | clang-11';
    const host = [{ clause, wantedBy: ['nvcc'], status: 'missing' as const, found: null }];
    expect(hostLines({ ...PLAN, host }, true)).toEqual(['g++-10 or clang-11: missing, wanted by nvcc']);
  });

  it('shows every action in its order, then what is left out and why', () => {
    const text = renderPlan(PLAN, { columns: 100, color: false, interactive: false, unicode: false });
    expect(text).toContain(`
accept-licence  Terms of X
fetch           a
unpack          a, b
place           cuda10-1
activate        cuda10
not installed   not in the sources that were asked: nccl
not fetched     in the cache already: b
not fetched     in the store already: c
not unpacked    in the store already: c
`);
    expect(text).toMatch(/^components +libraries$/m);
    expect(text).toMatch(/^licence +Terms of X: https:\/\/docs.nvidia.com\/x$/m);
  });
});
