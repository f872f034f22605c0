/** The proxies that the environment names. */
import { GpuSetupError } from '../errors.ts';
import { Location } from './location.ts';
import { PROXY_VARIABLES } from './proxy-variables.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface EnvironmentProxies {
  http: Location | null;
  https: Location | null;
  /** As it is written. */
  none: string;
}

/** @throws GpuSetupError `bad-url`: the variable is named, what it holds is not, since that may be a password */
export function environmentProxies(env: Environment): EnvironmentProxies {
  const [http, https, none] = PROXY_VARIABLES;
  return { http: proxyIn(env, http), https: proxyIn(env, https), none: valueOf(env, none) ?? '' };
}

function proxyIn(env: Environment, name: string): Location | null {
  const value = valueOf(env, name)?.trim() ?? '';
  if (value === '') return null;
  // As curl takes it: "proxy.example:3128".
  const proxy = Location.parse(value.includes('://') ? value : `http://${value}`);
  if (proxy?.isHttp === true) return proxy;
  throw new GpuSetupError('bad-url', `the variable ${name} names no http or https proxy`, {
    hint: `set it to the address of one: export ${name}=http://HOST:PORT`,
  });
}

const valueOf = (env: Environment, name: string): string | undefined => env[name] ?? env[name.toUpperCase()];
