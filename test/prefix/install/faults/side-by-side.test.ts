/**
 * Processes that change and use one home at the same time: whatever one of them does, the others end with what they were
 * asked for or with an error that says what to do, and what is visible is whole, during and after.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { publishFlat } from '../../../apt/repository.ts';
import { flawsOf } from '../../../support/home-is-whole.ts';
import { packagesText, type PackageRow } from '../../../support/index.ts';
import { isOld, NEW_CUBLAS, OLD_CUBLAS, packages, SOURCE } from '../../../support/locked.ts';
import { bundledProgram } from '../../../support/program.ts';
import { memoryDir } from '../../../support/temp-dir.ts';
import { ubuntu1804 } from '../../../support/ubuntu1804.ts';

const [runtime, script] = bundledProgram();
const repository = ubuntu1804((name) => name.repeat(5000));

let dir: string;
beforeEach(() => {
  dir = memoryDir();
  repository.server.requests.length = 0;
  repository.writeSources(join(dir, 'config'));
});

interface Ended {
  code: number | null;
  said: string;
}

function call(...words: readonly string[]): Promise<Ended> {
  const child = spawn(runtime, [script, ...words], {
    cwd: dir,
    env: {
      PATH: process.env['PATH'],
      GPU_SETUP_HOME: join(dir, 'home'),
      GPU_SETUP_CONFIG: join(dir, 'config'),
      GPU_SETUP_CACHE: join(dir, 'cache'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })));
}

const install = (name: string): Promise<Ended> =>
  call('install', 'cuda@10.0', '--source', 'nvidia-cuda-ubuntu1804', '--name', name, '--accept-license');

/** Did it, or says why not: never a bug, never silence, never by a signal. */
function expectSaid({ code, said }: Ended): void {
  expect([0, 1, 3], said).toContain(code);
  if (code !== 0) expect(said).toMatch(/error\[(?!internal)[\w-]+\]|^\S+: \d+ of \d+ entries changed|✗/m);
}

const expectWhole = async (): Promise<void> => expect(await flawsOf(join(dir, 'home'))).toEqual([]);
const transfers = (): number => repository.server.requests.filter(({ path }) => path.endsWith('.deb')).length;

describe('at once', () => {
  it('three installs of one prefix make it once', async () => {
    const all = await Promise.all([install('one'), install('one'), install('one')]);
    expect(
      all.map(({ code }) => code),
      all.map(({ said }) => said).join('\n'),
    ).toEqual([0, 0, 0]);
    await expectWhole();
    expect((await call('list')).said).toMatch(/one/);
  }, 120_000);

  it('installs of different prefixes all come to be, of one store', async () => {
    const all = await Promise.all([install('one'), install('two'), install('three')]);
    expect(
      all.map(({ code }) => code),
      all.map(({ said }) => said).join('\n'),
    ).toEqual([0, 0, 0]);
    await expectWhole();
    // At worst each process fetched what none of them had yet.
    expect(transfers()).toBeLessThanOrEqual(3 * repository.rows.length);
  }, 120_000);

  it('pruning, downloads too, beside installs', async () => {
    const all = await Promise.all([
      install('one'),
      call('prune', '--cache', '--yes'),
      install('two'),
      call('prune', '--cache', '--yes'),
    ]);
    for (const ended of all) expectSaid(ended);
    await expectWhole();
    for (const name of ['one', 'two']) expect((await install(name)).code).toBe(0);
    expect((await call('verify', 'one')).code).toBe(0);
    expect((await call('verify', 'two')).code).toBe(0);
  }, 120_000);

  it('removing beside installing, running, verifying and listing', async () => {
    expect((await install('one')).code).toBe(0);
    const running = call(
      'run',
      'one',
      '--',
      'sh',
      '-c',
      'sleep 1; cat "$CUDA_HOME"/lib64/libcuda-cudart-10-0.so.1 | wc -c',
    );
    const all = await Promise.all([
      call('verify', 'one'),
      call('remove', 'one', '--yes'),
      install('two'),
      call('list'),
      call('show', 'one'),
      call('prune', '--yes'),
    ]);
    const names = ['verify', 'remove', 'install', 'list', 'show', 'prune'];
    all.forEach((ended, at) => {
      // What is read while it goes may be found incomplete, which is said.
      expect(ended.said, names[at]).not.toMatch(/internal-error|TypeError|\n {4}at /);
      expect([0, 1], `${names[at]}: ${ended.said}`).toContain(ended.code);
    });
    expect(all[2]!.code).toBe(0);
    await running;
    await expectWhole();
    expect((await call('verify', 'two')).code).toBe(0);
  }, 120_000);

  it('upgrading beside upgrading, pruning, verifying, removing and installing', async () => {
    const { server, key } = repository;
    const publish = async (rows: readonly PackageRow[]): Promise<void> => {
      await publishFlat(server, '/cuda9/', packagesText(rows), key);
      for (const { name, version, deb } of rows)
        server.files.set(`/cuda9/${name}_${version}_amd64.deb`, deb!);
    };
    await publish(packages(isOld));
    for (const [id, folder] of [
      [SOURCE, 'cuda9'],
      ['nvidia-ml-ubuntu1604', 'ml'],
    ] as const)
      writeFileSync(join(dir, `config/apt-sources/${id}.sources`), repository.sourceText(folder));
    const nine = (name: string): Promise<Ended> =>
      call('install', 'cuda@9.0', '--source', SOURCE, '--name', name, '--accept-license');
    for (const name of ['one', 'two']) expect(await nine(name)).toMatchObject({ code: 0 });
    await publish(packages());
    const all = await Promise.all([
      call('upgrade', 'one', '--accept-license'),
      call('prune', '--cache', '--yes'),
      call('verify', 'one'),
      call('upgrade', 'one', '--accept-license'),
      call('remove', 'two', '--yes'),
      nine('three'),
    ]);
    for (const { code, said } of all) {
      expect(said).not.toMatch(/internal-error|TypeError|\n {4}at /);
      expect([0, 1], said).toContain(code);
    }
    await expectWhole();
    const last = await call('upgrade', 'one', '--accept-license');
    expect(last.code, last.said).toBe(0);
    const shown = await call('show', 'one', '--json');
    expect(shown.said).toContain(NEW_CUBLAS);
    expect(shown.said).not.toContain(OLD_CUBLAS);
    for (const name of ['one', 'three']) expect((await call('verify', name)).code).toBe(0);
  }, 120_000);

  it('verifying beside pruning finds nothing changed', async () => {
    expect((await install('one')).code).toBe(0);
    const all = await Promise.all([
      call('verify', 'one'),
      call('prune', '--cache', '--yes'),
      call('verify', 'one'),
      call('prune', '--yes'),
    ]);
    expect(
      all.map(({ code }) => code),
      all.map(({ said }) => said).join('\n'),
    ).toEqual([0, 0, 0, 0]);
    await expectWhole();
  }, 120_000);
});
