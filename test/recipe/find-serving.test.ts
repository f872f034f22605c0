import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { WorkEvent } from '../../src/base/events.ts';
import { install, type InstallResult } from '../../src/recipe/install.ts';
import { makeKey, publishFlat, serve, type TestKey, type TestServer } from '../apt/repository.ts';
import { CUDA_100, CUDNN } from '../support/cuda-index.ts';
import { buildDeb } from '../support/deb.ts';
import { packagesText, type PackageRow } from '../support/index.ts';
import { acceptAll } from '../support/small-toolkit.ts';
import { tempDir } from '../support/temp-dir.ts';

const CUDNN_74 = CUDNN.filter(({ version }) => version.startsWith('7.4'));

let server: TestServer;
let key: TestKey;
let dir: string;
let events: WorkEvent[];
beforeAll(async () => {
  [key, server] = await Promise.all([makeKey(), serve()]);
  const debs = [...CUDA_100, ...CUDNN].map((row): PackageRow => {
    const members = [{ path: `./usr/local/cuda-10.0/lib64/lib${row.name}.so.1`, content: row.name }];
    return { ...row, deb: buildDeb({ control: { Package: row.name }, members, compression: 'gz' }) };
  });
  const withBytes = (rows: readonly PackageRow[]): readonly PackageRow[] =>
    debs.filter(({ name, version }) => rows.some((row) => row.name === name && row.version === version));
  for (const [folder, rows] of [
    ['cuda', CUDA_100],
    ['ml', CUDNN],
    ['old-ml', CUDNN_74],
    ['all', [...CUDA_100, ...CUDNN]],
    ['none', []],
  ] as const) {
    await publishFlat(server, `/${folder}/`, packagesText(withBytes(rows)), key);
    for (const { name, version, deb } of withBytes(rows)) {
      server.files.set(`/${folder}/${name}_${version}_amd64.deb`, deb!);
    }
  }
});
afterAll(() => server.close());
beforeEach(() => {
  dir = tempDir();
  events = [];
  server.requests.length = 0;
  configure('nvidia-cuda-ubuntu1804', 'cuda');
  configure('nvidia-ml-ubuntu1804', 'old-ml');
  configure('nvidia-cuda-ubuntu1604', 'cuda');
  configure('nvidia-ml-ubuntu1604', 'ml');
});

/** @param folder null: nothing listens there */
function configure(id: string, folder: string | null, more = ''): void {
  const sources = join(dir, 'config/apt-sources');
  mkdirSync(sources, { recursive: true });
  const base = folder === null ? 'http://127.0.0.1:1/' : `${server.url}/${folder}/`;
  writeFileSync(
    join(sources, `${id}.sources`),
    `Types: deb\nURIs: ${base}\nSuites: /\nArchitectures: amd64\nSigned-By: ${key.fingerprint}\nX-Key-URIs: ${base}key.pub\n${more}`,
  );
}

const ask = (words: string, more: { source?: string; without?: string } = {}): Promise<InstallResult> =>
  install(
    {
      words: words.split(' '),
      dryRun: false,
      architecture: 'amd64',
      ...more,
      // Whether this machine has a compiler that fits is none of these tests' business.
      without: [more.without, 'host-compiler'].filter(Boolean).join(','),
    },
    {
      folders: { home: join(dir, 'home'), config: join(dir, 'config'), cache: join(dir, 'cache') },
      env: {},
      emit: (event) => events.push(event),
      signal: new AbortController().signal,
      acceptLicences: acceptAll,
    },
  );
const asked = (): string[] => [...new Set(server.requests.map(({ path }) => path.split('/')[1]!))];
const notices = (): string => events.flatMap((one) => (one.type === 'notice' ? one.text : [])).join('\n');

