/**
 * Where self install puts the program and what belongs to it: a user's own folders, or those of the system that no
 * package of a distribution touches. All of them are looked into by shells and man without any setting, save one (zsh's, for a user).
 */
import { join } from 'node:path';
import { GpuSetupError } from '../base/errors.ts';
import type { Environment } from '../base/folders.ts';

/** What comes with the program. */
export const COMPANIONS = ['bash', 'zsh', 'fish', 'man'] as const;
export type Companion = (typeof COMPANIONS)[number];

export interface Places {
  /** The program. */
  program: string;
  companions: Readonly<Record<Companion, string>>;
  /** What was written, so that it can be removed. */
  record: string;
  /** Of folders that are made: the system's are for all, whatever the umask. */
  folderMode: 0o700 | 0o755;
}

/** @throws GpuSetupError `no-home` */
export function places(env: Environment, uid: number): Places {
  return uid === 0 ? systemPlaces() : userPlaces(env);
}

function systemPlaces(): Places {
  const share = '/usr/local/share';
  return {
    program: '/usr/local/bin/gpu-setup',
    companions: {
      bash: `${share}/bash-completion/completions/gpu-setup`,
      zsh: `${share}/zsh/site-functions/_gpu-setup`,
      // Fish looks into share/ only where a desktop has set XDG_DATA_DIRS.
      fish: '/etc/fish/completions/gpu-setup.fish',
      man: `${share}/man/man1/gpu-setup.1`,
    },
    record: '/var/lib/gpu-setup/self.json',
    folderMode: 0o755,
  };
}

function userPlaces(env: Environment): Places {
  const home = env['HOME'];
  if (home === undefined || !home.startsWith('/')) {
    throw new GpuSetupError('no-home', 'HOME names no absolute folder', { hint: 'export HOME=/your/home' });
  }
  const named = (variable: string, ...otherwise: string[]): string =>
    env[variable]?.startsWith('/') === true ? env[variable] : join(home, ...otherwise);
  const data = named('XDG_DATA_HOME', '.local', 'share');
  return {
    program: join(home, '.local', 'bin', 'gpu-setup'),
    companions: {
      bash: join(data, 'bash-completion', 'completions', 'gpu-setup'),
      zsh: join(data, 'zsh', 'site-functions', '_gpu-setup'),
      // Old fish looks into this folder alone.
      fish: join(named('XDG_CONFIG_HOME', '.config'), 'fish', 'completions', 'gpu-setup.fish'),
      // man finds it from ~/.local/bin on PATH, wherever XDG_DATA_HOME leads.
      man: join(home, '.local', 'share', 'man', 'man1', 'gpu-setup.1'),
    },
    record: join(named('XDG_STATE_HOME', '.local', 'state'), 'gpu-setup', 'self.json'),
    folderMode: 0o700,
  };
}
