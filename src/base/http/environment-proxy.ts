/** The proxies that the environment names. */
import { GpuSetupError } from '../errors.ts';
import { Location } from './location.ts';
import { bypassesProxy } from './no-proxy.ts';
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

/**
 * The proxy for an address; null where it is asked directly. Decided here and not by the runtimes: Node's fetch ignores the
 * variables, undici and Bun each read NO_PROXY in a way of their own.
 *
 * @throws GpuSetupError `bad-url`
 */
export function proxyFor(location: Location, env: Environment): Location | null {
  const { http, https, none } = environmentProxies(env);
  const isSecure = location.protocol === 'https:';
  const proxy = isSecure ? https : http;
  if (proxy === null) return null;
  const { hostname, port } = location;
  return bypassesProxy({ hostname, port: port ?? (isSecure ? 443 : 80) }, none) ? null : proxy;
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
