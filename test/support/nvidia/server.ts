/** A static server on loopback that can misbehave on purpose. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join, normalize } from 'node:path';

/** What to do to a request whose path ends with `path`; `times` requests, then it behaves again. */
export type Fault =
  | { path: string; times: number; kind: 'status'; status: number }
  /** Sends that many bytes of the body and cuts the connection. */
  | { path: string; times: number; kind: 'cut'; after: number }
  /** Sends other bytes of the same length. */
  | { path: string; times: number; kind: 'corrupt' };

export interface FakeServer {
  /** http://127.0.0.1:PORT */
  url: string;
  /** Paths that were asked for, in order. */
  requests: string[];
  faults: Fault[];
  close(): Promise<void>;
}

export async function serve(root: string): Promise<FakeServer> {
  const requests: string[] = [];
  const faults: Fault[] = [];
  const server: Server = createServer((request, response) => {
    void (async () => {
      const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
      requests.push(path);
      const fault = faults.find((item) => item.times > 0 && path.endsWith(item.path));
      if (fault) fault.times -= 1;
      if (fault?.kind === 'status') {
        response.writeHead(fault.status).end();
        return;
      }
      let body: Buffer;
      try {
        body = await readFile(join(root, normalize(path)));
      } catch {
        response.writeHead(404).end('not found');
        return;
      }
      if (fault?.kind === 'corrupt') body = Buffer.from(body.map((byte) => byte ^ 0x55));
      const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
      const start = range ? Number(range[1]) : 0;
      const rest = body.subarray(start);
      response.writeHead(range ? 206 : 200, {
        'content-length': rest.length,
        'accept-ranges': 'bytes',
        etag: `"${body.length}"`,
        ...(range ? { 'content-range': `bytes ${start}-${body.length - 1}/${body.length}` } : {}),
      });
      if (fault?.kind === 'cut') {
        response.write(rest.subarray(0, fault.after), () => response.destroy());
        return;
      }
      response.end(rest);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    faults,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
