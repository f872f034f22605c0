import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { GpuSetupError } from '../../../src/base/errors.ts';
import type { WorkEvent } from '../../../src/base/events.ts';
import type { Context, Outcome } from '../../../src/cli/command.ts';
import { command as install } from '../../../src/cli/commands/install.ts';
import { acceptLicences } from '../../../src/cli/licence-prompt.ts';
import { command as search } from '../../../src/cli/commands/search.ts';
import {
  makeKey,
  publishFlat,
  publishSuite,
  serve,
  type TestKey,
  type TestServer,
} from '../../apt/repository.ts';
import { CUDA_100, CUDA_90, CUDNN } from '../../support/cuda-index.ts';
import { packagesText } from '../../support/index.ts';
import { validatorFor } from '../../support/schema.ts';
import { commandContext } from '../../support/context.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { toolchainArchive, UBUNTU_BIONIC } from '../../support/toolchain-archive.ts';

const terminal = { columns: 100, color: false, interactive: false, unicode: false };
/** Nothing listens there. */
const NOWHERE = 'http://127.0.0.1:9/';

let server: TestServer;
let key: TestKey;
let dir: string;
let events: WorkEvent[];

beforeAll(async () => {
  key = await makeKey();
  server = await serve();
  await publishFlat(server, '/cuda/', packagesText([...CUDA_90, ...CUDA_100]), key);
  await publishFlat(server, '/ml/', packagesText(CUDNN), key, { inRelease: false });
  await publishSuite(server, '/ubuntu/', 'bionic', packagesText(toolchainArchive('gz')), key, UBUNTU_BIONIC);
});
afterAll(() => server.close());
beforeEach(() => {
  dir = tempDir();
  events = [];
  for (const distribution of ['ubuntu1604', 'ubuntu1804']) {
    writeSource(`nvidia-cuda-${distribution}`, `${server.url}/cuda/`);
    writeSource(`nvidia-ml-${distribution}`, `${server.url}/ml/`);
  }
  // Recipes ask for a compiler where this host has none that fits: no test goes to real archives for it.
  writeSource(
    'ubuntu-bionic',
    `${server.url}/ubuntu/`,
    'Suites: bionic\nComponents: main\nX-Packaging: debian',
  );
});

function writeSource(id: string, uri: string, more = 'Suites: /'): void {
  mkdirSync(join(dir, 'config', 'apt-sources'), { recursive: true });
  writeFileSync(
    join(dir, 'config', 'apt-sources', `${id}.sources`),
    `Types: deb\nURIs: ${uri}\n${more}\nArchitectures: amd64\nSigned-By: ${key.fingerprint}\nX-Key-URIs: ${server.url}/cuda/key.pub\n`,
  );
}

const contextWith = (more: Partial<Context> = {}): Context =>
  commandContext(dir, {
    env: { HOME: dir, PATH: process.env['PATH'] },
    emit: (event) => events.push(event),
    ...more,
  });
const notices = (): string =>
  events.flatMap((event) => (event.type === 'notice' ? [event.text] : [])).join('\n');
const dryRun = (words: string[], options: Record<string, string | string[]> = {}): Promise<Outcome> =>
  install.run(words, { ...options, dryRun: true }, contextWith());

describe('install --dry-run', () => {
  it('prints the plan: packages, bytes, host requirements, licence; and touches no home', async () => {
    // One that comes along is not asked of the host.
    const outcome = await dryRun(['cuda10'], { without: ['host-compiler'] });
    expect(outcome.exitCode).toBe(0);
    const text = outcome.text!(terminal);
    expect(text).toContain('CUDA 10.0.130 with cuDNN 7.5.0.56');
    expect(text).toContain('cuda-cublas-10-0');
    expect(text).toMatch(/to download/);
    expect(text).toContain('NVIDIA cuDNN Software License Agreement');
    expect(text).toMatch(/build-essential|has all that/);
    expect(existsSync(join(dir, 'home'))).toBe(false);
    expect(server.requests.filter(({ path }) => path.endsWith('.deb'))).toEqual([]);
  });

  it('gives the plan as a document of the published schema', async () => {
    const { json } = await dryRun(['cuda9']);
    const validate = validatorFor('install');
    expect(validate(json), JSON.stringify(validate.errors)).toBe(true);
    expect(json).toMatchObject({
      status: 'planned',
      prefix: null,
      plan: { cuda: '9.0.176', cudnn: '7.0.5.15', request: { name: 'cuda9' } },
    });
  });

  it("announces that a source comes from the user's configuration, and shows it in the plan", async () => {
    const outcome = await dryRun(['cuda10']);
    expect(notices()).toContain('nvidia-cuda-ubuntu1804 comes from');
    expect(outcome.text!(terminal)).toContain('nvidia-cuda-ubuntu1804 (from your configuration)');
  });

  it('takes --with and --without several times, each a list', async () => {
    const { json } = await dryRun(['cuda10'], { with: ['static', 'debugger'], without: ['cudnn,compiler'] });
    expect(json).toMatchObject({
      plan: { cudnn: null, request: { components: ['libraries', 'static', 'debugger'] } },
    });
  });
});