describe('a recipe whose preferred sources lack a part of it', () => {
  it('is made whole from the next ones, which says so; the same again has nothing to do', async () => {
    const { plan, status } = await ask('cuda10');
    expect(status).toBe('installed');
    expect(plan).toMatchObject({
      cudnn: '7.5.0.56',
      leftOut: expect.not.arrayContaining([expect.objectContaining({ what: 'component' })]),
      request: { sources: ['nvidia-cuda-ubuntu1604', 'nvidia-ml-ubuntu1604'] },
    });
    expect(plan.packages.map(({ sourceId }) => sourceId).join()).not.toContain('1804');
    expect(notices()).toMatch(/no cuDNN 7\.5 for CUDA 10\.0.*looking at nvidia-cuda-ubuntu1604/);
    server.requests.length = 0;
    expect(await ask('cuda10')).toMatchObject({ status: 'unchanged' });
    expect(asked()).toEqual([]);
  });

  it('opens no other sources where the preferred ones have all of it', async () => {
    configure('nvidia-ml-ubuntu1804', 'all');
    const { plan } = await ask('cuda10');
    expect(plan.request.sources).toEqual(['nvidia-cuda-ubuntu1804', 'nvidia-ml-ubuntu1804']);
    expect(asked().toSorted()).toEqual(['all', 'cuda']);
    expect(notices()).not.toContain('looking at');
  });

  it('goes on to a repository of the user that is in no table', async () => {
    configure('nvidia-ml-ubuntu1604', 'old-ml');
    configure('our-mirror', 'all');
    const { plan } = await ask('cuda10');
    expect(plan.request.sources).toEqual(['our-mirror']);
  });

  it('is not made where none has all of it: each says what it lacks, and the hint what to ask for instead', async () => {
    configure('nvidia-ml-ubuntu1604', 'old-ml');
    await expect(ask('cuda10')).rejects.toMatchObject({
      code: 'cudnn-not-available',
      exitCode: 1,
      message: expect.stringMatching(
        /all of cuda@10\.0 cudnn@7\.5: there is no .* in .*nvidia-ml-ubuntu1804, in .*nvidia-ml-ubuntu1604$/,
      ),
      hint: expect.stringMatching(/there is cudnn@7\.4\.1\.5\n.*--without cudnn/),
      details: { groups: [{ code: 'cudnn-not-available' }, { code: 'cudnn-not-available' }] },
    });
    expect((await ask('cuda10', { without: 'cudnn' })).plan.cudnn).toBeNull();
  });

  it('of a TensorRT that none has, the refusal says for which CUDA it is made', async () => {
    await expect(ask('cuda@10.0 tensorrt@8.6')).rejects.toMatchObject({
      code: 'tensorrt-not-available',
      message: expect.stringContaining('there is no TensorRT 8.6 for CUDA 10.0') as string,
      hints: expect.arrayContaining(['TensorRT 8.6 is for CUDA 12.0, 11.8, 11.4']) as string[],
    });
  });

  it('says one reason once for all groups, and where else to look', async () => {
    for (const id of ['nvidia-ml-ubuntu1604', 'our-mirror', 'our-other']) configure(id, null);
    configure('nvidia-ml-ubuntu1804', 'none');
    const failure = await ask('cuda10').catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'cudnn-not-available',
      hint: expect.stringMatching(/^gpu-setup search cudnn@7\.5 says.*\nto do without it.*\n.*network/),
    });
    expect((failure as Error).message.match(/cannot reach/g)).toHaveLength(1);
  });

  it('says of a group that could not be read that it could not be read, not that it has nothing', async () => {
    configure('nvidia-ml-ubuntu1604', null);
    await expect(ask('cuda10')).rejects.toMatchObject({
      code: 'cudnn-not-available',
      details: { groups: [{ code: 'cudnn-not-available' }, { code: 'host-unreachable' }] },
    });
  });

  it('is not made from others where the preferred ones cannot be read', async () => {
    configure('nvidia-ml-ubuntu1804', null);
    await expect(ask('cuda10')).rejects.toMatchObject({ code: 'host-unreachable' });
    expect(asked()).toEqual(['cuda']);
  });

  it('passes over sources that are switched off without asking them', async () => {
    configure('nvidia-cuda-ubuntu1804', 'cuda', 'Enabled: no\n');
    const { plan } = await ask('cuda10');
    expect(plan.request.sources).toEqual(['nvidia-cuda-ubuntu1604', 'nvidia-ml-ubuntu1604']);
    expect(asked()).not.toContain('old-ml');
  });
});

describe('a source that is named', () => {
  it('is the only one: a default component that it lacks is left out with a warning', async () => {
    const { plan } = await ask('cuda10', { source: 'nvidia-cuda-ubuntu1804' });
    expect(plan).toMatchObject({
      cudnn: null,
      request: {
        source: 'nvidia-cuda-ubuntu1804',
        sources: ['nvidia-cuda-ubuntu1804', 'nvidia-ml-ubuntu1804'],
      },
      warnings: [expect.stringContaining('no cuDNN 7.5')],
    });
    await expect(ask('cuda10'), 'nobody named a source now').rejects.toMatchObject({ code: 'prefix-exists' });
    expect(await ask('cuda10', { source: 'nvidia-cuda-ubuntu1804' })).toMatchObject({ status: 'unchanged' });
    await expect(
      ask('cuda10 cudnn@7.5', { source: 'nvidia-cuda-ubuntu1804' }),
      'the prefix that is there has no cuDNN',
    ).rejects.toMatchObject({ code: 'prefix-exists' });
  });

  it.each(['our-mirror', 'nvidia-cuda-debian11'])('may be any that has what is asked for: %s', async (id) => {
    configure(id, 'all');
    const { plan } = await ask('cuda10', { source: id });
    expect(plan).toMatchObject({ cuda: '10.0.130', cudnn: '7.5.0.56', request: { sources: [id] } });
  });

  it('says what it has where it is not what is asked for', async () => {
    configure('our-mirror', 'none');
    await expect(ask('cuda@10.0', { source: 'our-mirror' })).rejects.toMatchObject({
      code: 'version-not-found',
      hint: expect.stringContaining('nvidia-cuda-ubuntu1804'),
    });
  });
});
