import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadSources } from '../../src/apt/sources/sources.ts';
import type { WorkEvent } from '../../src/base/events.ts';
import { install } from '../../src/recipe/install.ts';
import { search, type Found, type SearchRequest } from '../../src/recipe/search.ts';
import { makeKey, publishFlat, serve, type TestKey, type TestServer } from '../apt/repository.ts';
import { CUDA_100, CUDA_112, CUDA_134, CUDA_90, CUDNN, CUDNN_9, TENSORRT } from '../support/cuda-index.ts';
import { packagesText, UNPACKED_BYTES, type PackageRow } from '../support/index.ts';
import { acceptAll } from '../support/small-toolkit.ts';
import { memoryDir } from '../support/temp-dir.ts';

let server: TestServer;
let key: TestKey;
let dir: string;
let ids: readonly string[];
beforeAll(async () => {
  [key, server] = await Promise.all([makeKey(), serve()]);
  ids = [...(await loadSources('/nonexistent')).keys()];
  for (const [folder, rows] of [
    ['old', [...CUDA_90, ...CUDA_100]],
    ['ml', CUDNN],
    ['trt', [...CUDNN, ...TENSORRT]],
    ['middle', [...CUDA_100, ...CUDA_112]],
    ['new', [...CUDA_134, ...CUDNN_9]],
    ['arm', forArm64([...CUDA_134, ...CUDNN_9])],
  ] as const) {
    await publishFlat(server, `/${folder}/`, packagesText(rows), key);
  }
});
afterAll(() => server.close());
beforeEach(() => {
  dir = memoryDir();
  mkdirSync(join(dir, 'config/apt-sources'), { recursive: true });
  server.requests.length = 0;
  server.intercept = null;
  // What a test does not serve is off: no test asks the network.
  for (const id of ids) write(id, 'Enabled: no\n', 'http://127.0.0.1:1/');
  for (const [id, folder] of [
    ['nvidia-cuda-ubuntu1604', 'old'],
    ['nvidia-ml-ubuntu1604', 'ml'],
    ['nvidia-cuda-ubuntu1804', 'middle'],
    ['nvidia-ml-ubuntu1804', 'ml'],
    ['nvidia-cuda-ubuntu2404', 'new'],
    ['nvidia-cuda-debian13', 'new'],
  ] as const) {
    write(id, '', `${server.url}/${folder}/`);
  }
});

function write(id: string, more: string, base: string, architecture = 'amd64'): void {
  writeFileSync(
    join(dir, 'config/apt-sources', `${id}.sources`),
    `Types: deb\nURIs: ${base}\nSuites: /\nArchitectures: ${architecture}\nSigned-By: ${key.fingerprint}\nX-Key-URIs: ${base}key.pub\nX-Packaging: nvidia\n${more}`,
  );
}
/** Rows of an index for arm64. */
const forArm64 = (rows: readonly PackageRow[]): readonly PackageRow[] =>
  rows.map((row) => ({ ...row, architecture: 'arm64' }));
function unreachable(...ids: string[]): void {
  ids.forEach((id) => write(id, '', 'http://127.0.0.1:1/'));
}

const folders = (): { home: string; config: string; cache: string } => ({
  home: join(dir, 'home'),
  config: join(dir, 'config'),
  cache: join(dir, 'cache'),
});
const signal = new AbortController().signal;
const ask = (...words: string[]): Promise<Found> => searchFor({ words });
const searchFor = (asked: Partial<SearchRequest>): Promise<Found> =>
  search({ words: [], architecture: 'amd64', ...asked }, { folders: folders(), emit: () => {}, signal });
const asked = (): string[] => [...new Set(server.requests.map(({ path }) => path.split('/')[1]!))];

