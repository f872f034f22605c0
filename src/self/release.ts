/**
 * A release: a folder or URL with one signed file that says what belongs to it.
 *
 *     release.json        { "schema": "gpu-setup/release@1", "version": "0.2.0",
 *                           "files": { "linux-x64": { "name": "gpu-setup-linux-x64", "size": 98000000, "sha256": "..." } } }
 *     release.json.asc    its detached signature
 *     gpu-setup-linux-x64
 */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { valid } from 'semver';
import { z } from 'zod';
import { GpuSetupError, messageOf, systemCode } from '../base/errors.ts';
import { httpGet } from '../base/http/http-get.ts';
import { Location } from '../base/http/location.ts';
import { verifyDetached } from '../apt/trust/signatures.ts';

const RELEASE = z.object({
  schema: z.literal('gpu-setup/release@1'),
  version: z.string().refine((text) => valid(text) === text, { error: 'expected a version' }),
  files: z.record(
    z.string(),
    z.object({
      // Only a file of the release itself.
      name: z.string().regex(/^[A-Za-z0-9][\w.+-]*$/),
      size: z
        .number()
        .int()
        .positive()
        .max(1 << 30),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});

export interface ReleaseFile {
  name: string;
  size: number;
  sha256: string;
}

export interface Release {
  version: string;
  /** For this architecture. */
  file: ReleaseFile;
  /** Full fingerprint. */
  signedWith: string;
}

export interface ReleasePlace {
  /** For messages. */
  title: string;
  /** The bytes of a file of it, from the first on; never more than `most`, which is an error. */
  read(name: string, most: number): AsyncIterable<Uint8Array>;
}

const MOST_BYTES = 64 << 10;

/** @param from as it was typed */
export function releasePlace(from: string, cwd: string, signal: AbortSignal): ReleasePlace {
  const location = Location.parse(from);
  return location?.isHttp === true ? atUrl(location, signal) : inFolder(resolve(cwd, from));
}

function inFolder(folder: string): ReleasePlace {
  return {
    title: folder,
    async *read(name, most) {
      const path = join(folder, name);
      // A fifo that nobody writes to would keep open() waiting.
      const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((cause: unknown) => {
        throw notFound(folder, `cannot read ${path}: ${messageOf(cause)}`, cause);
      });
      try {
        if (!(await file.stat()).isFile()) throw notFound(folder, `${path} is no ordinary file`);
        yield* bounded(file.createReadStream({ autoClose: false, highWaterMark: 1 << 20 }), path, most);
      } finally {
        await file.close();
      }
    },
  };
}

function atUrl(folder: Location, signal: AbortSignal): ReleasePlace {
  const title = `${folder}`;
  return {
    title,
    async *read(name, most) {
      const response = await httpGet(folder.below(name), { signal });
      if (response.status !== 200) {
        await response.cancel();
        throw notFound(title, `${response.location} answers with ${response.status}`);
      }
      yield* bounded(response.body, `${response.location}`, most);
    },
  };
}

async function* bounded(
  pieces: AsyncIterable<Uint8Array>,
  title: string,
  most: number,
): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const piece of pieces) {
    length += piece.length;
    if (length > most) throw differs(title, `it has more than the ${most} bytes that are expected`);
    yield piece;
  }
}

/**
 * What the release is, once its signature was found good.
 *
 * @param keys armoured public keys that may sign it
 * @throws GpuSetupError `no-release-key`, `release-not-found`, `release-not-signed`, `release-malformed`, and what the network throws
 */
export async function openRelease(
  place: ReleasePlace,
  keys: readonly string[],
  platform: string,
): Promise<Release> {
  if (keys.length === 0) {
    throw new GpuSetupError(
      'no-release-key',
      'no key for releases is compiled into this gpu-setup: it cannot check one, and takes none unchecked',
    );
  }
  const text = await whole(place.read('release.json', MOST_BYTES));
  const signature = await whole(place.read('release.json.asc', MOST_BYTES));
  const signedWith = await verified(place, text, signature, keys);
  const { version, files } = parsed(place, text);
  const file = Object.hasOwn(files, platform) ? files[platform] : undefined;
  if (file === undefined) {
    const there = Object.keys(files).join(', ') || 'none';
    throw new GpuSetupError(
      'release-malformed',
      `${place.title}: release ${version} has no executable for ${platform} (there are: ${there})`,
    );
  }
  return { version, file, signedWith };
}

async function verified(
  place: ReleasePlace,
  text: Uint8Array,
  signature: Uint8Array,
  armoured: readonly string[],
): Promise<string> {
  const { readKeys } = await import('openpgp');
  const keys = (await Promise.all(armoured.map((armoredKeys) => readKeys({ armoredKeys })))).flat();
  const pinned = keys.map((key) => ({ fingerprint: key.getFingerprint().toUpperCase(), exactly: false }));
  try {
    const title = `release.json of ${place.title}`;
    return (await verifyDetached(text, signature, { title, pinned, keys, now: new Date() })).signedWith;
  } catch (cause) {
    if (!(cause instanceof GpuSetupError)) throw cause;
    const allowed = pinned.map(({ fingerprint }) => fingerprint);
    throw new GpuSetupError('release-not-signed', cause.message, { cause, details: { allowed } });
  }
}

function parsed(place: ReleasePlace, text: Uint8Array): z.infer<typeof RELEASE> {
  try {
    return RELEASE.parse(JSON.parse(Buffer.from(text).toString('utf8')));
  } catch (cause) {
    const [issue] = cause instanceof z.ZodError ? cause.issues : [];
    const why = issue === undefined ? 'it is no JSON' : `${issue.path.join('.')}: ${issue.message}`;
    throw new GpuSetupError(
      'release-malformed',
      `release.json of ${place.title} is not well formed: ${why}`,
      {
        cause,
      },
    );
  }
}

async function whole(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

function notFound(title: string, why: string, cause?: unknown): GpuSetupError {
  const missing = cause === undefined || ['ENOENT', 'ENOTDIR'].includes(systemCode(cause) ?? '');
  return new GpuSetupError('release-not-found', `there is no release in ${title}: ${why}`, {
    ...(missing ? {} : { hint: 'repair what the message names' }),
    cause,
  });
}

export function differs(title: string, why: string): GpuSetupError {
  return new GpuSetupError('release-differs', `${title} is not what was signed: ${why}`);
}
