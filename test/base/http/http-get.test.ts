import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  basicAuthorization,
  httpGet as httpGetAt,
  readBody,
  type HttpOptions,
  type HttpResponse,
} from '../../../src/base/http/http-get.ts';
import { locationOf } from '../../support/location.ts';

let answer: RequestListener;
let seen: IncomingMessage[];
let server: Server;
let other: Server;
let url: string;
let otherUrl: string;

const listen = (one: Server): Promise<string> =>
  new Promise((resolve) =>
    one.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(one.address() as AddressInfo).port}`)),
  );

beforeEach(async () => {
  seen = [];
  const handler: RequestListener = (request, response) => {
    seen.push(request);
    answer(request, response);
  };
  server = createServer(handler);
  other = createServer(handler);
  [url, otherUrl] = await Promise.all([listen(server), listen(other)]);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const one of [server, other]) {
    one.closeAllConnections();
    await new Promise((resolve) => one.close(resolve));
  }
});

const httpGet = (address: string, options: HttpOptions = {}): Promise<HttpResponse> =>
  httpGetAt(locationOf(address), options);

const text = async (address: string, options = {}): Promise<string> =>
  Buffer.from(await readBody(await httpGet(address, options), 1 << 20)).toString();

describe('HTTP GET', () => {
  it('gives bytes as the server sends them, whatever it calls their encoding', async () => {
    const gz = gzipSync('Package: x');
    answer = (_, response) => response.writeHead(200, { 'content-encoding': 'x-gzip' }).end(gz);
    expect(Buffer.from(await readBody(await httpGet(url), 1000)).equals(gz)).toBe(true);
    expect(seen[0]!.headers['accept-encoding']).toBe('identity');
  });

  it('follows redirects to other hosts, and leaves the password at home', async () => {
    answer = (request, response) => {
      if (request.url === '/a') response.writeHead(301, { location: `${otherUrl}/b` }).end();
      else response.end('there');
    };
    expect(await text(url.replace('//', '//user:p%40ss@') + '/a')).toBe('there');
    expect(seen[0]!.headers.authorization).toBe(basicAuthorization('user', 'p@ss'));
    expect(seen[1]!.headers.authorization).toBeUndefined();
  });

  it('ends a circle of redirects', async () => {
    answer = (_, response) => response.writeHead(302, { location: '/' }).end();
    await expect(httpGet(url)).rejects.toMatchObject({ code: 'too-many-redirects' });
  });

  it('refuses a redirect to something that is not http', async () => {
    answer = (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end();
    await expect(httpGet(url)).rejects.toMatchObject({ code: 'bad-redirect' });
  });

  it('uses a proxy from the environment, without a tunnel for plain http, and heeds no_proxy', async () => {
    answer = (request, response) => response.end(request.url);
    vi.stubEnv('http_proxy', url);
    vi.stubEnv('no_proxy', '');
    expect(await text('http://mirror.invalid/dists/x')).toBe('http://mirror.invalid/dists/x');
    vi.stubEnv('no_proxy', '127.0.0.1');
    expect(await text(`${otherUrl}/direct`)).toBe('/direct');
  });

  it('gives a proxy its login, and says which one wants it where it has none, with a tunnel and without', async () => {
    const ways: string[] = [];
    const said: (string | undefined)[] = [];
    answer = (request, response) => {
      said.push(request.headers['proxy-authorization']);
      if (said.at(-1) === undefined) response.writeHead(407, { 'proxy-authenticate': 'Basic' }).end();
      else response.end('let in');
    };
    server.on('connect', (request, socket) => {
      ways.push(request.url!);
      said.push(request.headers['proxy-authorization']);
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\n\r\n');
    });
    vi.stubEnv('no_proxy', '');
    vi.stubEnv('http_proxy', url.replace('//', '//me:s3cret@'));
    expect(await text('http://mirror.invalid/x')).toBe('let in');
    expect(said).toEqual([basicAuthorization('me', 's3cret')]);
    vi.stubEnv('http_proxy', url);
    vi.stubEnv('https_proxy', url);
    for (const address of ['http://mirror.invalid/x', 'https://mirror.invalid/x'])
      await expect(httpGet(address), address).rejects.toMatchObject({
        code: 'http-error',
        details: { status: 407, proxy: new URL(url).host },
        hint: expect.stringContaining('USER:PASSWORD@'),
      });
    expect(ways).toEqual(['mirror.invalid:443']);
  });

  it('asks a host in a network of no_proxy without the proxy', async () => {
    answer = (request, response) => response.end(request.url);
    vi.stubEnv('http_proxy', 'http://127.0.0.1:9');
    vi.stubEnv('no_proxy', 'example.com,127.0.0.0/8');
    expect(await text(`${url}/direct`)).toBe('/direct');
  });

  it('prefers what the caller says about proxies', async () => {
    answer = (request, response) => response.end(request.url);
    vi.stubEnv('http_proxy', 'http://127.0.0.1:9');
    expect(await text(`${url}/x`, { proxy: () => null })).toBe('/x');
    expect(await text('http://mirror.invalid/x', { proxy: () => locationOf(url) })).toBe(
      'http://mirror.invalid/x',
    );
  });

  it('says why a host cannot be reached, and that it may be later', async () => {
    await expect(httpGet('http://127.0.0.1:9/x')).rejects.toMatchObject({
      code: 'host-unreachable',
      retryable: true,
      message: 'cannot reach 127.0.0.1:9: the connection was refused',
    });
    await expect(httpGet('http://no-such-host.invalid/')).rejects.toMatchObject({ code: 'host-unreachable' });
  });

  it('does not wait for ever for an answer, nor for the next piece of it', async () => {
    answer = () => {};
    await expect(httpGet(url, { headersTimeoutMs: 50 })).rejects.toMatchObject({
      code: 'host-unreachable',
      message: expect.stringContaining('no answer within 0.05 s'),
    });
    answer = (_, response) => void response.writeHead(200, { 'content-length': 10 }).write('half');
    await expect(text(url, { idleTimeoutMs: 50 })).rejects.toMatchObject({
      code: 'transfer-interrupted',
      retryable: true,
    });
  });

  it('reports a broken connection as interrupted', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': 10 });
      response.write('half', () => setTimeout(() => response.destroy(), 10));
    };
    await expect(text(url)).rejects.toMatchObject({ code: 'transfer-interrupted' });
  });

  it('throws the caller’s own reason when the caller gives up', async () => {
    const controller = new AbortController();
    answer = () => controller.abort(new Error('enough'));
    await expect(httpGet(url, { signal: controller.signal })).rejects.toThrow('enough');
  });

  it('reads no more than is allowed', async () => {
    answer = (_, response) => response.end(Buffer.alloc(2000));
    await expect(httpGet(url).then((response) => readBody(response, 1999))).rejects.toMatchObject({
      code: 'response-too-large',
    });
  });
});
