/**
 * What a repository's server can do wrong, each a switch for the addresses that a pattern names: put onto the server of
 * test/apt/repository.ts, which goes on to serve everything else as it should. Switches of one address follow each other:
 * one that was used as often as it may be gives way to the next.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sha256, type TestServer } from '../apt/repository.ts';

export interface Asked {
  path: string;
  /** What a healthy server has there; empty: nothing. */
  bytes: Buffer;
  /** First byte wanted. */
  from: number;
  request: IncomingMessage;
  response: ServerResponse;
}

/** Answers a request in its own way. */
export type Fault = (asked: Asked) => void;

/** @returns how a fault is switched on; all of them are off after `server.intercept = null` */
export function faultsOf(server: TestServer): (where: RegExp, fault: Fault, times?: number) => void {
  const switched: { where: RegExp; fault: Fault; left: number }[] = [];
  server.intercept = (path, request, response) => {
    const found = switched.find(({ where, left }) => left > 0 && where.test(path));
    if (found === undefined) return false;
    found.left -= 1;
    const bytes = Buffer.from(server.files.get(path) ?? '');
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    found.fault({ path, bytes, from, request, response });
    return true;
  };
  return (where, fault, times = Infinity) => void switched.push({ where, fault, left: times });
}

/** The head of a right answer. */
function head(
  { bytes, from, response }: Asked,
  changes: Readonly<Record<string, string | number>> = {},
): void {
  const range = from > 0 ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {};
  response.writeHead(from > 0 ? 206 : 200, {
    'content-length': bytes.length - from,
    etag: `"${sha256(bytes).slice(0, 8)}"`,
    ...range,
    ...changes,
  });
}

/** As it should be: for a fault that is in the bytes. */
export const serves: Fault = (asked) => {
  head(asked);
  asked.response.end(asked.bytes.subarray(asked.from));
};

/** Sends so many bytes of what is asked for, and cuts the connection. */
export const cut =
  (after: number): Fault =>
  (asked) => {
    head(asked);
    asked.response.write(asked.bytes.subarray(asked.from, asked.from + after), () => {
      // What was written is on its way first.
      setTimeout(() => asked.response.destroy(), 5);
    });
  };

/** Sends so many bytes, and then nothing, for ever; below zero not even the status line. */
export const stalled =
  (after: number): Fault =>
  (asked) => {
    if (after < 0) return;
    head(asked);
    asked.response.flushHeaders();
    asked.response.write(asked.bytes.subarray(asked.from, asked.from + after));
  };

/** A byte now and then. */
export const slow =
  (everyMs: number): Fault =>
  (asked) => {
    head(asked);
    let at = asked.from;
    const timer = setInterval(() => asked.response.write(asked.bytes.subarray(at, ++at)), everyMs);
    asked.response.on('close', () => clearInterval(timer));
  };

/** One bit is another. */
export const corrupt: Fault = (asked) => {
  const bytes = Buffer.from(asked.bytes);
  bytes[bytes.length >> 1]! ^= 1;
  serves({ ...asked, bytes });
};

/** Half of it, with the length of the whole, with that of the half, or with none. */
export const truncated =
  (length: 'whole' | 'half' | 'none'): Fault =>
  (asked) => {
    const half = asked.bytes.subarray(0, asked.bytes.length >> 1);
    if (length === 'none') {
      asked.response.writeHead(200, { connection: 'close' });
      asked.response.end(half);
    } else if (length === 'half') {
      head({ ...asked, bytes: half, from: 0 });
      asked.response.end(half);
    } else {
      head({ ...asked, from: 0 });
      asked.response.write(half, () => setTimeout(() => asked.response.destroy(), 5));
    }
  };

/** More than there is, without end. */
export const endless =
  (announced: boolean): Fault =>
  (asked) => {
    asked.response.writeHead(200, announced ? { 'content-length': 2 ** 40 } : {});
    const piece = Buffer.alloc(1 << 16, 'x');
    const more = (): void => {
      while (!asked.response.destroyed && asked.response.write(piece));
      if (!asked.response.destroyed) asked.response.once('drain', more);
    };
    more();
  };

export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): Fault =>
  ({ response }) => {
    response.writeHead(code, headers).end('<html>not what you wanted</html>');
  };

/** 200 with a page, as a hotel's network has it. */
export const loginPage: Fault = ({ response }) => {
  const page = '<html><form>Please log in</form></html>';
  response.writeHead(200, { 'content-type': 'text/html', 'content-length': page.length }).end(page);
};

/** Leads to itself for ever. */
export const loop: Fault = ({ path, response }) => {
  response.writeHead(302, { location: `${encodeURI(path)}?again` }).end();
};

