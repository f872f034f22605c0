/**
 * HTTP GET, and nothing else: time limits, proxies, redirects followed across hosts, bytes exactly as the server sends
 * them (never decoded by Content-Encoding: what is fetched here is compared with a digest).
 */
import { GpuSetupError } from '../errors.ts';
import { proxyFor } from './environment-proxy.ts';
import { interrupted, tooSlow, unreachable } from './failures.ts';
import type { Location } from './location.ts';
import { LEAST_RATE, RateFloor, type LeastRate } from './rate-floor.ts';
import { runtimeTransport, type RawResponse } from './transport.ts';
import { watchdog, type Watchdog } from './watchdog.ts';

export interface HttpOptions {
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal | undefined;
  /** Per address, redirects included: a proxy, null for none, undefined for what the environment says. */
  proxy?: ((location: Location) => Location | null | undefined) | undefined;
  /** Value of the Authorization header for the address asked for, where it has no login of its own. Never printed. */
  authorization?: ((location: Location) => string | undefined) | undefined;
  /** Until the status line is there, connecting included. Default 30 s. */
  headersTimeoutMs?: number | undefined;
  /** Between two pieces of the body. Default 30 s. */
  idleTimeoutMs?: number | undefined;
  /** Below which the body is given up. */
  leastRate?: LeastRate | undefined;
  /** Milliseconds that only grow; tests have a clock of their own. */
  clock?: (() => number) | undefined;
}

export interface HttpResponse {
  status: number;
  /** Of a header by its lower-case name. */
  header(name: string): string | null;
  /** After redirects. */
  location: Location;
  /** Can be read once. Throws GpuSetupError `transfer-interrupted` (retryable) where the connection breaks. */
  body: AsyncIterable<Uint8Array>;
  /** Gives the connection back without reading the rest. */
  cancel(): Promise<void>;
}

const MAX_REDIRECTS = 10;
export const DEFAULT_TIMEOUT_MS = 30_000;
const USER_AGENT = `gpu-setup/${__VERSION__}`;

/**
 * One GET. Any status is an answer; `host-unreachable`, `tls-failed` and `clock-wrong` are thrown where there is none.
 * A login goes to the origin that was asked for, as an Authorization header; a redirect to another one leaves it behind.
 */
export async function httpGet(asked: Location, options: HttpOptions = {}): Promise<HttpResponse> {
  const transport = await runtimeTransport();
  let location = asked;
  if (!asked.isHttp) throw new GpuSetupError('bad-url', `"${asked}" is not an http or https URL`);
  const { login } = asked.reveal();
  let authorization =
    login === null ? options.authorization?.(asked) : basicAuthorization(login.user, login.password);
  for (let hop = 0; ; hop++) {
    const watch = watchdog(options.signal);
    const headers: Record<string, string> = {
      'user-agent': USER_AGENT,
      'accept-encoding': 'identity',
      ...options.headers,
      ...(authorization === undefined ? {} : { authorization }),
    };
    const said = options.proxy?.(location);
    const proxy = said === undefined ? proxyFor(location, process.env) : said;
    let response: RawResponse;
    watch.arm(options.headersTimeoutMs ?? DEFAULT_TIMEOUT_MS, 'no answer');
    try {
      response = await transport(location, headers, proxy, watch.signal);
    } catch (error) {
      const from = location;
      throw watch.translate(error, (reason) => unreachable(from, proxy, reason));
    } finally {
      watch.disarm();
    }
    const header = response.header('location');
    if (response.status >= 300 && response.status < 400 && response.status !== 304 && header !== null) {
      await response.cancel();
      if (hop >= MAX_REDIRECTS) {
        throw new GpuSetupError('too-many-redirects', `${asked} redirects more than ${MAX_REDIRECTS} times`);
      }
      const next = location.redirectedTo(header);
      if (next === null) {
        throw new GpuSetupError('bad-redirect', `${location} redirects to no http or https address`);
      }
      // A password belongs to the origin that it was given for, and does not come back from another.
      if (!next.sameOrigin(location)) authorization = undefined;
      location = next;
      continue;
    }
    return {
      status: response.status,
      header: response.header,
      location,
      body: guardedBody(response.body, location, watch, options),
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
        `${response.location} is larger than the ${maxBytes} bytes that are expected`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

export function basicAuthorization(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
}

async function* guardedBody(
  body: AsyncIterable<Uint8Array>,
  location: Location,
  watch: Watchdog,
  {
    idleTimeoutMs = DEFAULT_TIMEOUT_MS,
    leastRate = LEAST_RATE,
    clock = () => performance.now(),
  }: HttpOptions,
): AsyncGenerator<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  const floor = new RateFloor(leastRate);
  let finished = false;
  try {
    for (;;) {
      watch.arm(idleTimeoutMs, 'nothing more came');
      const asked = clock();
      const next = await iterator.next();
      // The consumer may take its time (a slow disk): the clock runs for the server only.
      watch.disarm();
      if (next.done) break;
      const isTooSlow = floor.add(next.value.length, clock() - asked);
      yield next.value;
      if (isTooSlow) throw tooSlow(location, leastRate);
    }
    finished = true;
  } catch (error) {
    if (error instanceof GpuSetupError) throw error;
    finished = true;
    throw watch.translate(error, (why) => interrupted(location, why));
  } finally {
    watch.disarm();
    if (!finished) await iterator.return?.();
  }
}
