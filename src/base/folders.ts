/** Which folders are ours: home, configuration and cache, of this user or of the system. */
import { join } from 'node:path';
import { GpuSetupError } from './errors.ts';

export interface Folders {
  /** store/, generations/, prefixes/, state/ */
  home: string;
  /** apt-sources/, recipes/ of the user */
  config: string;
  /** downloaded indexes and packages; may be deleted at any time */
  cache: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The home that root fills and everybody may use. */
export const SYSTEM_HOME = '/opt/gpu-setup';

/**
 * Root ignores HOME and XDG_*: sudo on Ubuntu 18.04 keeps the user's HOME, and root's files in a user's home are what
 * breaks the next run.
 */
export function folders(env: Environment, uid: number): Folders {
  return {
    home: pick(env, uid, 'GPU_SETUP_HOME', SYSTEM_HOME, 'XDG_DATA_HOME', ['.local', 'share']),
    config: configFolder(env, uid),
    cache: pick(env, uid, 'GPU_SETUP_CACHE', '/var/cache/gpu-setup', 'XDG_CACHE_HOME', ['.cache']),
  };
}

/** Alone: what lies in it may say where the others are. */
export function configFolder(env: Environment, uid: number): string {
  return pick(env, uid, 'GPU_SETUP_CONFIG', '/etc/gpu-setup', 'XDG_CONFIG_HOME', ['.config']);
}

/** What the variable of our own names, else root's folder, else the user's. */
function pick(
  env: Environment,
  uid: number,
  own: string,
  root: string,
  xdg: string,
  fallback: readonly string[],
): string {
  const named = env[own];
  if (!named) return uid === 0 ? root : userFolder(env, xdg, fallback);
  if (named.startsWith('/')) return named;
  throw new GpuSetupError('folder-not-absolute', `${own} is "${named}", which is not an absolute path`, {
    hint: `export ${own}=/absolute/path`,
  });
}

function userFolder(env: Environment, variable: string, fallback: readonly string[]): string {
  const named = env[variable];
  // The XDG specification: a relative path is invalid and ignored.
  if (named?.startsWith('/')) return join(named, 'gpu-setup');
  if (env['HOME']?.startsWith('/')) return join(env['HOME'], ...fallback, 'gpu-setup');
  throw new GpuSetupError('no-home', `neither ${variable} nor HOME names an absolute folder`, {
    hint: 'set GPU_SETUP_HOME, GPU_SETUP_CONFIG and GPU_SETUP_CACHE, or HOME',
  });
}
