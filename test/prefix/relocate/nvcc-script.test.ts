import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PACKAGED_GCC } from '../../../src/compat/distro-gcc.ts';
import { nvccScript } from '../../../src/prefix/relocate/nvcc-script.ts';
import { PRINTING_NVCC, writeTree } from '../../support/prefix.ts';
import { tempDir } from '../../support/temp-dir.ts';

const shells = [
  ['dash', ['/usr/bin/dash']],
  ['busybox sh', ['/usr/bin/busybox', 'sh']],
  ['bash in POSIX mode', ['/bin/bash', '--posix']],
] as const;
const SHELLS = shells.filter(([, argv]) => existsSync(argv[0]));

interface Place {
  folder: string;
  prefix: string;
  nvcc: string;
  bin: string;
}

/** A prefix with a space in its path, and an empty folder for PATH. */
function place(newestGcc: number | null = 7): Place {
  const folder = tempDir();
  const prefix = join(folder, 'a prefix');
  writeTree(prefix, { 'libexec/nvcc': PRINTING_NVCC });
  chmodSync(join(prefix, 'libexec/nvcc'), 0o755);
  mkdirSync(join(prefix, 'bin'));
  const nvcc = join(prefix, 'bin/nvcc');
  writeFileSync(nvcc, nvccScript('10.0.130', newestGcc), { mode: 0o755 });
  const bin = join(folder, 'path');
  mkdirSync(bin);
  return { folder, prefix, nvcc, bin };
}

