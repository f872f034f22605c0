import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { WorkEvent } from '../../../src/base/events.ts';
import { build } from '../../../src/recipe/build/build.ts';
import type { BuildRequest } from '../../../src/recipe/build/build-request.ts';
import { currentBuild } from '../../../src/prefix/home/builds.ts';
import { loadRecipes } from '../../../src/recipe/load.ts';
import { fakeDarknet, fakeToolkit } from '../../support/fake-darknet.ts';
import { bundledProgram } from '../../support/program.ts';
import { validatorFor } from '../../support/schema.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { hasPrograms } from '../../support/has-programs.ts';

const TOOLS = ['make', 'gcc', 'g++'];
const able = hasPrograms(...TOOLS);

const program = bundledProgram();

interface Where {
  home: string;
  events: WorkEvent[];
  lines: string[];
  stop: AbortController;
}

function where(home = join(tempDir(), "a user's home")): Where {
  return { home, events: [], lines: [], stop: new AbortController() };
}

async function call(
  at: Where,
  source: string,
  more: Partial<BuildRequest> = {},
  env: Record<string, string> = {},
): ReturnType<typeof build> {
  const recipe = (await loadRecipes('/nowhere')).get('darknet')!;
  const cache = join(at.home, '../cache');
  return build(
    {
      recipe: { ...recipe, build: { ...recipe.build!, diskMegabytes: 1 } },
      choice: { kind: 'user', path: source },
      prefix: null,
      gxx: execFileSync('sh', ['-c', 'command -v g++'], { encoding: 'utf8' }).trim(),
      architectures: [],
      assumed: false,
      ...more,
    },
    {
      home: at.home,
      env: { ...process.env, ...env },
      apt: { cache, emit: (event) => at.events.push(event), signal: at.stop.signal },
      sources: new Map(),
      signal: at.stop.signal,
      onLine: (line) => at.lines.push(line),
      homes: [at.home],
      trust: { config: '/nowhere', given: null, consent: null, command: [], emit: () => {} },
      self: program,
    },
  );
}

/** What a build must never leave, however it ended. */
function leftovers(home: string): string[] {
  const names = (folder: string): string[] =>
    existsSync(join(home, folder)) ? readdirSync(join(home, folder)) : [];
  return [
    ...names('builds').filter((name) => name.startsWith('.')),
    ...names('state').filter((name) => name.includes('work') || name === 'lock'),
  ];
}

