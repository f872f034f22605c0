/** Getting bytes below a repository's URI, over http(s) or from a file: URI. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { GpuSetupError, messageOf, systemCode } from '../base/errors.ts';
import { displayUrl, httpGet, readBody, type HttpResponse } from '../base/http/http-get.ts';
import { retrying } from '../base/retry.ts';
import { retryDelay, type AptContext } from './context.ts';
import type { HostApt } from './host/configuration.ts';

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
}

const FRESH = { 'cache-control': 'no-cache, max-age=0', pragma: 'no-cache' };

/** URL of a path below a base URI. "+" stays as it is: NVIDIA's host takes it literally, in names like "+cuda10.0". */
export function urlBelow(base: string, path: string): string {
  const encoded = path
    .split('/')
    .map((part) => encodeURIComponent(part).replaceAll('%2B', '+').replaceAll('%3A', ':'));
  return `${base.replace(/\/*$/, '/')}${encoded.join('/')}`;
}

/** One attempt. 200, 206 and 416 are answers, as are 404, 403 and 410; other statuses are thrown (`http-error`). */
export async function get(url: string, context: AptContext, options: GetOptions = {}): Promise<HttpResponse> {
  if (/^file:/i.test(url)) return fileResponse(url, options.from ?? 0);
  const from = options.from ?? 0;
  const response = await httpGet(url, {
    signal: context.signal,
    proxy: options.host?.proxy,
    authorization: options.host?.authorization,
    headers: {
      ...options.headers,
      ...(options.fresh ? FRESH : {}),
      ...(from > 0 ? { range: `bytes=${from}-` } : {}),
      ...(from > 0 && options.ifRange !== undefined ? { 'if-range': options.ifRange } : {}),
    },
  });
  const { status } = response;
  if ([200, 206, 403, 404, 410, 416].includes(status)) return response;
  await response.cancel();
  throw new GpuSetupError('http-error', `${displayUrl(url)} answers ${status}`, {
    hint:
      status === 401 || status === 407
        ? 'the server or proxy wants a login'
        : 'try again later, or use another source',
    retryable: status >= 500 || status === 408 || status === 429,
    details: { status },
  });
}

/** The whole file, or null where the server does not have it (403, 404, 410); retried where that may help. */
export async function getBytes(
  url: string,
  maxBytes: number,
  context: AptContext,
  options: GetOptions = {},
): Promise<Uint8Array | null> {
  return retrying(
    async () => {
      const response = await get(url, context, options);
      if (response.status !== 200) {
        await response.cancel();
        return null;
      }
      const expected = response.header('content-length');
      const body = await readBody(response, maxBytes);
      if (expected !== null && Number(expected) !== body.length) {
        throw new GpuSetupError(
          'transfer-interrupted',
          `${displayUrl(url)} ended after ${body.length} of ${expected} bytes`,
          {
            retryable: true,
          },
        );
      }
      return body;
    },
    { attempts: 4, delayMs: retryDelay(context), signal: context.signal },
  );
}

async function fileResponse(url: string, from: number): Promise<HttpResponse> {
  const path = fileURLToPath(url.replace(/^file:\/{0,2}(?=\/)/i, 'file://'));
  let size: number;
  try {
    size = (await stat(path)).size;
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') {
      throw new GpuSetupError('file-unreadable', `cannot read ${path}: ${messageOf(error)}`, {
        cause: error,
      });
    }
    return { status: 404, header: () => null, url, body: Readable.from([]), cancel: async () => {} };
  }
  const body = createReadStream(path, { start: from });
  return {
    status: from > 0 ? 206 : 200,
    header: (name) => (name === 'content-range' ? `bytes ${from}-${size - 1}/${size}` : null),
    url,
    body,
    cancel: async () => {
      body.destroy();
    },
  };
}
