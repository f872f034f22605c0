/**
 * One request of each runtime, which is told the proxy. Node's own fetch decodes bodies, so undici is used there. Bun
 * replaces undici by a shim of its own, but its fetch can be told not to decode, and to leave its environment alone.
 */
import type { Socket } from 'node:net';
import { abortable } from '../abortable.ts';
import type { Location } from './location.ts';

/** The answer to one request, redirects not followed. */
export interface RawResponse {
  status: number;
  header(name: string): string | null;
  body: AsyncIterable<Uint8Array>;
  cancel(): Promise<void>;
}

/** @param proxy null for none, whatever the environment says */
export type Transport = (
  location: Location,
  headers: Record<string, string>,
  proxy: Location | null,
  signal: AbortSignal,
) => Promise<RawResponse>;

export function runtimeTransport(): Promise<Transport> {
  return process.versions['bun'] === undefined ? nodeTransport() : Promise.resolve(bunTransport);
}

let node: Promise<Transport> | undefined;

/** As undici's own connector is, whose published type leaves the socket out. */
type Connect = (
  options: unknown,
  callback: (...result: [Error, null] | [null, Socket]) => void,
) => Socket | undefined;

/** A connection that is being made keeps the process alive only as long as somebody waits for it. */
function whileWanted(connect: Connect) {
  return (options: unknown, callback: Parameters<Connect>[1]): void => {
    const socket = connect(options, (...result) => {
      result[1]?.ref();
      callback(...result);
    });
    socket?.unref();
  };
}

function nodeTransport(): Promise<Transport> {
  node ??= loadUndici();
  return node;
}

async function loadUndici(): Promise<Transport> {
  // The default export: bundled CommonJS has no others.
  const { default: undici } = await import('undici');
  const { Agent, buildConnector, ProxyAgent, request } = undici;
  const connect = buildConnector({ timeout: 15_000 }) as Connect;
  // Our own watchdog does the timing; connections get a shorter limit so that a second address can be tried.
  const common = { connect: whileWanted(connect), headersTimeout: 0, bodyTimeout: 0 };
  // Without a tunnel for plain http, as apt does it: caching proxies (apt-cacher-ng) refuse CONNECT to port 80.
  const proxied = { ...common, proxyTunnel: false };
  const dispatchers = new Map<string | null, InstanceType<typeof Agent | typeof ProxyAgent>>();
  const dispatcherFor = (proxy: Location | null) => {
    const uri = proxy === null ? null : whole(proxy);
    let dispatcher = dispatchers.get(uri);
    if (dispatcher === undefined) {
      dispatcher = uri === null ? new Agent(common) : new ProxyAgent({ ...proxied, uri });
      dispatchers.set(uri, dispatcher);
    }
    return dispatcher;
  };
  return async (location, headers, proxy, signal) => {
    const { url } = location.reveal();
    // undici hears of an abort only when it is connected, or gives that up.
    const response = await abortable(
      request(url, { method: 'GET', headers, signal, dispatcher: dispatcherFor(proxy) }),
      signal,
    );
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

/** With the login, as both runtimes want a proxy. */
function whole(proxy: Location): string {
  const { url, login } = proxy.reveal();
  if (login === null) return url;
  const full = new URL(url);
  full.username = encodeURIComponent(login.user);
  full.password = encodeURIComponent(login.password);
  return full.href;
}

interface BunRequest extends RequestInit {
  decompress: boolean;
  proxy: string | false;
}

const bunTransport: Transport = async (location, headers, proxy, signal) => {
  const init: BunRequest = {
    headers,
    signal,
    redirect: 'manual',
    decompress: false,
    // `false` is "none, whatever the environment says"; an empty string would not be.
    proxy: proxy === null ? false : whole(proxy),
  };
  const response = await fetch(location.reveal().url, init);
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
