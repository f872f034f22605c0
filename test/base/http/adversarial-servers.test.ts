/** Servers that mean no good, spoken to over plain sockets: what they send is exactly what stands here. */
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { httpGet, readBody, type HttpOptions } from '../../../src/base/http/http-get.ts';
import { BRISK_RATE } from '../../../src/base/http/rate-floor.ts';
import { locationOf } from '../../support/location.ts';

type Answer = (socket: Socket, request: string) => void;

const servers: Server[] = [];
const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  for (const server of servers.splice(0)) server.close();
});

/** @returns its URL, without the slash at the end */
async function listen(answer: Answer): Promise<string> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (data) => answer(socket, data.toString('latin1')));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function get(url: string, options: HttpOptions = {}, maxBytes = 1 << 20): Promise<string> {
  const response = await httpGet(locationOf(url), options);
  return Buffer.from(await readBody(response, maxBytes)).toString('latin1');
}

/** Writes pieces for as long as somebody reads. */
function endlessly(socket: Socket, piece: string): void {
  const more = (): void => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on('drain', more);
  more();
}

const QUICK = { headersTimeoutMs: 400, idleTimeoutMs: 400 };

/** Two seconds for each piece, on a clock of a test's own. */
function slowClock(): () => number {
  let now = 0;
  return () => (now += 1000);
}

