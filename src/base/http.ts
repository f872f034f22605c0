/**
 * HTTP GET, and nothing else: time limits, proxies, redirects followed across hosts, bytes exactly as the server sends
 * them (never decoded by Content-Encoding: what is fetched here is compared with a digest).
 *
 * Node's own fetch ignores http_proxy and decodes bodies, so undici is used there. Bun replaces undici by a shim of its
 * own, but its fetch honours the proxy variables and can be told not to decode.
 */
import { GpuSetupError, messageOf, systemCode } from './errors.ts';

export interface HttpOptions {
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal | undefined;
  /** Per URL, redirects included: a proxy's URL, null for none, undefined for what the environment says. */
  proxy?: ((url: URL) => string | null | undefined) | undefined;
  /** Value of the Authorization header for a URL, where there is one. Never printed. */
  authorization?: ((url: URL) => string | undefined) | undefined;
  /** Until the status line is there, connecting included. Default 30 s. */
  headersTimeoutMs?: number | undefined;
  /** Between two pieces of the body. Default 30 s. */
  idleTimeoutMs?: number | undefined;
}

export interface HttpResponse {
  status: number;
  /** Of a header by its lower-case name. */
  header(name: string): string | null;
  /** After redirects, without credentials. */
  url: string;
  /** Can be read once. Throws GpuSetupError `transfer-interrupted` (retryable) where the connection breaks. */
  body: AsyncIterable<Uint8Array>;
  /** Gives the connection back without reading the rest. */
  cancel(): Promise<void>;
}

interface RawResponse {
  status: number;
  header(name: string): string | null;
  body: AsyncIterable<Uint8Array>;
  cancel(): Promise<void>;
}

type Transport = (
  url: string,
  headers: Record<string, string>,
  proxy: string | null | undefined,
  signal: AbortSignal,
) => Promise<RawResponse>;

const MAX_REDIRECTS = 10;
const DEFAULT_TIMEOUT_MS = 30_000;
const USER_AGENT = `gpu-setup/${__VERSION__}`;

/**
 * One GET. Any status is an answer; `host-unreachable` and `tls-failed` are thrown where there is none.
 * Credentials in a URL ("http://user:word@host/") become an Authorization header.
 */
export async function httpGet(address: string, options: HttpOptions = {}): Promise<HttpResponse> {
  const transport = process.versions['bun'] === undefined ? await nodeTransport() : bunTransport;
  let url = parseHttpUrl(address);
  let own = takeCredentials(url);
  for (let hop = 0; ; hop++) {
    const watch = watchdog(options.signal);
    const authorization = own ?? options.authorization?.(url);
    const headers: Record<string, string> = {
      'user-agent': USER_AGENT,
      'accept-encoding': 'identity',
      ...options.headers,
      ...(authorization === undefined ? {} : { authorization }),
    };
    let response: RawResponse;
    watch.arm(options.headersTimeoutMs ?? DEFAULT_TIMEOUT_MS, 'no answer');
    try {
      response = await transport(url.href, headers, options.proxy?.(url), watch.signal);
    } catch (error) {
      throw watch.translate(error, (reason) => unreachable(url, reason));
    } finally {
      watch.disarm();
    }
    const location = response.header('location');
    if (response.status >= 300 && response.status < 400 && response.status !== 304 && location !== null) {
      await response.cancel();
      if (hop >= MAX_REDIRECTS) {
        throw new GpuSetupError(
          'too-many-redirects',
          `${displayUrl(address)} redirects more than ${MAX_REDIRECTS} times`,
        );
      }
      const next = parseHttpUrl(new URL(location, url).href);
      const granted = takeCredentials(next);
      // A password belongs to the host that it was given for.
      own = granted ?? (next.origin === url.origin ? own : undefined);
      url = next;
      continue;
    }
    const from = url;
    return {
      status: response.status,
      header: response.header,
      url: displayUrl(url.href),
      body: guardedBody(response.body, from, watch, options.idleTimeoutMs ?? DEFAULT_TIMEOUT_MS),
      cancel: response.cancel,
    };
  }
}

