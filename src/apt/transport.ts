/** Getting bytes below a repository's URI, over http(s) or from a file: URI. */
import { open, type FileHandle } from 'node:fs/promises';
import { constants } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { GpuSetupError, messageOf, systemCode } from '../base/errors.ts';
import {
  DEFAULT_TIMEOUT_MS,
  httpGet,
  readBody,
  type HttpOptions,
  type HttpResponse,
} from '../base/http/http-get.ts';
import { proxyLogin, SLOW } from '../base/http/failures.ts';
import type { Location } from '../base/http/location.ts';
import { BRISK_RATE } from '../base/http/rate-floor.ts';
import { retrying, type RetryOptions } from '../base/retry.ts';
import { retryDelay, sayOnce, type AptContext } from './context.ts';
import type { HostApt } from './host/configuration.ts';
import { withConnection } from './servers/connections.ts';

export interface GetOptions {
  /** The host's proxies and logins, where the source comes from the host's configuration. */
  host?: HostApt | undefined;
  headers?: Readonly<Record<string, string>>;
  /** First byte wanted. */
  from?: number;
  /** ETag or Last-Modified of what is continued. */
  ifRange?: string | undefined;
  /** Asks every cache on the way for the origin's bytes. */
  fresh?: boolean;
  /** There is another server to go to: this one is not waited for as long as the only one would be. */
  brisk?: boolean;
}

const BRISK = { headersTimeoutMs: 10_000, idleTimeoutMs: 10_000, leastRate: BRISK_RATE };

const FRESH = { 'cache-control': 'no-cache, max-age=0', pragma: 'no-cache' };

/**
 * One attempt. 200, 404, 403 and 410 are answers, where a part was asked for 206 and 416 too; other statuses are thrown
 * (`http-error`).
 */
export async function get(
  location: Location,
  context: AptContext,
  options: GetOptions = {},
): Promise<HttpResponse> {
  const from = options.from ?? 0;
  if (location.protocol === 'file:') return fileResponse(location, from);
  const asked: HttpOptions = {
    ...(options.brisk === true ? BRISK : {}),
    ...context.limits,
    signal: context.signal,
    proxy: options.host?.proxy,
    authorization: options.host?.authorization,
    headers: {
      ...options.headers,
      ...(options.fresh ? FRESH : {}),
      ...(from > 0 ? { range: `bytes=${from}-` } : {}),
      ...(from > 0 && options.ifRange !== undefined ? { 'if-range': options.ifRange } : {}),
    },
  };
  const response = await withConnection(location, () => withWordOnWaiting(location, context, asked));
  const { status } = response;
  if ([200, 403, 404, 410, ...(from > 0 ? [206, 416] : [])].includes(status)) return response;
  await response.cancel();
  throw new GpuSetupError('http-error', `${location} answers ${status}`, {
    hint:
      status === 407
        ? proxyLogin
        : status === 401
          ? 'the server wants a login'
          : 'try again later, or use another source',
    retryable: status >= 500 || status === 408 || status === 429,
    details: { status },
  });
}

/** The whole file, or null where the server does not have it (403, 404, 410); retried where that may help. */
export async function getBytes(
  location: Location,
  maxBytes: number,
  context: AptContext,
  options: GetOptions = {},
): Promise<Uint8Array | null> {
  return retrying(
    async () => {
      const response = await get(location, context, options);
      if (response.status !== 200) {
        await response.cancel();
        return null;
      }
      const expected = response.header('content-length');
      const body = await readBody(response, maxBytes);
      if (expected !== null && Number(expected) !== body.length) {
        throw new GpuSetupError(
          'transfer-interrupted',
          `${location} ended after ${body.length} of ${expected} bytes`,
          {
            retryable: true,
          },
        );
      }
      return body;
    },
    { attempts: options.brisk === true ? 2 : 4, ...patience(context, options.brisk) },
  );
}

/** How failed requests are repeated, and that each is said: nobody waits without knowing what for. */
export function patience(context: AptContext, brisk = false): Omit<RetryOptions, 'attempts'> {
  return {
    // Whoever did not answer in time will not do so at once.
    worthwhile: (error) => !brisk || !['ETIMEDOUT', SLOW].includes(String(error.details?.['reason'])),
    delayMs: retryDelay(context),
    signal: context.signal,
    onRetry: (error) => sayOnce(context, `${error.message}: trying again`),
  };
}

/** Before it is said that a server takes its time. */
const SILENCE_MS = 5_000;

async function withWordOnWaiting(
  location: Location,
  context: AptContext,
  options: HttpOptions,
): Promise<HttpResponse> {
  const limit = (options.headersTimeoutMs ?? DEFAULT_TIMEOUT_MS) / 1000;
  const text = `waiting for ${location.host} to answer, ${limit} s at most`;
  const timer = setTimeout(() => sayOnce(context, text), SILENCE_MS);
  try {
    return await httpGet(location, options);
  } finally {
    clearTimeout(timer);
  }
}

async function fileResponse(location: Location, from: number): Promise<HttpResponse> {
  const answer = (status: number, body: HttpResponse['body'], size = 0): HttpResponse => ({
    status,
    header: (name) =>
      name === 'content-range' && status === 206 ? `bytes ${from}-${size - 1}/${size}` : null,
    location,
    body,
    cancel: async () => {},
  });
  let file: FileHandle | undefined;
  try {
    // A pipe must not be waited for, and a device has no end.
    file = await open(fileURLToPath(location.toString()), constants.O_RDONLY | constants.O_NONBLOCK);
    const found = await file.stat();
    if (!found.isFile()) throw new Error('it is not a file');
    return answer(from > 0 ? 206 : 200, pieces(file, from, location), found.size);
  } catch (error) {
    await file?.close();
    if (systemCode(error) === 'ENOENT') return answer(404, pieces(null, 0, location));
    throw unreadable(location, error);
  }
}

const PIECE = 1 << 18;

async function* pieces(file: FileHandle | null, from: number, location: Location): AsyncGenerator<Buffer> {
  if (file === null) return;
  try {
    for (let at = from; ;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(PIECE), 0, PIECE, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } catch (error) {
    throw unreadable(location, error);
  } finally {
    await file.close();
  }
}

function unreadable(location: Location, cause: unknown): GpuSetupError {
  return new GpuSetupError('file-unreadable', `cannot read ${location.pathname}: ${messageOf(cause)}`, {
    cause,
  });
}
