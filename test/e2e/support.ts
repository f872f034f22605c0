/** Runs the built program (dist/main.js) as a user would, in folders of its own. */
import { execa } from 'execa';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const MAIN = join(ROOT, 'dist', 'main.js');
export const BINARY = join(ROOT, 'dist', 'gpu-setup-linux-x64');

export interface Sandbox {
  /** Home, config and cache of the program lie in it. */
  folder: string;
  env: Record<string, string>;
}

export function sandbox(folder: string): Sandbox {
  return {
    folder,
    env: {
      PATH: process.env['PATH'] ?? '/usr/bin:/bin',
      HOME: folder,
      LC_ALL: 'C.UTF-8',
      GPU_SETUP_HOME: join(folder, 'home'),
      GPU_SETUP_CONFIG: join(folder, 'config'),
      GPU_SETUP_CACHE: join(folder, 'cache'),
    },
  };
}

export interface Run {
  status: number | undefined;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  env: Record<string, string>;
  cwd?: string;
  uid?: number;
  timeoutMs?: number;
}

/** Any program, to its end. */
export async function run(argv: readonly string[], options: RunOptions): Promise<Run> {
  const result = await execa(argv[0]!, argv.slice(1), {
    reject: false,
    extendEnv: false,
    env: options.env,
    stdin: 'ignore',
    timeout: options.timeoutMs ?? 540_000,
    maxBuffer: 64 << 20,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  });
  // A program that is told to end in time may still end with 0.
  const status = result.timedOut ? undefined : result.exitCode;
  return { status, stdout: String(result.stdout), stderr: String(result.stderr) };
}

/** gpu-setup ARGS on Node. */
export const gpuSetup = (args: readonly string[], options: RunOptions): Promise<Run> =>
  run([process.execPath, MAIN, ...args], options);

/** What git would hand out: tracked files and those about to be. */
export async function copyOfSources(to: string): Promise<void> {
  const files = await run(['git', 'ls-files', '-z', '-c', '-o', '--exclude-standard'], {
    env: sandbox(to).env,
    cwd: ROOT,
  });
  for (const file of files.stdout.split('\0').filter(Boolean)) {
    if (existsSync(join(ROOT, file))) cpSync(join(ROOT, file), join(to, file), { recursive: true });
  }
}

/** The variables that say where npm finds its registry here, for programs that get no other environment. */
export async function registrySettings(): Promise<Record<string, string>> {
  const inherited = process.env as Record<string, string>;
  const npm = await run(['npm', 'config', 'get', 'registry'], { env: inherited });
  const others = Object.entries(inherited).filter(([name]) =>
    /^npm_config_(registry|.*_auth.*|strict_ssl|cafile)$|proxy$/i.test(name),
  );
  return { ...Object.fromEntries(others), npm_config_registry: npm.stdout.trim() };
}