describe('a server that never comes to the point', () => {
  it.each<[string, Answer]>([
    ['says nothing', () => {}],
    [
      'sends headers without an end',
      (socket) => endlessly(socket, `HTTP/1.1 200 OK\r\nX-A: ${'x'.repeat(900)}\r\n`),
    ],
    [
      'sends one header without an end',
      (socket) => endlessly(socket, 'HTTP/1.1 200 OK\r\nX-A: '.padEnd(4096, 'x')),
    ],
    ['sends interim answers without an end', (socket) => endlessly(socket, 'HTTP/1.1 100 Continue\r\n\r\n')],
    [
      'sends early hints without an end',
      (socket) => endlessly(socket, 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'),
    ],
    ['speaks another language', (socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n')],
    ['hangs up', (socket) => socket.destroy()],
    [
      'switches protocols',
      (socket) =>
        socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
    ],
  ])('that %s is given up, and another may be tried', async (_, answer) => {
    const url = await listen(answer);
    await expect(get(url, QUICK)).rejects.toMatchObject({
      code: 'host-unreachable',
      retryable: true,
      hint: expect.any(String),
    });
  });

  it('that stops after its headers, or in the middle, is given up', async () => {
    for (const begin of ['', 'half']) {
      const url = await listen((socket) =>
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n${begin}`),
      );
      await expect(get(url, QUICK)).rejects.toMatchObject({ code: 'transfer-interrupted', retryable: true });
    }
  });

  it('that takes a connection and then speaks no TLS is given up', async () => {
    const url = (await listen(() => {})).replace('http:', 'https:');
    await expect(get(url, QUICK)).rejects.toMatchObject({ code: 'host-unreachable' });
  });

  it('is left at once where the caller gives up, also while the connection is being made', async () => {
    const url = (await listen(() => {})).replace('http:', 'https:');
    const controller = new AbortController();
    const began = performance.now();
    setTimeout(() => controller.abort(new Error('enough')), 100);
    await expect(get(url, { signal: controller.signal })).rejects.toThrow('enough');
    expect(performance.now() - began).toBeLessThan(5000);
  });

  it('that sends a byte now and then is given up when it fell below the floor for a minute', async () => {
    const url = await listen((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n');
      const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write('x')), 2);
    });
    await expect(get(url, { clock: slowClock() })).rejects.toMatchObject({
      code: 'transfer-interrupted',
      retryable: true,
      message: expect.stringContaining('less than 1024 bytes per second for 60 s'),
      details: { reason: 'SLOW' },
    });
    await expect(get(url, { clock: slowClock(), leastRate: BRISK_RATE })).rejects.toMatchObject({
      message: expect.stringContaining('less than 16384 bytes per second for 15 s'),
    });
  });
});

describe('a server that sends elsewhere', () => {
  const redirect =
    (to: (request: string) => string): Answer =>
    (socket, request) =>
      socket.write(`HTTP/1.1 302 Found\r\nLocation: ${to(request)}\r\nContent-Length: 0\r\n\r\n`);

  it('for ever is left after a few', async () => {
    let hops = 0;
    const url = await listen(redirect(() => `/${hops++}`));
    await expect(get(url)).rejects.toMatchObject({ code: 'too-many-redirects', hint: expect.any(String) });
    expect(hops).toBeLessThan(15);
  });

  it.each([
    'http://[',
    'http://host:99999/',
    'file:///etc/passwd',
    'ftp://host/x',
    'javascript:alert(1)',
    'data:text/plain,x',
    'gopher://host/',
  ])('to "%s" is refused, and that is no bug of ours', async (to) => {
    const url = await listen(redirect(() => to));
    await expect(get(url)).rejects.toMatchObject({
      code: 'bad-redirect',
      message: expect.not.stringContaining(to),
      hint: expect.any(String),
    });
  });

  it('and hands out a login is followed without it', async () => {
    const seen: string[] = [];
    const there = await listen((socket, request) => {
      seen.push(request);
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
    const url = await listen(redirect(() => `${there.replace('//', '//you:word@')}/x`));
    expect(await get(url)).toBe('ok');
    expect(seen.join()).not.toMatch(/authorization/i);
  });

  it('gets no login of ours, from whatever it came: neither there nor on the way back', async () => {
    const heard: string[] = [];
    const login = /^authorization: .*$/im;
    let there = '';
    const here = await listen((socket, request) => {
      heard.push(`here ${login.exec(request)?.[0] ?? 'none'}`);
      if (request.startsWith('GET /back')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      else redirect(() => `${there}/x`)(socket, request);
    });
    there = await listen((socket, request) => {
      heard.push(`there ${login.exec(request)?.[0] ?? 'none'}`);
      redirect(() => `${here}/back`)(socket, request);
    });
    for (const [url, authorization] of [
      [here.replace('//', '//me:s3cret@'), undefined],
      [here, () => 'Basic of-netrc'],
    ] as const) {
      heard.length = 0;
      expect(await get(url, { authorization })).toBe('ok');
      expect(heard).toEqual([
        expect.stringMatching(/^here authorization: Basic/i),
        'there none',
        'here none',
      ]);
    }
  });
});

describe('a server that sends something else than it says', () => {
  it('compressed a thousandfold: is not unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(8 << 20));
    const url = await listen((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`);
      socket.write(bomb);
    });
    expect((await get(url)).length).toBe(bomb.length);
  });

  it('more than is allowed, with and without a length: is cut off', async () => {
    for (const head of ['Content-Length: 99999999999', 'Transfer-Encoding: chunked', 'Connection: close']) {
      const piece = 'x'.repeat(4096);
      const body = head.startsWith('Transfer') ? `1000\r\n${piece}\r\n` : piece;
      const url = await listen((socket) => {
        socket.write(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n`);
        endlessly(socket, body);
      });
      await expect(get(url, QUICK, 100_000)).rejects.toMatchObject({ code: 'response-too-large' });
    }
  });

  it('less than it said: is an interrupted transfer', async () => {
    const url = await listen((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'));
    await expect(get(url, QUICK)).rejects.toMatchObject({ code: 'transfer-interrupted' });
  });

  it('two lengths, or a length and chunks: is no answer', async () => {
    for (const head of [
      'Content-Length: 4\r\nContent-Length: 8',
      'Content-Length: 4\r\nTransfer-Encoding: chunked',
    ]) {
      const url = await listen((socket) => socket.end(`HTTP/1.1 200 OK\r\n${head}\r\n\r\nhalf`));
      await expect(get(url, QUICK)).rejects.toMatchObject({
        code: expect.stringMatching(/host-unreachable|transfer-interrupted/),
      });
    }
  });

  it('chunks that are none: is an interrupted transfer', async () => {
    const url = await listen((socket) =>
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n'),
    );
    await expect(get(url, QUICK)).rejects.toMatchObject({
      code: expect.stringMatching(/host-unreachable|transfer-interrupted/),
    });
  });
});
