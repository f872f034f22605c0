/**
 * HTTP GET, and nothing else: time limits, proxies, redirects followed across hosts, bytes exactly as the server sends
 * them (never decoded by Content-Encoding: what is fetched here is compared with a digest).
 */
import { GpuSetupError } from '../errors.ts';
import { runtimeTransport, type RawResponse } from './transport.ts';
import { watchdog, type Interruption, type Watchdog } from './watchdog.ts';

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

const MAX_REDIRECTS = 10;
const DEFAULT_TIMEOUT_MS = 30_000;
const USER_AGENT = `gpu-setup/${__VERSION__}`;

/**
 * One GET. Any status is an answer; `host-unreachable` and `tls-failed` are thrown where there is none.
 * Credentials in a URL ("http://user:word@host/") become an Authorization header.
 */
export async function httpGet(address: string, options: HttpOptions = {}): Promise<HttpResponse> {
  const transport = await runtimeTransport();
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

function unreachable(url: URL, { code, text, error }: Interruption): GpuSetupError {
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
  watch: Watchdog,
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