describe('search', () => {
  it('finds each release once, newest first, with every source that has it', async () => {
    const { releases, libraries, failures } = await ask();
    expect(releases.map(({ cuda, labels }) => [cuda, ...labels])).toEqual([
      ['13.4.92', '13.4.2'],
      ['13.4.49', '13.4.1'],
      ['11.2.152', '11.2.2'],
      ['11.2.146', '11.2.1'],
      ['11.2.72', '11.2.0'],
      ['10.0.130'],
      ['9.0.176'],
    ]);
    const [newest] = releases[0]!.packaged;
    expect(newest).toMatchObject({
      sources: ['nvidia-cuda-ubuntu2404', 'nvidia-cuda-debian13'],
      cudnn: ['9.27.0.5', '9.12.0.46'],
      nccl: [],
    });
    expect(releases.find(({ cuda }) => cuda === '10.0.130')!.packaged).toMatchObject([
      {
        sources: ['nvidia-cuda-ubuntu1804', 'nvidia-cuda-ubuntu1604'],
        cudnn: ['7.6.5.32', '7.5.0.56', '7.4.1.5'],
      },
    ]);
    // cuDNN for 10.1, which nobody has here.
    expect(libraries).toMatchObject([{ library: 'cudnn', version: '7.6.5.32', cuda: '10.1' }]);
    expect(failures).toEqual([]);
  });

  it('finds TensorRT by its version, with the CUDA that it goes with', async () => {
    write('nvidia-ml-ubuntu1804', '', `${server.url}/trt/`);
    const { releases, libraries } = await ask('tensorrt@6');
    expect(releases.map(({ cuda, packaged }) => [cuda, packaged[0]!.tensorrt])).toEqual([
      ['10.0.130', ['6.0.1']],
    ]);
    expect(libraries).toMatchObject([{ library: 'tensorrt', version: '6.0.1', cuda: '10.1' }]);
    await expect(ask('tensorrt@8')).rejects.toMatchObject({
      code: 'nothing-found',
      hint: expect.stringMatching(/^newest: tensorrt@7\.1\.3/) as string,
    });
  });

  it('asks the source that is named alone, with what belongs to it, as install does', async () => {
    const { releases, libraries } = await searchFor({ source: 'nvidia-ml-ubuntu1604', words: ['cuda'] });
    expect(releases.map(({ cuda, packaged }) => [cuda, packaged[0]!.sources])).toEqual([
      ['10.0.130', ['nvidia-cuda-ubuntu1604']],
      ['9.0.176', ['nvidia-cuda-ubuntu1604']],
    ]);
    expect(libraries.map(({ sources }) => sources)).toEqual([]);
    expect(asked().toSorted()).toEqual(['ml', 'old']);
  });

  it('says of a source that is named why nothing can be had from it', async () => {
    await expect(searchFor({ source: 'nvidia-cuda-ubuntu1804', words: ['cuda@9.0'] })).rejects.toMatchObject({
      code: 'nothing-found',
      message: 'there is no cuda@9.0 in nvidia-cuda-ubuntu1804, nvidia-ml-ubuntu1804',
    });
    await expect(searchFor({ source: 'nvidia-cuda-ubuntu1840' })).rejects.toMatchObject({
      code: 'unknown-source',
      hint: expect.stringMatching(
        /^did you mean nvidia-cuda-ubuntu1804\? it can come from .* and \d+ others$/,
      ) as string,
    });
    write('our-mirror', 'Enabled: no\n', `${server.url}/new/`);
    expect(await searchFor({ source: 'our-mirror' })).toMatchObject({
      releases: [],
      failures: [{ code: 'source-disabled', sources: ['our-mirror'] }],
    });
  });

  it('is one piece of work for whoever watches, however many sources fail', async () => {
    const events: WorkEvent[] = [];
    unreachable('nvidia-cuda-ubuntu1804', 'nvidia-cuda-ubuntu1604');
    await search(
      { words: [], architecture: 'amd64' },
      { folders: folders(), emit: (event) => void events.push(event), signal },
    );
    const told = events.filter(({ type }) => type === 'start' || type === 'end');
    expect(told).toMatchObject([
      { type: 'start', unit: 'sources' },
      { type: 'end', outcome: 'done', note: expect.stringMatching(/^2 of \d+ could not be read$/) },
    ]);
  });

  it('says how much a release is, as install would take it: in all, by component, by library', async () => {
    const { releases } = await ask('cuda10');
    const { bytes, components, holds, parts } = releases[0]!.packaged[0]!;
    const bytesOf = async (words: string[], more: { without?: string } = {}): Promise<object> => {
      const { plan } = await install(
        { words, dryRun: true, architecture: 'amd64', ...more },
        { folders: folders(), env: {}, emit: () => {}, signal, acceptLicences: acceptAll },
      );
      const sum = (sizes: readonly number[]): number => sizes.reduce((a, b) => a + b, 0);
      return { download: sum(plan.packages.map(({ size }) => size)) };
    };
    expect(bytes).toMatchObject(await bytesOf(['cuda@10.0']));
    const sizeOf = (name: string): object => components.find((one) => one.name === name)!.bytes!;
    expect(sizeOf('compiler')).toMatchObject(await bytesOf(['cuda@10.0'], { without: 'libraries' }));
    expect(sizeOf('libraries')).toMatchObject(await bytesOf(['cuda@10.0'], { without: 'compiler' }));
    expect(sizeOf('cudnn'), 'runtime and header').toMatchObject({ download: 2000 });
    expect(components.map(({ name }) => name)).toEqual([
      'compiler',
      'libraries',
      'runtime',
      'static',
      'cudnn',
      'debugger',
    ]);
    expect(holds).toContainEqual({
      name: 'cublas',
      bytes: { download: 2000, unpackedAtMost: 2 * UNPACKED_BYTES },
    });
    expect(holds.map(({ name }) => name)).toEqual(expect.arrayContaining(['nvcc', 'cudart', 'cufft']));
    expect(holds.reduce((sum, one) => sum + one.bytes.download, 0)).toBe(bytes!.download);
    const ofPart = new Map(parts.map(({ name, bytes: own }) => [name, own.download]));
    expect(ofPart.get('cufft')).toBeLessThan(bytes!.download);
    expect(ofPart.get('cusolver')!).toBeGreaterThan(ofPart.get('cublas')!);
  });

  it('asks only the sources that may have what is looked for', async () => {
    const { releases } = await ask('cuda@13');
    expect(releases.map(({ cuda }) => cuda)).toEqual(['13.4.92', '13.4.49']);
    expect(asked()).toEqual(['new']);
    expect((await ask('cuda@>=9 <10.1', 'cudnn@7.5')).releases.map(({ cuda }) => cuda)).toEqual(['10.0.130']);
  });

  it('asks sources of the same architecture, and none that is off', async () => {
    write('nvidia-cuda-ubuntu2404-sbsa', '', `${server.url}/arm/`, 'arm64');
    write('nvidia-cuda-debian13-sbsa', 'Enabled: no\n', `${server.url}/arm/`, 'arm64');
    const { releases } = await searchFor({ architecture: 'arm64' });
    expect(releases[0]).toMatchObject({
      cuda: '13.4.92',
      packaged: [{ sources: ['nvidia-cuda-ubuntu2404-sbsa'] }],
    });
    expect(asked()).toEqual(['arm']);
  });

  it('tells one reason once for all sources of a host', async () => {
    const down = ['nvidia-cuda-ubuntu2204', 'nvidia-cuda-ubuntu2004', 'nvidia-ml-ubuntu2004'];
    unreachable(...down);
    const { failures, releases, sources } = await ask();
    expect(releases).toHaveLength(7);
    expect(failures).toMatchObject([{ code: 'host-unreachable' }]);
    expect(failures[0]!.sources.toSorted()).toEqual(down.toSorted());
    expect(sources.filter(({ error }) => error !== null)).toHaveLength(3);
  });

  it('says what a source had when it was last read, where it cannot be read now', async () => {
    await ask();
    server.intercept = (_path, _request, response) => response.writeHead(503).end() !== undefined;
    unreachable('nvidia-cuda-ubuntu2404');
    const { releases, sources, failures } = await ask('cuda@13');
    expect(releases[0]).toMatchObject({ cuda: '13.4.92' });
    const kept = sources.find(({ id }) => id === 'nvidia-cuda-ubuntu2404')!;
    expect(kept).toMatchObject({ error: { code: 'host-unreachable' } });
    expect(Date.parse(kept.readAt!)).toBeGreaterThan(Date.now() - 60_000);
    expect(failures.flatMap((one) => one.sources)).toContain('nvidia-cuda-ubuntu2404');
  }, 20_000);
});

