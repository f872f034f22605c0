/** What is running: the single executable, a clone's build that its launcher started, or a package of npm's. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Environment } from '../base/folders.ts';
import { selfArgv } from '../base/processes/own-program.ts';

export type RunningProgram =
  | { kind: 'executable'; path: string }
  /** `path`: the launcher, which builds anew after a git pull. */
  | { kind: 'clone'; path: string }
  | { kind: 'package'; path: string };

/** The launcher says where it is: what it starts may lie in the cache. */
export const LAUNCHER_VARIABLE = 'GPU_SETUP_LAUNCHER';

export function runningProgram(env: Environment, argv: readonly string[] = selfArgv()): RunningProgram {
  const [program, script] = argv;
  if (script === undefined) return { kind: 'executable', path: program! };
  const named = env[LAUNCHER_VARIABLE];
  if (named?.startsWith('/') === true && isClone(dirname(named))) return { kind: 'clone', path: named };
  const folder = dirname(dirname(script));
  return isClone(folder)
    ? { kind: 'clone', path: join(folder, 'gpu-setup') }
    : { kind: 'package', path: folder };
}

/** What npm installs has no launcher and no sources. */
const isClone = (folder: string): boolean =>
  ['gpu-setup', 'package.json', join('src', 'main.ts')].every((name) => existsSync(join(folder, name)));
