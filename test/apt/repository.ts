/** A small signed repository on a loopback server, for the tests of this folder. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as openpgp from 'openpgp';
import type { AptContext } from '../../src/apt/context.ts';
import type { Source } from '../../src/apt/types.ts';
import type { WorkEvent } from '../../src/base/events.ts';
import { sourceOf } from '../support/index.ts';
import { locationOf } from '../support/location.ts';
import { tempDir } from '../support/temp-dir.ts';

export interface TestKey {
  fingerprint: string;
  privateKey: openpgp.PrivateKey;
  publicKey: string;
}

/** Fixed, so that nothing here depends on the clock. */
const SIGNED_AT = new Date('2026-07-11T10:16:37Z');
export const NOW = new Date('2026-08-01T00:00:00Z');

export async function makeKey(options: { date?: Date; keyExpirationTime?: number } = {}): Promise<TestKey> {
  const { privateKey, publicKey } = await openpgp.generateKey({
    type: 'curve25519',
    userIDs: [{ name: 'Repository', email: 'repository@example.org' }],
    format: 'object',
    date: options.date ?? new Date('2020-01-01T00:00:00Z'),
    ...(options.keyExpirationTime === undefined ? {} : { keyExpirationTime: options.keyExpirationTime }),
  });
  return { fingerprint: publicKey.getFingerprint().toUpperCase(), privateKey, publicKey: publicKey.armor() };
}

/** The same key, its life extended: what a repository publishes shortly before its key expires. */
export async function renewKey(key: TestKey): Promise<TestKey> {
  const { privateKey, publicKey } = await openpgp.reformatKey({
    privateKey: key.privateKey,
    userIDs: [{ name: 'Repository', email: 'repository@example.org' }],
    format: 'object',
    date: new Date('2026-01-01T00:00:00Z'),
    keyExpirationTime: 0,
  });
  return { fingerprint: key.fingerprint, privateKey, publicKey: publicKey.armor() };
}

export async function clearSign(text: string, ...keys: TestKey[]): Promise<string> {
  const message = await openpgp.createCleartextMessage({ text });
  const signed = await openpgp.sign({
    message,
    date: SIGNED_AT,
    signingKeys: keys.map((key) => key.privateKey),
  });
  return signed as string;
}

export async function detachedSign(text: string, key: TestKey): Promise<string> {
  const message = await openpgp.createMessage({ binary: Buffer.from(text) });
  return (await openpgp.sign({
    message,
    date: SIGNED_AT,
    signingKeys: key.privateKey,
    detached: true,
  })) as string;
}

export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** "SHA256:" with one line per file. */
export function digestList(files: Readonly<Record<string, string | Uint8Array>>): string {
  const lines = Object.entries(files).map(
    ([path, data]) => ` ${sha256(data)} ${String(Buffer.byteLength(data)).padStart(8)} ${path}`,
  );
  return `SHA256:\n${lines.join('\n')}\n`;
}

/** One stanza of a Packages file; the .deb is just its bytes. */
export function stanza(
  name: string,
  version: string,
  fields: Record<string, string> = {},
  deb = `${name} ${version}`,
): string {
  const all: Record<string, string> = {
    Package: name,
    Version: version,
    Architecture: 'amd64',
    Filename: `./${name}_${version.replace(/^\d+:/, '')}_amd64.deb`,
    Size: String(Buffer.byteLength(deb)),
    SHA256: sha256(deb),
    Description: `test package ${name}`,
    ...fields,
  };
  return `${Object.entries(all)
    .map(([key, value]) => `${key}: ${value}`)
    .join('\n')}\n`;
}

export interface TestServer {
  url: string;
  files: Map<string, string | Uint8Array>;
  /** Path of every request, in order. */
  requests: { path: string; headers: IncomingMessage['headers'] }[];
  /** Answers itself (true), or leaves it to the files. */
  intercept: ((path: string, request: IncomingMessage, response: ServerResponse) => boolean) | null;
  close(): Promise<void>;
}

export async function serve(): Promise<TestServer> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url!, 'http://x').pathname);
    state.requests.push({ path, headers: request.headers });
    if (state.intercept?.(path, request, response)) return;
    const file = state.files.get(path);
    if (file === undefined) {
      response.writeHead(404).end('no such file');
      return;
    }
    const bytes = Buffer.from(file);
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (from > 0 && from < bytes.length) {
      response.writeHead(206, {
        'content-length': bytes.length - from,
        'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
      });
      response.end(bytes.subarray(from));
      return;
    }
    response.writeHead(200, { 'content-length': bytes.length, etag: `"${sha256(bytes).slice(0, 8)}"` });
    response.end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const state: TestServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files: new Map(),
    requests: [],
    intercept: null,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return state;
}

/** Puts a flat repository at `folder` ("/repo/"). */
export async function publishFlat(
  server: TestServer,
  folder: string,
  packages: string,
  key: TestKey,
  options: { inRelease?: boolean; extra?: string; date?: string } = {},
): Promise<void> {
  const gz = gzipSync(packages);
  const release = `Origin: NVIDIA\nArchitecture: x86_64\nDate: ${options.date ?? 'Sat, 11 Jul 2026 10:16:37 UTC'}\n${options.extra ?? ''}${digestList({ Packages: packages, 'Packages.gz': gz })}`;
  server.files.set(`${folder}Packages`, packages);
  server.files.set(`${folder}Packages.gz`, gz);
  if (options.inRelease ?? true) server.files.set(`${folder}InRelease`, await clearSign(release, key));
  else {
    server.files.set(`${folder}Release`, release);
    server.files.set(`${folder}Release.gpg`, await detachedSign(release, key));
  }
  server.files.set(`${folder}key.pub`, key.publicKey);
}

/** Puts an ordinary repository with one component at `folder`. */
export async function publishSuite(
  server: TestServer,
  folder: string,
  suite: string,
  packages: string,
  key: TestKey,
  head = `Origin: Debian\nSuite: oldstable\nCodename: ${suite}\n`,
): Promise<void> {
  const gz = gzipSync(packages);
  const digests = digestList({ 'main/binary-amd64/Packages': packages, 'main/binary-amd64/Packages.gz': gz });
  const release = `${head}Date: Sat, 11 Jul 2026 10:16:37 UTC\nAcquire-By-Hash: yes\n${digests}`;
  server.files.set(`${folder}dists/${suite}/InRelease`, await clearSign(release, key));
  server.files.set(`${folder}dists/${suite}/main/binary-amd64/by-hash/SHA256/${sha256(gz)}`, gz);
}

export function flatSource(key: TestKey, uris: string[], changes: Partial<Source> = {}): Source {
  return sourceOf('test', {
    uris: uris.map(locationOf),
    signedBy: [{ fingerprint: key.fingerprint, exactly: false }],
    keyUris: uris.map((uri) => locationOf(`${uri}key.pub`)),
    ...changes,
  });
}

export interface TestContext extends AptContext {
  events: WorkEvent[];
}

/** A context with a cache of its own, and no waiting between attempts. */
export function testContext(changes: Partial<AptContext> = {}): TestContext {
  const folder = tempDir();
  const events: WorkEvent[] = [];
  return {
    cache: join(folder, 'cache'),
    emit: (event) => events.push(event),
    now: NOW,
    retryDelayMs: 1,
    events,
    ...changes,
  };
}