describe('what is not there', () => {
  it.each([
    [['cuda@77'], /no CUDA 77 /, /^newest: cuda@1[3-9]\.\d/],
    [['cuda@9.3'], /no CUDA 9\.3 /, /^nearest: cuda@9\.2, cuda@9\.1, cuda@9\.0;/],
    [['cuda@7'], /no CUDA 7 /, /^nearest: cuda@8\.0;/],
    [['cuda@>=77'], /no CUDA >=77 /, /^newest: cuda@1[3-9]/],
    [['cuda@13.3'], /no cuda@13\.3 in nvidia-cuda-debian13, nvidia-cuda-ubuntu2404$/, /: cuda@13\.4;/],
    [['cudnn@99'], /no cudnn@99 in the 6 sources/, /^newest: cudnn@9\.27\.0\.5;/],
    [['cudnn@7.1'], /no cudnn@7\.1/, /^nearest: cudnn@7\.6\.5\.32, cudnn@7\.5\.0\.56, cudnn@7\.4\.1\.5;/],
    [['nccl@2'], /no nccl@2/, /^no source that was read has any;/],
    [['cuda@9.0', 'cudnn@7.5'], /no cuda@9\.0 cudnn@7\.5/, /^there is cudnn@7\.5 for CUDA 10\.0;/],
  ])('is said, with what comes near, and ends with 1: %j', async (words, message, hint) => {
    await expect(ask(...words)).rejects.toMatchObject({
      code: 'nothing-found',
      exitCode: 1,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  it('is not known where a source that may have it cannot be read', async () => {
    unreachable('nvidia-cuda-ubuntu2204');
    expect(await ask('cuda@13.3')).toMatchObject({
      releases: [],
      libraries: [],
      failures: [{ sources: ['nvidia-cuda-ubuntu2204'] }],
      near: expect.stringContaining('cuda@13.4'),
    });
  });

  it('is refused as usage where no version can be meant', async () => {
    for (const word of ['cuda@>=12 <11', 'cuda@garbage', 'cuda@11.2.152-1', 'cuda@']) {
      await expect(ask(word), word).rejects.toMatchObject({ code: 'bad-spec', exitCode: 2 });
    }
    expect(asked()).toEqual([]);
  });
});