function compiler(bin: string, name: string, version: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n[ "$1" = -dumpversion ] && echo ${version}\n`, { mode: 0o755 });
}

interface Result {
  status: number | null;
  /** The real nvcc's own path, then its arguments. */
  lines: string[];
  stderr: string;
}

function call(argv: readonly string[], env: Record<string, string>, cwd?: string): Result {
  const [file, ...args] = argv;
  const done = spawnSync(file!, args, { env, encoding: 'utf8', timeout: 10_000, ...(cwd && { cwd }) });
  return { status: done.status, lines: done.stdout.split('\n').slice(0, -1), stderr: done.stderr };
}

describe.each(SHELLS)('bin/nvcc in %s', (_, shell) => {
  it('names the newest g++-N that the toolkit accepts, and leaves newer ones alone', () => {
    const { nvcc, bin, prefix } = place(7);
    for (const version of ['5', '6', '9']) compiler(bin, `g++-${version}`, version);
    compiler(bin, 'g++', '12');
    const done = call([...shell, nvcc, '-o', 'a b', 't.cu'], { PATH: bin });
    expect(done.lines).toEqual([
      join(prefix, 'libexec/nvcc'),
      '-ccbin',
      join(bin, 'g++-6'),
      '-o',
      'a b',
      't.cu',
    ]);
  });

  it('counts plain g++ by its version', () => {
    const { nvcc, bin } = place(7);
    compiler(bin, 'g++-5', '5');
    compiler(bin, 'g++', '7.5.0');
    expect(call([...shell, nvcc, 't.cu'], { PATH: bin }).lines.slice(1, 3)).toEqual([
      '-ccbin',
      join(bin, 'g++'),
    ]);
  });

  it.each([
    [['-ccbin', 'mine']],
    [['-ccbin=mine']],
    [['--compiler-bindir', 'mine']],
    [['--compiler-bindir=mine']],
  ])('adds nothing where the caller says %j', (own) => {
    const { nvcc, bin } = place(7);
    compiler(bin, 'g++-7', '7');
    expect(call([...shell, nvcc, 't.cu', ...own], { PATH: bin }).lines.slice(1)).toEqual(['t.cu', ...own]);
  });

  it('adds nothing where NVCC_PREPEND_FLAGS is set, and passes NVCC_CCBIN on to an nvcc that does not know it', () => {
    const { nvcc, bin } = place(7);
    compiler(bin, 'g++-7', '7');
    const prepended = call([...shell, nvcc, 't.cu'], { PATH: bin, NVCC_PREPEND_FLAGS: '-O1' });
    expect(prepended.lines.slice(1)).toEqual(['t.cu']);
    const named = call([...shell, nvcc, 't.cu'], { PATH: bin, NVCC_CCBIN: '/x/g++' });
    expect(named.lines.slice(1)).toEqual(['-ccbin', '/x/g++', 't.cu']);
  });

  it("takes the prefix's own compiler first", () => {
    const { nvcc, bin, prefix } = place(7);
    compiler(bin, 'g++-7', '7');
    mkdirSync(join(prefix, 'host/bin'), { recursive: true });
    compiler(join(prefix, 'host/bin'), 'g++', '7');
    expect(call([...shell, nvcc, 't.cu'], { PATH: bin }).lines[2]).toBe(join(prefix, 'host/bin/g++'));
  });

  it('finds itself through links to the file, to its folder and to the prefix, and when called by a relative path', () => {
    const { nvcc, bin, prefix, folder } = place(7);
    compiler(bin, 'g++-7', '7');
    mkdirSync(join(folder, 'elsewhere'));
    symlinkSync(prefix, join(folder, 'elsewhere/prefix'));
    symlinkSync(join(prefix, 'bin'), join(folder, 'elsewhere/tools'));
    symlinkSync('../a prefix/bin/nvcc', join(folder, 'elsewhere/nvcc'));
    symlinkSync('nvcc', join(folder, 'elsewhere/nvcc-again'));
    const env = { PATH: `${bin}:/usr/bin:/bin` };
    const real = join(prefix, 'libexec/nvcc');
    const of = (path: string, cwd?: string): string | undefined =>
      call([...shell, path, 't.cu'], env, cwd).lines[0];
    // A link to the prefix stays in the path: it outlives the generation that it leads to.
    expect(of(join(folder, 'elsewhere/prefix/bin/nvcc'))).toBe(join(folder, 'elsewhere/prefix/libexec/nvcc'));
    expect(of(join(folder, 'elsewhere/tools/nvcc'))).toBe(real);
    expect(of(join(folder, 'elsewhere/nvcc-again'))).toContain('libexec/nvcc');
    expect(of('./nvcc', join(prefix, 'bin'))).toBe(real);
    expect(of('a prefix/bin/nvcc', folder)).toBe(real);
    expect(call([nvcc, 't.cu'], env).lines[0]).toBe(real);
  });

  it('works without any environment', () => {
    const { nvcc, prefix } = place(null);
    const done = call([...shell, nvcc, '-V'], {});
    expect(done.status).toBe(0);
    expect(done.lines).toEqual([join(prefix, 'libexec/nvcc'), '-V']);
  });

  it('refuses with what it takes, what is here, and what to install', () => {
    const { nvcc, bin } = place(7);
    compiler(bin, 'g++', '12.2.0');
    compiler(bin, 'g++-13', '13');
    const done = call([...shell, nvcc, '-c', 't.cu'], { PATH: bin });
    expect(done.status).toBe(1);
    expect(done.lines).toEqual([]);
    expect(done.stderr).toMatch(/^error\[host-compiler-too-new\]: CUDA 10\.0 takes gcc up to 7; /);
    expect(done.stderr).toContain(`g++ 12 (${join(bin, 'g++')})`);
    expect(done.stderr).toContain(`g++-13 (${join(bin, 'g++-13')})`);
    expect(done.stderr).toMatch(/^hint: /m);
    expect(done.stderr).not.toMatch(/apt install g\+\+-(?:[89]|\d\d)/);
  });

  it('says that there is no compiler at all where there is none', () => {
    const { nvcc, bin } = place(7);
    const done = call([...shell, nvcc, 't.cu'], { PATH: bin });
    expect(done.status).toBe(1);
    expect(done.stderr).toContain('error[host-compiler-missing]');
  });

  it.each(['-V', '--version', '--help', '-allow-unsupported-compiler'])(
    'starts nvcc for %s without an accepted compiler',
    (option) => {
      const { nvcc, bin } = place(7);
      compiler(bin, 'g++', '12');
      expect(call([...shell, nvcc, 't.cu', option], { PATH: bin }).lines.slice(1)).toEqual(['t.cu', option]);
      expect(call([...shell, nvcc], { PATH: bin }).lines.slice(1)).toEqual([]);
    },
  );

  it('leaves the judgement to nvcc where nothing is known: no ceiling, or a g++ that does not tell its version', () => {
    const unknown = place(null);
    compiler(unknown.bin, 'g++-12', '12');
    expect(call([...shell, unknown.nvcc, 't.cu'], { PATH: unknown.bin }).lines.slice(1)).toEqual(['t.cu']);
    const silent = place(7);
    compiler(silent.bin, 'g++', 'unknown');
    expect(call([...shell, silent.nvcc, 't.cu'], { PATH: silent.bin }).lines.slice(1)).toEqual(['t.cu']);
  });

  it.each([
    ['VERSION_CODENAME=bookworm\n', 11, 'CUDA 10.0 takes gcc up to 11; on PATH', 'apt install g++-11'],
    ['VERSION_CODENAME=bookworm\n', 10, 'Debian 12 packages 11 and newer', '--with host-compiler'],
    ['VERSION_CODENAME=vera\nUBUNTU_CODENAME=jammy\n', 10, 'takes gcc up to 10', 'apt install g++-10'],
    ['ID=arch\n', 10, 'takes gcc up to 10', 'install g++-10 or an older one'],
    ['', 10, 'takes gcc up to 10', 'install g++-10 or an older one'],
  ])('knows what the distribution of %j packages for gcc %i', (release, newest, message, hint) => {
    const { nvcc, bin, folder } = place(newest);
    if (release !== '') writeFileSync(join(folder, 'os-release'), release);
    const text = nvccScript('10.0.130', newest).replace('/etc/os-release', `'${join(folder, 'os-release')}'`);
    writeFileSync(nvcc, text);
    compiler(bin, 'g++', '12');
    const { stderr } = call([...shell, nvcc, 't.cu'], { PATH: bin });
    expect(stderr).toContain(message);
    expect(stderr.split('\n')[1]).toMatch(/^hint: /);
    expect(stderr.split('\n')[1]).toContain(hint);
  });

  it('tells the compiler that it would take', () => {
    const { nvcc, bin } = place(7);
    compiler(bin, 'g++-7', '7');
    const env = { PATH: bin, NVCC_PREPEND_FLAGS: '-O1' };
    const done = call([...shell, nvcc, '--gpu-setup-host-compiler'], env);
    expect(done.lines).toEqual([join(bin, 'g++-7')]);
  });
});

describe('the text of bin/nvcc', () => {
  it('knows every distribution of the table and leaves no placeholder', () => {
    const text = nvccScript('11.8.89', 11);
    for (const { codename, title } of PACKAGED_GCC) expect(text).toContain(`${codename}) title='${title}'`);
    expect(text).not.toMatch(/@[A-Z_]+@/);
    expect(text).toContain("cuda='11.8'");
  });
});
