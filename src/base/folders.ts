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

type Environment = Readonly<Record<string, string | undefined>>;

/** The home that root fills and everybody may use. */
export const SYSTEM_HOME = '/opt/gpu-setup';

/**
 * Root ignores HOME and XDG_*: sudo on Ubuntu 18.04 keeps the user's HOME, and root's files in a user's home are what
 * breaks the next run.
 */
export function folders(env: Environment, uid: number): Folders {
  const user = (variable: string, fallback: string[]): string => {
    const named = env[variable];
    // The XDG specification: a relative path is invalid and ignored.
    if (named?.startsWith('/')) return join(named, 'gpu-setup');
    if (!env['HOME']?.startsWith('/')) {
      throw new GpuSetupError('no-home', `neither ${variable} nor HOME names an absolute folder`, {
        hint: 'set GPU_SETUP_HOME, GPU_SETUP_CONFIG and GPU_SETUP_CACHE, or HOME',
      });
    }
    return join(env['HOME'], ...fallback, 'gpu-setup');
  };
  const pick = (own: string, root: string, xdg: string, fallback: string[]): string => {
    const named = env[own];
    if (named) {
      if (!named.startsWith('/')) {
        throw new GpuSetupError(
          'folder-not-absolute',
          `${own} is "${named}", which is not an absolute path`,
          {
            hint: `export ${own}=/absolute/path`,
          },
        );
      }
      return named;
    }
    return uid === 0 ? root : user(xdg, fallback);
  };
  return {
    home: pick('GPU_SETUP_HOME', SYSTEM_HOME, 'XDG_DATA_HOME', ['.local', 'share']),
    config: pick('GPU_SETUP_CONFIG', '/etc/gpu-setup', 'XDG_CONFIG_HOME', ['.config']),
    cache: pick('GPU_SETUP_CACHE', '/var/cache/gpu-setup', 'XDG_CACHE_HOME', ['.cache']),
  };
}