/** Reads a body into memory; more than maxBytes is `response-too-large`. */
export async function readBody(response: HttpResponse, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body) {
    length += chunk.length;
    if (length > maxBytes) {
      throw new GpuSetupError(
        'response-too-large',
        `${response.url} is larger than the ${maxBytes} bytes that are expected`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/** A URL as it may be shown: without user, password, query. */
export function displayUrl(address: string): string {
  if (!URL.canParse(address)) return '(not a URL)';
  const url = new URL(address);
  url.username = '';
  url.password = '';
  url.search = '';
  url.hash = '';
  return url.href;
}

function parseHttpUrl(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new GpuSetupError('bad-url', `"${displayUrl(address)}" is not an http or https URL`);
  }
  return url;
}

function takeCredentials(url: URL): string | undefined {
  if (url.username === '' && url.password === '') return undefined;
  const value = basicAuthorization(decodeURIComponent(url.username), decodeURIComponent(url.password));
  url.username = '';
  url.password = '';
  return value;
}

export function basicAuthorization(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
}

/** One timer at a time that aborts the request, told apart from the caller's own abort. */
function watchdog(outer: AbortSignal | undefined) {
  const controller = new AbortController();
  const signal = outer === undefined ? controller.signal : AbortSignal.any([outer, controller.signal]);
  let timer: NodeJS.Timeout | undefined;
  let expired: string | undefined;
  const disarm = (): void => {
    clearTimeout(timer);
  };
  return {
    signal,
    disarm,
    arm(ms: number, what: string): void {
      disarm();
      timer = setTimeout(() => {
        expired = `${what} within ${ms / 1000} s`;
        controller.abort();
      }, ms);
    },
    /** The caller's abort as it is; everything else in our words. */
    translate(
      error: unknown,
      wrap: (reason: { text: string; code: string | undefined; error: unknown }) => unknown,
    ): unknown {
      if (outer?.aborted) return outer.reason ?? error;
      if (expired !== undefined) return wrap({ text: expired, code: 'ETIMEDOUT', error });
      const code = deepCode(error);
      // A mistake in this program is no state of the network.
      if (code === undefined && error instanceof TypeError) return error;
      return wrap({ text: REASONS[code ?? ''] ?? messageOf(error), code, error });
    },
  };
}

const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name cannot be resolved',
  EAI_AGAIN: 'its name cannot be resolved now (no network, or no name server answers)',
  ECONNREFUSED: 'the connection was refused',
  ConnectionRefused: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  ENETUNREACH: 'there is no route to its network',
  EHOSTUNREACH: 'there is no route to it',
  UND_ERR_CONNECT_TIMEOUT: 'it does not accept connections in time',
};

/** undici and AggregateError keep the telling code one level down. */
function deepCode(error: unknown): string | undefined {
  const inner = (error as { cause?: unknown; errors?: unknown[] } | null) ?? {};
  return systemCode(error) ?? systemCode(inner.cause) ?? systemCode(inner.errors?.[0]);
}

function unreachable(
  url: URL,
  reason: { text: string; code: string | undefined; error: unknown },
): GpuSetupError {
  const { code, text, error } = reason;
  if (/CERT|SELF_SIGNED|ERR_TLS|UNABLE_TO_/.test(code ?? '')) {
    return new GpuSetupError('tls-failed', `the certificate of ${url.host} is not accepted: ${text}`, {
      hint: 'where a proxy inspects TLS, name its CA certificate: export NODE_EXTRA_CA_CERTS=/path/ca.pem',
      cause: error,
      details: { host: url.host, reason: code ?? null },
    });
  }
  return new GpuSetupError('host-unreachable', `cannot reach ${url.host}: ${text}`, {
    hint: 'check the network; behind a proxy set http_proxy and https_proxy',
    retryable: true,
    cause: error,
    details: { host: url.host, reason: code ?? null },
  });
}

async function* guardedBody(
  body: AsyncIterable<Uint8Array>,
  url: URL,
  watch: ReturnType<typeof watchdog>,
  idleMs: number,
): AsyncGenerator<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  let finished = false;
  try {
    for (;;) {
      watch.arm(idleMs, 'nothing more came');
      const next = await iterator.next();
      // The consumer may take its time (a slow disk): the clock runs for the server only.
      watch.disarm();
      if (next.done) break;
      yield next.value;
    }
    finished = true;
  } catch (error) {
    finished = true;
    throw watch.translate(
      error,
      ({ text, code }) =>
        new GpuSetupError('transfer-interrupted', `the transfer from ${url.host} broke off: ${text}`, {
          hint: 'run the same command again: what was fetched is kept',
          retryable: true,
          cause: error,
          details: { host: url.host, reason: code ?? null },
        }),
    );
  } finally {
    watch.disarm();
    if (!finished) await iterator.return?.();
  }
}

/* --- Node ------------------------------------------------------------------------------------------------------ */

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
  return ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'no_proxy', 'NO_PROXY']
    .map((name) => process.env[name] ?? '')
    .join(' ');
}

/* --- Bun ------------------------------------------------------------------------------------------------------- */

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
