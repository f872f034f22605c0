import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { getBytes } from '../../src/apt/transport.ts';
import { locationOf } from '../support/location.ts';
import { serve, testContext, type TestContext, type TestServer } from './repository.ts';

let server: TestServer;
let context: TestContext;
beforeEach(async () => {
  context = testContext();
  server = await serve();
});
afterEach(() => server.close());

const bytes = async (url: string): Promise<string | null> => {
  const found = await getBytes(locationOf(url), 1000, context);
  return found === null ? null : Buffer.from(found).toString();
};
const notices = (): string[] =>
  context.events.flatMap((event) => (event.type === 'notice' ? [event.text] : []));

describe('bytes from a server', () => {
  it('are asked for again where that may help, and it is said why there is a wait', async () => {
    let turn = 0;
    server.intercept = (_path, _request, response) => {
      turn++;
      response.writeHead(turn < 3 ? 503 : 200).end('there');
      return true;
    };
    expect(await bytes(`${server.url.replace('//', '//me:s3cret@')}/x?sig=s3cret`)).toBe('there');
    // The same within seconds is said once.
    expect(notices()).toEqual([`${server.url}/x answers 503: trying again`]);
  });

  it('are not asked for for ever, and one login of many tries stands nowhere', async () => {
    server.intercept = (_path, _request, response) => {
      response.writeHead(500).end();
      return true;
    };
    const failure = await bytes(`${server.url.replace('//', '//me:s3cret@')}/x`).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: 'http-error', retryable: true });
    expect(server.requests).toHaveLength(4);
    expect(JSON.stringify([failure, String(failure), context.events])).not.toContain('s3cret');
  });
});

describe('an answer that a request for the whole cannot have', () => {
  it.each([206, 416])('%i is an error of the server, and not a file that is not there', async (status) => {
    server.intercept = (_path, _request, response) => {
      response.writeHead(status, { 'content-range': 'bytes 5-9/10' }).end('there');
      return true;
    };
    await expect(bytes(`${server.url}/x`)).rejects.toMatchObject({ code: 'http-error' });
  });
});

describe('bytes of a file', () => {
  const folder = (): string => dirname(context.cache);

  it('are given; a file that is not there is none', async () => {
    await writeFile(join(folder(), 'a b+c'), 'content');
    expect(await bytes(`file:${folder()}/a b+c`)).toBe('content');
    expect(await bytes(`file://${folder()}/none`)).toBeNull();
  });

  it('are not those of a folder, a device or what no path can be: that is said, and nothing waits', async () => {
    await mkdir(join(folder(), 'folder'));
    await symlink('/dev/zero', join(folder(), 'endless'));
    for (const path of [`${folder()}/folder`, `${folder()}/endless`, '/dev/tty', '/a%2fb', '/a%00b']) {
      await expect(bytes(`file://${path}`), path).rejects.toMatchObject({ code: 'file-unreadable' });
    }
  });
});
