/** Finding the bytes of pinned keys. Where they come from does not matter: a key is what its fingerprint says. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Key } from 'openpgp';
import { GpuSetupError } from '../../base/errors.ts';
import { cacheFolder, readCached, writeCached } from '../cache.ts';
import type { AptContext } from '../context.ts';
import { getBytes } from '../transport.ts';
import { carries, pinnedKeys } from './signatures.ts';
import type { Source } from '../types.ts';

/** Debian's whole archive keyring has 56 KiB. */
const MAX_KEY_BYTES = 4 << 20;

/**
 * The pinned keys that can be found: in the cache, in key files of the host, in what was carried along, at the source's
 * X-Key-URIs (then kept in the cache). `fresh` passes over what may be old, as an expired key is: the cache, and what was
 * carried along until nothing else has it. Throws `key-missing` where none is.
 */
export async function findKeys(source: Source, context: AptContext, { fresh = false } = {}): Promise<Key[]> {
  const { signedBy } = source;
  const folder = await cacheFolder(context, 'keys');
  const cachePath = (fingerprint: string): string => join(folder, `${fingerprint}.key`);
  const found: Key[] = [];
  const missing = () => signedBy.filter((pin) => !found.some((key) => carries(key, pin)));
  const add = async (bytes: Uint8Array | undefined): Promise<void> => {
    if (bytes !== undefined) found.push(...pinnedKeys(await readKeys(bytes), missing()));
  };
  if (!fresh) for (const { fingerprint } of signedBy) await add(await readCached(cachePath(fingerprint)));
  for (const file of source.keyFiles) {
    if (missing().length === 0) break;
    await add(await readFile(file).catch(() => undefined));
  }
  if (!fresh) await add(source.keyBytes);
  let failure: unknown;
  for (const uri of source.keyUris) {
    if (missing().length === 0) break;
    const wanted = missing();
    try {
      await add((await getBytes(uri, MAX_KEY_BYTES, context)) ?? undefined);
    } catch (error) {
      context.signal?.throwIfAborted();
      failure = error;
      continue;
    }
    for (const pin of wanted) {
      const key = found.find((one) => carries(one, pin));
      if (key !== undefined) await writeCached(cachePath(pin.fingerprint), [key.toPublic().write()]);
    }
  }
  if (missing().length > 0) await add(source.keyBytes);
  if (found.length === 0) throw keyMissing(source, failure);
  return found;
}

/** All keys in a key file, armoured or binary; what is none gives none. */
async function readKeys(bytes: Uint8Array): Promise<Key[]> {
  if (bytes.length === 0 || bytes.length > MAX_KEY_BYTES) return [];
  const openpgp = await import('openpgp');
  try {
    return bytes[0]! >= 0x80
      ? await openpgp.readKeys({ binaryKeys: bytes })
      : await openpgp.readKeys({ armoredKeys: Buffer.from(bytes).toString('latin1') });
  } catch {
    return [];
  }
}

function keyMissing(source: Source, failure: unknown): GpuSetupError {
  const names = source.signedBy.map(({ fingerprint }) => fingerprint).join(', ');
  const places =
    source.fromHost !== null
      ? "the host's keyrings"
      : source.keyUris.length > 0
        ? source.keyUris.join(', ')
        : 'no place: the source has no X-Key-URIs';
  const unreachable = failure instanceof GpuSetupError && failure.retryable;
  const keyring = `${source.fromHost?.origin.toLowerCase()}-${source.fromHost?.origin === 'Ubuntu' ? 'keyring' : 'archive-keyring'}`;
  return new GpuSetupError(
    'key-missing',
    `no key that may sign ${source.id} was found (${names}); looked in ${places}`,
    {
      hint:
        source.fromHost !== null
          ? `sudo apt-get install ${keyring}`
          : unreachable
            ? 'check the network and run the same command again'
            : `add X-Key-URIs to a copy of ${source.id}.sources in the configuration's apt-sources folder`,
      retryable: unreachable,
      cause: failure,
      details: { sourceId: source.id, fingerprints: source.signedBy.map(({ fingerprint }) => fingerprint) },
    },
  );
}