describe.skipIf(!able)(`build darknet${able ? '' : ` (needs ${TOOLS.join(', ')})`}`, () => {
  it('builds for the CPU, keeps program, data, log and record, and nothing else', async () => {
    const at = where();
    const source = fakeDarknet();
    const { status, record } = await call(
      at,
      source,
      {},
      { CFLAGS: '-DBROKEN', MAKEFLAGS: '-n', CC: 'false' },
    );
    expect(status).toBe('built');
    expect(execFileSync(record.program.path, { encoding: 'utf8' })).toBe('CPU\n');
    expect(existsSync(join(record.path, 'cfg/net.cfg'))).toBe(true);
    const log = readFileSync(record.log, 'utf8');
    expect(log).toContain('-c src/main.c');
    expect(log).not.toContain('# Make data base');
    expect(readlinkSync(join(at.home, 'builds/darknet'))).toBe('darknet-1');
    expect(record).toMatchObject({
      prefix: null,
      source: { kind: 'user', title: source },
      gpu: { machineCode: [] },
    });
    expect(await currentBuild(at.home, 'darknet')).toEqual(record);
    const valid = validatorFor('build');
    expect(valid({ ...record, status }), JSON.stringify(valid.errors)).toBe(true);
    expect(leftovers(at.home)).toEqual([]);
    expect(readdirSync(source).sort()).toEqual(['Makefile', 'cfg', 'include', 'src']);
    expect(at.events.filter(({ type }) => type === 'start').length).toBe(1);
  });

  it('uses a build again for the same request, and builds again when the source changed', async () => {
    const at = where();
    const source = fakeDarknet();
    await call(at, source);
    expect((await call(at, source)).status).toBe('reused');
    writeFileSync(
      join(source, 'src/main.c'),
      `${readFileSync(join(source, 'src/main.c'), 'utf8')}/* changed */\n`,
    );
    const { status, record } = await call(at, source);
    expect([status, record.name]).toEqual(['built', 'darknet-2']);
  });

  it("says before it begins what the prefix's own compiler leaves out of this host, and says nothing of another compiler", async () => {
    const at = where();
    const path = await fakeToolkit(at.home, 'cuda10');
    const own = join(path, 'host/bin/g++');
    mkdirSync(join(path, 'host/bin'), { recursive: true });
    writeFileSync(own, '#!/bin/sh\nexec g++ "$@"\n', { mode: 0o755 });
    const prefix = { name: 'cuda10', path, cuda: '10.0.130', cudnn: null };
    const notes = (): string[] =>
      at.events.flatMap((event) =>
        event.type === 'notice' && event.text.includes('sysroot') ? [event.text] : [],
      );
    const source = fakeDarknet();
    await call(at, source, { prefix, architectures: ['7.5'], assumed: true });
    expect(notes()).toEqual([]);
    // What is wrong with the source comes after it.
    writeFileSync(join(source, 'src/main.c'), '#include <opencv2/opencv.hpp>\n');
    await expect(
      call(at, source, { prefix, gxx: own, architectures: ['7.5'], assumed: true }),
    ).rejects.toMatchObject({ code: 'build-failed' });
    expect(notes()).toEqual([
      expect.stringMatching(/^the compiler of the prefix cuda10 compiles with .* -I its headers/),
    ]);
  });

  it("builds against a prefix in a path with spaces: its nvcc, its libraries, code for the GPUs named, the driver's stub", async () => {
    const at = where();
    const path = await fakeToolkit(at.home, 'cuda10');
    const { record } = await call(at, fakeDarknet(), {
      prefix: { name: 'cuda10', path, cuda: '10.0.130', cudnn: null },
      architectures: ['7.5', '6.1'],
      assumed: true,
    });
    expect(record.gpu).toEqual({
      asked: ['7.5', '6.1'],
      assumed: true,
      machineCode: ['6.1', '7.5'],
      ptx: [],
    });
    expect(record.libraries).toContainEqual({
      soname: 'libcudart.so.10.0',
      path: join(path, 'lib64/libcudart.so.10.0'),
      from: 'prefix',
    });
    expect(execFileSync(record.program.path, { encoding: 'utf8', env: {} })).toBe('GPU 10000\n');
    expect(JSON.stringify(record.details)).not.toContain('/usr/local/cuda');
    expect(at.lines.join('\n')).not.toContain('/usr/local/cuda');
  });

  it('gives a GPU that is newer than the toolkit the newest code there is, and says so', async () => {
    const at = where();
    const path = await fakeToolkit(at.home, 'cuda10');
    const { record } = await call(at, fakeDarknet(), {
      prefix: { name: 'cuda10', path, cuda: '10.0.130', cudnn: null },
      architectures: ['12.0'],
    });
    expect(record.gpu.machineCode).toEqual(['8.6']);
    expect(JSON.stringify(at.events)).toContain('makes no code of its own for compute capability 12.0');
  });

  it('answers a failure with its diagnosis, and keeps the log', async () => {
    const at = where();
    const path = await fakeToolkit(at.home, 'cuda10');
    const log = join(at.home, 'builds/darknet.failed.log');
    await expect(
      call(at, fakeDarknet(), {
        prefix: { name: 'cuda10', path, cuda: '10.0.130', cudnn: null },
        architectures: ['3.0'],
      }),
    ).rejects.toMatchObject({
      code: 'build-failed',
      details: { log, exitCode: 1, diagnoses: [{ code: 'gpu-arch-dropped', subject: 'log' }] },
    });
    expect(readFileSync(log, 'utf8')).toContain("Unsupported gpu architecture 'compute_30'");
    expect(leftovers(at.home)).toEqual([]);
  });

  it('says the first error where no diagnosis fits', async () => {
    const at = where();
    await expect(call(at, fakeDarknet({ broken: true }))).rejects.toMatchObject({
      code: 'build-failed',
      message: expect.stringContaining('broken on purpose') as string,
      details: { diagnoses: [] },
    });
    expect(await currentBuild(at.home, 'darknet')).toBeNull();
  });

  it('names a source that is no darknet', async () => {
    const source = tempDir();
    writeFileSync(join(source, 'README'), '');
    await expect(call(where(), source)).rejects.toMatchObject({ code: 'not-darknet' });
  });

  it('leaves nothing half-made when it is interrupted', async () => {
    const at = where();
    const source = fakeDarknet();
    writeFileSync(join(source, 'Makefile'), 'darknet:\n\techo begun -c\n\tsleep 60\nclean:\n\ttrue\n');
    const running = call(at, source);
    const waiting = setInterval(() => {
      if (at.lines.includes('begun -c')) at.stop.abort(new Error('stopped'));
    }, 20);
    await expect(running).rejects.toThrow('stopped');
    clearInterval(waiting);
    expect(leftovers(at.home)).toEqual([]);
    expect(await currentBuild(at.home, 'darknet')).toBeNull();
  });

  it('refuses before it begins where the disk has no room', async () => {
    const at = where();
    mkdirSync(at.home);
    const recipe = (await loadRecipes('/nowhere')).get('darknet')!;
    const request = { recipe: { ...recipe, build: { ...recipe.build!, diskMegabytes: 1e12 } } };
    await expect(call(at, fakeDarknet(), request)).rejects.toMatchObject({ code: 'disk-full' });
    expect(leftovers(at.home)).toEqual([]);
  });
});
