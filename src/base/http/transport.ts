/**
 * One request of each runtime. Node's own fetch ignores http_proxy and decodes bodies, so undici is used there. Bun
 * replaces undici by a shim of its own, but its fetch honours the proxy variables and can be told not to decode.
 */
import { PROXY_VARIABLES } from './proxy-variables.ts';

/** The answer to one request, redirects not followed. */
export interface RawResponse {
  status: number;
  header(name: string): string | null;
  body: AsyncIterable<Uint8Array>;
  cancel(): Promise<void>;
}

export type Transport = (
  url: string,
  headers: Record<string, string>,
  proxy: string | null | undefined,
  signal: AbortSignal,
) => Promise<RawResponse>;

export function runtimeTransport(): Promise<Transport> {
  return process.versions['bun'] === undefined ? nodeTransport() : Promise.resolve(bunTransport);
}

let node: Promise<Transport> | undefined;

function nodeTransport(): Promise<Transport> {
  node ??= loadUndici();
  return node;
}

async function loadUndici(): Promise<Transport> {
  // The default export: bundled CommonJS has no others.
  const { default: undici } = await import('undici');
  const { Agent, EnvHttpProxyAgent, ProxyAgent, request } = undici;
  // Our own watchdog does the timing; connections get a shorter limit so that a second address can be tried.
  const common = { connect: { timeout: 15_000 }, headersTimeout: 0, bodyTimeout: 0 };
  // Without a tunnel for plain http, as apt does it: caching proxies (apt-cacher-ng) refuse CONNECT to port 80.
  const proxied = { ...common, proxyTunnel: false };
  const dispatchers = new Map<
    string,
    InstanceType<typeof Agent | typeof EnvHttpProxyAgent | typeof ProxyAgent>
  >();
  const dispatcherFor = (proxy: string | null | undefined) => {
    const key = proxy === undefined ? `environment ${proxyVariables()}` : (proxy ?? 'direct');
    let dispatcher = dispatchers.get(key);
    if (dispatcher === undefined) {
      dispatcher =
        proxy === undefined
          ? new EnvHttpProxyAgent(proxied)
          : proxy === null
            ? new Agent(common)
            : new ProxyAgent({ ...proxied, uri: proxy });
      dispatchers.set(key, dispatcher);
    }
    return dispatcher;
  };
  return async (url, headers, proxy, signal) => {
    const response = await request(url, { method: 'GET', headers, signal, dispatcher: dispatcherFor(proxy) });
    // Cancelling makes the body emit an error that nobody is there to hear.
    response.body.on('error', () => {});
    return {
      status: response.statusCode,
      header: (name) => {
        const value = response.headers[name];
        return value === undefined ? null : Array.isArray(value) ? value.join(', ') : value;
      },
      body: response.body,
      cancel: async () => {
        response.body.destroy();
      },
    };
  };
}

function proxyVariables(): string {
  return PROXY_VARIABLES.flatMap((name) => [name, name.toUpperCase()])
    .map((name) => process.env[name] ?? '')
    .join(' ');
}

interface BunRequest extends RequestInit {
  decompress: boolean;
  proxy?: string | false;
}

const bunTransport: Transport = async (url, headers, proxy, signal) => {
  const init: BunRequest = {
    headers,
    signal,
    redirect: 'manual',
    decompress: false,
    // `false` is "none, whatever the environment says"; an empty string would not be.
    ...(proxy === undefined ? {} : { proxy: proxy ?? false }),
  };
  const response = await fetch(url, init);
  return {
    status: response.status,
    header: (name) => response.headers.get(name),
    body: response.body ?? emptyBody(),
    cancel: async () => {
      await response.body?.cancel().catch(() => {});
    },
  };
};

async function* emptyBody(): AsyncGenerator<Uint8Array> {}
