/**
 * What the configuration says of folders, proxies and colour, as variables of the environment: so there is one way to say
 * each, and what the caller's own environment says wins by itself.
 */
import type { Environment } from '../base/folders.ts';
import type { Settings } from './parse-configuration.ts';

type Variables = Readonly<Record<string, string>>;

/** Home and cache. An empty variable says nothing. */
export function folderVariables({ home, cache }: Settings, env: Environment): Variables {
  return {
    ...(home !== undefined && !env['GPU_SETUP_HOME'] ? { GPU_SETUP_HOME: home } : {}),
    ...(cache !== undefined && !env['GPU_SETUP_CACHE'] ? { GPU_SETUP_CACHE: cache } : {}),
  };
}

/** Programs read them in small letters and in capitals. An empty one says that there is to be no proxy. */
export function proxyVariables({ proxy }: Settings, env: Environment): Variables {
  const said: [string, string | undefined][] = [
    ['http_proxy', proxy?.http],
    ['https_proxy', proxy?.https],
    ['no_proxy', proxy?.no_proxy?.join(',')],
  ];
  return Object.fromEntries(
    said.filter(
      (one): one is [string, string] =>
        one[1] !== undefined && env[one[0]] === undefined && env[one[0].toUpperCase()] === undefined,
    ),
  );
}

export function colourVariables({ colour }: Settings, env: Environment): Variables {
  const said = ['NO_COLOR', 'FORCE_COLOR', 'CLICOLOR_FORCE', 'CLICOLOR'].some((name) => Boolean(env[name]));
  if (said || colour === undefined || colour === 'auto') return {};
  return colour === 'never' ? { NO_COLOR: '1' } : { FORCE_COLOR: '1' };
}