describe('install', () => {
  it('installs nothing before its terms were accepted, and says how to accept them', async () => {
    await expect(install.run(['cuda10'], {}, contextWith())).rejects.toMatchObject({
      code: 'licence-not-accepted',
      exitCode: 1,
      hint: expect.stringContaining('--accept-license'),
    });
    expect(existsSync(join(dir, 'home'))).toBe(false);
  });

  it('names other sources that could serve when one cannot be reached', async () => {
    writeSource('nvidia-cuda-ubuntu1804', NOWHERE);
    await expect(install.run(['cuda10'], {}, contextWith())).rejects.toMatchObject({
      code: 'host-unreachable',
      exitCode: 1,
      retryable: true,
      hint: expect.stringContaining('--source nvidia-cuda-ubuntu1604'),
      details: expect.objectContaining({ otherSources: ['nvidia-cuda-ubuntu1604'] }),
    });
  });

  it('says so where every other source is on the host that cannot be reached', async () => {
    for (const id of ['nvidia-cuda-ubuntu1804', 'nvidia-cuda-ubuntu1604', 'nvidia-ml-ubuntu1604'])
      writeSource(id, NOWHERE);
    await expect(install.run(['cuda10'], {}, contextWith())).rejects.toMatchObject({
      code: 'host-unreachable',
      hint: expect.stringContaining('nvidia-cuda-ubuntu1604 could serve it too, but from the same host'),
    });
  });

  it('refuses an unknown recipe before anything is looked at', async () => {
    const before = server.requests.length;
    await expect(install.run(['cuda1O'], {}, contextWith())).rejects.toMatchObject({
      code: 'unknown-recipe',
      exitCode: 2,
      hint: expect.stringContaining('cuda10'),
    });
    expect(server.requests.length).toBe(before);
  });

  it('refuses to touch a prefix that it cannot read, without asking any source', async () => {
    mkdirSync(join(dir, 'home', 'prefixes', 'cuda10'), { recursive: true });
    const before = server.requests.length;
    await expect(install.run(['cuda10'], {}, contextWith())).rejects.toMatchObject({ code: 'prefix-exists' });
    expect(server.requests.length).toBe(before);
  });

  it('stops where it is interrupted', async () => {
    const stop = new AbortController();
    const reason = new Error('interrupted');
    stop.abort(reason);
    await expect(install.run(['cuda10'], {}, contextWith({ signal: stop.signal }))).rejects.toBe(reason);
  });
});

describe('accepting terms', () => {
  const licences = [{ id: 'x', title: 'Terms of X', url: 'https://docs.nvidia.com/x' }];
  const quiet = {
    mayAsk: false,
    emit: (event: WorkEvent) => events.push(event),
    signal: new AbortController().signal,
    configuration: { path: null, settings: {}, problem: null, environment: {} },
  };

  it('by option says what was accepted, and records when and how', async () => {
    const accepted = await acceptLicences(licences, true, quiet);
    expect(accepted).toEqual([
      { ...licences[0], acceptedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/), how: 'option' },
    ]);
    expect(notices()).toContain('Terms of X (https://docs.nvidia.com/x)');
  });

  it('asks nothing where nothing has terms', async () => {
    await expect(acceptLicences([], false, quiet)).resolves.toEqual([]);
  });
});

describe('search', () => {
  it('lists toolkits and cuDNN builds by source, and keeps what could not be read as a row', async () => {
    writeSource('nvidia-cuda-ubuntu1604', NOWHERE);
    const { json, exitCode, text } = await search.run(['cuda10'], {}, contextWith());
    expect(exitCode).toBe(0);
    const validate = validatorFor('search');
    expect(validate(json), JSON.stringify(validate.errors)).toBe(true);
    const { sources } = json as { sources: { id: string; offer: unknown; error: { code: string } | null }[] };
    const byId = new Map(sources.map((one) => [one.id, one]));
    expect(byId.get('nvidia-cuda-ubuntu1804')?.offer).toMatchObject({ cuda: [{ version: '10.0.130' }] });
    expect(byId.get('nvidia-ml-ubuntu1804')?.offer).toMatchObject({
      cudnn: [{ version: '7.5.0.56', cuda: '10.0' }],
    });
    expect(byId.get('nvidia-cuda-ubuntu1604')?.error).toMatchObject({ code: 'host-unreachable' });
    expect(text!(terminal)).toContain('could not be read');
  });

  it('fails, with the rows, where no source could be read at all', async () => {
    for (const id of ['cuda-ubuntu1604', 'cuda-ubuntu1804', 'ml-ubuntu1604', 'ml-ubuntu1804'])
      writeSource(`nvidia-${id}`, NOWHERE);
    const { json, exitCode } = await search.run(['cuda10'], {}, contextWith());
    expect(exitCode).toBe(1);
    expect((json as { sources: unknown[] }).sources).toHaveLength(4);
  });

  it('says that nobody has it, and names who was asked', async () => {
    await expect(search.run(['cuda@10.0.999'], {}, contextWith())).rejects.toMatchObject({
      code: 'nothing-found',
      message: expect.stringContaining('nvidia-cuda-ubuntu1804'),
    });
  });
});

it('a bare install where nobody can be asked is a usage error that lists the recipes', async () => {
  const failed = await install.run([], {}, commandContext(tempDir())).catch((error: unknown) => error);
  expect(failed).toMatchObject({ code: 'missing-argument', exitCode: 2 });
  const { hint } = failed as GpuSetupError;
  expect(hint).toMatch(/recipes are .*cuda10.*gpu-setup recipes/);
  expect(hint).not.toContain('yolov4-nano');
});
