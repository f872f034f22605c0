/** Which prefixes are damaged, on the file system of this machine: what could not be looked at is not. */
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { present, unknown, valueOf } from '../../../../src/machine/answer.ts';
import type { DamagedPrefix } from '../../../../src/machine/facts.ts';
import { probePrefixes } from '../../../../src/machine/facts/toolkit/prefixes.ts';
import { liveMachine } from '../../../../src/machine/kinds/live.ts';
import type { Machine } from '../../../../src/machine/machine.ts';
import { recording } from '../../../../src/machine/snapshot/record.ts';
import { snapshotMachine } from '../../../../src/machine/snapshot/snapshot.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'gpu-setup-damaged-'));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

const at = (...parts: string[]): string => join(home, ...parts);

interface Made {
  architecture?: string;
  components?: readonly string[];
  parts?: readonly string[];
  cudnn?: string | null;
  /** Of the manifest; default: so many that its beginning alone is read. */
  entries?: number;
}

/** CUDA 11.8 as an install leaves it, as far as anybody looks here. */
function install(name: string, { entries = 1000, cudnn = null, ...more }: Made = {}): void {
  const generation = at('generations', `${name}-1`);
  for (const folder of ['.gpu-setup', 'bin', 'libexec', 'lib64'])
    mkdirSync(join(generation, folder), { recursive: true });
  const manifest = {
    schema: 'gpu-setup/manifest@1',
    prefix: {
      schema: 'gpu-setup/prefix@1',
      name,
      path: at('prefixes', name),
      recipe: null,
      cuda: '11.8.89',
      cudnn,
      components: ['compiler', 'libraries', 'runtime', 'cudnn'],
      ...more,
      installedAt: '2026-01-01T00:00:00Z',
      packages: [],
      bytes: { own: 0, shared: 0 },
      sharing: 'copy',
    },
    entries: Array.from({ length: entries }, (_, one) => ({ path: `include/header-${one}.h`, type: 'dir' })),
    dropped: [],
    licences: [],
  };
  writeFileSync(join(generation, '.gpu-setup/manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`);
  for (const file of ['.gpu-setup/gpu-setup.lock', 'bin/nvcc', 'libexec/nvcc', 'lib64/libcudart.so.11.8.89'])
    writeFileSync(join(generation, file), 'x');
  symlinkSync('libcudart.so.11.8.89', join(generation, 'lib64/libcudart.so.11.0'));
  mkdirSync(at('prefixes'), { recursive: true });
  symlinkSync(`../generations/${name}-1`, at('prefixes', name));
}

const machine = (env: Readonly<Record<string, string>> = {}, over: Partial<Machine> = {}): Machine => ({
  ...liveMachine(),
  env: (name) =>
    ({ GPU_SETUP_HOME: home, ...env })[name] === undefined
      ? { state: 'absent', from: { kind: 'env', name } }
      : present({ GPU_SETUP_HOME: home, ...env }[name]!, { kind: 'env', name }),
  ...over,
});

/** Of this test's home: the machine may have one in /opt. */
const damagedIn = async (on: Machine): Promise<DamagedPrefix[]> =>
  (valueOf((await probePrefixes(on)).damaged) ?? []).filter(({ path }) => path.startsWith(home));

describe('a prefix that is whole', () => {
  it.each<[string, Made]>([
    ['with a long manifest', {}],
    ['with a short one', { entries: 3 }],
    ['of libraries alone', { components: ['runtime'] }],
    ['whose cuDNN is no version', { cudnn: '8/x\0' }],
    ['for another architecture', { architecture: 'ppc64el' }],
  ])('%s is not damaged', async (_, made) => {
    install('mine', made);
    expect(await damagedIn(machine())).toEqual([]);
  });

  it('need not have what was not asked for', async () => {
    install('mine', { components: ['runtime'] });
    rmSync(at('generations/mine-1/bin/nvcc'));
    install('parts', { parts: ['cublas'] });
    for (const file of ['bin/nvcc', 'libexec/nvcc', 'lib64/libcudart.so.11.0'])
      rmSync(at('generations/parts-1', file));
    expect(await damagedIn(machine())).toEqual([]);
  });

  it('may have a manifest that somebody formatted anew', async () => {
    install('mine', { entries: 3 });
    const file = at('generations/mine-1/.gpu-setup/manifest.json');
    const text = JSON.stringify(JSON.parse(readFileSync(file, 'utf8')));
    writeFileSync(file, text);
    expect(await damagedIn(machine())).toEqual([]);
  });
});

describe('a prefix that is damaged', () => {
  const MANIFEST = '.gpu-setup/manifest.json';
  const inside = (file: string): string => at('generations/mine-1', file);

  it.each<[string, Made, () => void, RegExp]>([
    [
      'generation gone',
      {},
      () => rmSync(at('generations/mine-1'), { recursive: true }),
      /^the generation .* is gone$/,
    ],
    ['manifest gone', {}, () => rmSync(inside(MANIFEST)), /manifest\.json is missing$/],
    ['manifest empty', {}, () => truncateSync(inside(MANIFEST)), /manifest\.json: it is no JSON/],
    ['manifest cut early', {}, () => truncateSync(inside(MANIFEST), 300), /manifest\.json: it is no JSON/],
    ['short one cut late', { entries: 99 }, () => truncateSync(inside(MANIFEST), 4000), /it is no JSON/],
    ['manifest binary', {}, () => writeFileSync(inside(MANIFEST), Buffer.alloc(9000, 0xff)), /it is no JSON/],
    ['nvcc gone', {}, () => rmSync(inside('bin/nvcc')), /^bin\/nvcc is missing/],
    ['the real nvcc empty', {}, () => truncateSync(inside('libexec/nvcc')), /^libexec\/nvcc is empty$/],
    ['nvcc a folder', {}, () => (rmSync(inside('bin/nvcc')), mkdirSync(inside('bin/nvcc'))), /is no file$/],
    [
      'runtime empty',
      { components: ['libraries'], parts: ['cudart'] },
      () => truncateSync(inside('lib64/libcudart.so.11.8.89')),
      /^lib64\/libcudart\.so\.11\.0 is empty$/,
    ],
    [
      'runtime dangling',
      {},
      () => rmSync(inside('lib64/libcudart.so.11.8.89')),
      /^lib64\/libcudart\.so\.11\.0 is/,
    ],
    ['cuDNN gone', { cudnn: '8.6.0' }, () => undefined, /^lib64\/libcudnn\.so\.8 is missing/],
    [
      'of another machine',
      { architecture: 'ppc64el' },
      () => rmSync(inside('bin/nvcc')),
      /^bin\/nvcc is missing/,
    ],
  ])('%s', async (_, made, harm, why) => {
    install('mine', made);
    install('other');
    harm();
    const found = await damagedIn(machine());
    expect(found).toEqual([
      expect.objectContaining({ name: 'mine', why: expect.stringMatching(why) as string }),
    ]);
  });

  it('is still a toolkit where its manifest says which', async () => {
    install('mine');
    truncateSync(inside('bin/nvcc'));
    const { found } = await probePrefixes(machine());
    expect(found.find(({ path }) => path.startsWith(home))).toMatchObject({ name: 'mine', cuda: '11.8.89' });
  });

  it('says whether its lock is there, by which it is mended', async () => {
    install('mine');
    rmSync(inside(MANIFEST));
    expect((await damagedIn(machine()))[0]).toMatchObject({ hasLock: true, cuda: null, ofRoot: false });
    truncateSync(inside('.gpu-setup/gpu-setup.lock'));
    expect((await damagedIn(machine()))[0]).toMatchObject({ hasLock: false });
  });

  it('is in use by what names it, also where it leads nowhere', async () => {
    install('mine');
    symlinkSync('prefixes/mine', at('current'));
    rmSync(at('generations'), { recursive: true });
    const path = at('prefixes/mine');
    const env = { PATH: `/usr/bin:${path}/bin`, CUDA_HOME: path, LD_LIBRARY_PATH: `${path}-2/lib64` };
    expect((await damagedIn(machine(env)))[0]?.inUse).toEqual(['PATH', 'CUDA_HOME', 'use']);
  });
});

it('a recording says of each what the machine says', async () => {
  for (const name of ['gone', 'cut', 'empty', 'whole']) install(name, { entries: 50 });
  rmSync(at('generations/gone-1'), { recursive: true });
  truncateSync(at('generations/cut-1/.gpu-setup/manifest.json'), 3000);
  truncateSync(at('generations/empty-1/bin/nvcc'));
  const recorder = recording(machine(), { names: { users: [], hosts: [] } });
  const live = await damagedIn(recorder.machine);
  expect(live.map(({ name }) => name)).toEqual(['cut', 'empty', 'gone']);
  expect(await damagedIn(snapshotMachine(recorder.snapshot(), 'recorded.json'))).toEqual(live);
});

describe('what could not be looked at', () => {
  const closed = (path: string) =>
    unknown('not-permitted', 'permission denied', { kind: 'file', name: path });

  it('is not damaged: a manifest, a file', async () => {
    install('mine');
    truncateSync(at('generations/mine-1/bin/nvcc'));
    const noFiles = machine({}, { readFile: async (path) => closed(path) });
    expect(await damagedIn(noFiles)).toEqual([]);
    expect(await damagedIn(machine({}, { stat: async (path) => closed(path) }))).toEqual([]);
  });

  it('a home that is closed is unknown, not free of damage', async () => {
    install('mine');
    const { damaged } = await probePrefixes(machine({}, { listDir: async (path) => closed(path) }));
    expect(damaged).toMatchObject({ state: 'unknown', reason: 'not-permitted' });
  });
});

it('what is no prefix is none that is damaged: files, and names that begin with a dot', async () => {
  mkdirSync(at('prefixes/.making'), { recursive: true });
  writeFileSync(at('prefixes/notes.txt'), 'mine');
  expect(await damagedIn(machine())).toEqual([]);
});
