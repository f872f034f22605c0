/** A clone with the real launcher and, in place of the program, one that prints what it was started with. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './source-text.ts';

const PROGRAM = `process.stdout.write(JSON.stringify({
  args: process.argv.slice(2), cwd: process.cwd(), caller: process.env.GPU_SETUP_LAUNCH_CWD,
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