/** No HTTP at all. */
export const garbage: Fault = ({ request }) => {
  request.socket.end(Buffer.from([0, 255, 13, 10, 13, 10, 72, 84, 84, 80, 47, 57, 46, 57, 10]));
};

/** Headers whose lengths contradict each other. */
export const twoLengths: Fault = ({ request, bytes }) => {
  request.socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${bytes.length}\r\nContent-Length: 3\r\n\r\nabc`);
};

/** Says that it continues, with bytes from elsewhere; the first time the connection is cut. */
export const wrongRange =
  (after: number, said: 'honest' | 'lying'): Fault =>
  (asked) => {
    if (asked.from === 0) return cut(after)(asked);
    const { bytes, from, response } = asked;
    const start = from > 10 ? from - 10 : from + 10;
    const named = said === 'honest' ? start : from;
    const rest = bytes.subarray(start, start + (bytes.length - named));
    response.writeHead(206, {
      'content-length': rest.length,
      'content-range': `bytes ${named}-${bytes.length - 1}/${bytes.length}`,
    });
    response.end(rest);
  };

/** The file is replaced by another of its length between two parts of a transfer, and has another ETag then. */
export const replacedMeanwhile =
  (after: number): Fault =>
  (asked) => {
    if (asked.from === 0) {
      const other = Buffer.from(asked.bytes.map((byte) => byte ^ 0x55));
      return cut(after)({ ...asked, bytes: other });
    }
    // If-Range names the other file: the whole of this one is the answer.
    head({ ...asked, from: 0 });
    asked.response.end(asked.bytes);
  };

/** 416 to whoever wants to go on; the first time the connection is cut. */
export const noRanges =
  (after: number): Fault =>
  (asked) =>
    asked.from === 0 ? cut(after)(asked) : status(416)(asked);

/** Each by a name, with the code that comes of it where it stays and there is no other server: at an index, and at a package. */
export const FAULTS: readonly (readonly [string, Fault, RegExp, RegExp])[] = [
  ['cut at once', cut(0), /^transfer-interrupted$/, /^transfer-interrupted$/],
  ['cut after 100 bytes', cut(100), /^transfer-interrupted$/, /^transfer-interrupted$/],
  ['no answer', stalled(-1), /^host-unreachable$/, /^host-unreachable$/],
  ['stalled at once', stalled(0), /^transfer-interrupted$/, /^transfer-interrupted$/],
  ['stalled after 100 bytes', stalled(100), /^transfer-interrupted$/, /^transfer-interrupted$/],
  ['slow', slow(20), /^transfer-interrupted$/, /^transfer-interrupted$/],
  ['corrupt', corrupt, /^(?:not-a-release|bad-signature|index-out-of-step)$/, /^package-differs-from-index$/],
  [
    'truncated, with the whole length',
    truncated('whole'),
    /^transfer-interrupted$/,
    /^transfer-interrupted$/,
  ],
  [
    'truncated, with that length',
    truncated('half'),
    /^(?:not-a-release|bad-signature|index-out-of-step)$/,
    /^package-differs-from-index$/,
  ],
  [
    'truncated, with no length',
    truncated('none'),
    /^(?:not-a-release|bad-signature|index-out-of-step)$/,
    /^transfer-interrupted$/,
  ],
  [
    'endless, announced',
    endless(true),
    /^(?:response-too-large|index-out-of-step)$/,
    /^package-differs-from-index$/,
  ],
  [
    'endless, not announced',
    endless(false),
    /^(?:response-too-large|index-out-of-step)$/,
    /^package-differs-from-index$/,
  ],
  ['401', status(401), /^http-error$/, /^http-error$/],
  ['404', status(404), /^(?:release-missing|index-out-of-step)$/, /^package-listed-but-missing$/],
  ['429', status(429), /^http-error$/, /^http-error$/],
  ['500', status(500), /^http-error$/, /^http-error$/],
  ['204', status(204), /./, /./],
  ['a login page', loginPage, /^(?:not-a-release|index-out-of-step)$/, /^package-differs-from-index$/],
  ['a loop of redirects', loop, /^too-many-redirects$/, /^too-many-redirects$/],
  [
    'a redirect to a file',
    status(302, { location: 'file:///etc/passwd' }),
    /^bad-redirect$/,
    /^bad-redirect$/,
  ],
  [
    'a redirect to nowhere',
    status(302, { location: 'http://nowhere.invalid/' }),
    /^host-unreachable$/,
    /^host-unreachable$/,
  ],
  ['no HTTP', garbage, /^host-unreachable$/, /^host-unreachable$/],
  ['two lengths', twoLengths, /^host-unreachable$/, /^host-unreachable$/],
];
