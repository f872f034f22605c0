/** A clone with the real launcher and, in place of the program, one that prints what it was started with. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll } from 'vitest';
import { ROOT } from './source-text.ts';
import { sharedTempDir } from './temp-dir.ts';

const PROGRAM = `process.stdout.write(JSON.stringify({
  args: process.argv.slice(2), cwd: process.cwd(), caller: process.env.GPU_SETUP_LAUNCH_CWD,
  typed: process.env.GPU_SETUP_LAUNCH_NAME,
}));`;

/** The build stands for one that was made a moment after the sources. */
export function fakeClone(folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const name of ['gpu-setup', 'scripts/launcher', 'package.json', 'package-lock.json']) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
  for (const name of ['src', 'recipes', 'dist/chunks']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'src/main.ts'), '');
  writeFileSync(join(folder, 'dist/chunks/part.js'), '');
  writeFileSync(join(folder, 'dist/main.js'), PROGRAM);
  run(['chmod', '-R', 'go-w,a+rX', folder]);
  run(['find', folder, '-exec', 'touch', '-d', '2020-01-01', '{}', '+']);
  run(['touch', join(folder, 'dist/main.js')]);
  return folder;
}

/** A folder with all programs of this machine but Node, npm and Bun, for the tests of a file. */
export function programsWithoutNode(): string {
  const folder = sharedTempDir();
  beforeAll(() => {
    for (const from of ['/usr/bin', '/bin']) {
      for (const name of readdirSync(from)) {
        if (/^(node|nodejs|npm|npx|bun)$/.test(name) || existsSync(join(folder, name))) continue;
        symlinkSync(join(from, name), join(folder, name));
      }
    }
  });
  return folder;
}

/** A program that is a line of sh. */
export function program(path: string, text: string): void {
  rmSync(path, { force: true });
  writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
}

/** A clone without a build, whose build is a copy of a small program; npm only leaves traces, as the real one does. */
export function unbuiltClone(folder: string): { clone: string; path: string; home: string; cache: string } {
  const clone = fakeClone(join(folder, 'clone'));
  rmSync(join(clone, 'dist'), { recursive: true });
  writeFileSync(
    join(clone, 'scripts/build.mjs'),
    `import { mkdirSync, writeFileSync } from 'node:fs';
     mkdirSync('dist/chunks', { recursive: true });
     writeFileSync('dist/main.js', 'process.stdout.write("built");');`,
  );
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  symlinkSync(process.execPath, join(bin, 'node'));
  program(
    join(bin, 'npm'),
    'mkdir -p "${npm_config_cache:-$HOME/.npm}/_logs" node_modules/esbuild; touch node_modules/.package-lock.json',
  );
  const home = join(folder, 'home');
  mkdirSync(home);
  return { clone, path: bin, home, cache: join(folder, 'cache') };
}

export interface Launch {
  shell?: readonly string[];
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
  cwd?: string;
  user?: { uid: number; gid: number };
}

export interface Launched {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Starts the launcher of a clone with this Node on PATH. */
export function launch(clone: string, launch: Launch = {}): Launched {
  const { shell = [], args = [], env = {}, cwd = clone, user } = launch;
  const argv = [...shell, join(clone, 'gpu-setup'), ...args];
  const done = spawnSync(argv[0]!, argv.slice(1), {
    cwd,
    env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, HOME: clone, ...env },
    encoding: 'utf8',
    timeout: 20_000,
    ...user,
  });
  return { status: done.status, stdout: done.stdout, stderr: done.stderr };
}

function run(argv: readonly string[]): void {
  const done = spawnSync(argv[0]!, argv.slice(1), { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${argv.join(' ')}: ${done.stderr}`);
}
