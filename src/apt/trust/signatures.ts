/**
 * Signatures. What leaves this file as text was signed by a key that is pinned for the source, and nothing else of the
 * input does.
 */
import type * as OpenPgp from 'openpgp';
import type { CleartextMessage, Key, PartialConfig, Signature } from 'openpgp';
import { GpuSetupError, messageOf } from '../../base/errors.ts';
import { idOf, refusalOf, refusalOfStranger, refused, type Looked, type Refusal } from './refusal.ts';
import type { Source } from '../types.ts';

export interface Verified {
  /** The signed text as the verifier returns it. */
  text: string;
  /** Full fingerprint of the primary key. */
  signedWith: string;
}

export interface TrustContext {
  /** "InRelease of nvidia-cuda-ubuntu1804 from host": for messages. */
  title: string;
  pinned: Source['signedBy'];
  /** Keys found; others than the pinned ones are never used. */
  keys: readonly Key[];
  now: Date;
}

const DAY_MS = 86_400_000;
/** Debian's InRelease carries three signatures, about 3 KiB of armour. */
const MAX_SIGNATURE_BYTES = 256 << 10;

const BEGIN = '-----BEGIN PGP SIGNED MESSAGE-----';
const BEGIN_SIGNATURE = '-----BEGIN PGP SIGNATURE-----';
const END_SIGNATURE = '-----END PGP SIGNATURE-----';

interface Policy {
  openpgp: typeof OpenPgp;
  config: PartialConfig;
}

/** The policy is ours, whatever the library's defaults become. */
async function policy(): Promise<Policy> {
  const openpgp = await import('openpgp');
  const { hash, publicKey } = openpgp.enums;
  return {
    openpgp,
    config: {
      // SHA-1 stays possible for self-signatures: NVIDIA's key 3BF863CC has no other.
      rejectHashAlgorithms: new Set([hash.md5, hash.ripemd]),
      rejectMessageHashAlgorithms: new Set([hash.md5, hash.ripemd, hash.sha1, hash.sha224]),
      rejectPublicKeyAlgorithms: new Set([publicKey.elgamal, publicKey.dsa]),
      minRSABits: 2047,
      // Keys whose expiry was extended after the release was signed have only the newer self-signature.
      allowInsecureVerificationWithReformattedKeys: true,
    },
  };
}

/**
 * Verifies a cleartext-signed file. Throws what `refused` says where no pinned key signed it, and `not-a-release` where
 * it is anything but exactly one signed block.
 */
export async function verifyInRelease(bytes: Uint8Array, context: TrustContext): Promise<Verified> {
  const text = decode(bytes, context.title);
  requireOneBlock(text, context.title);
  const using = await policy();
  const { openpgp, config } = using;
  const message: CleartextMessage = await parse(context.title, () =>
    openpgp.readCleartextMessage({ cleartextMessage: text, config }),
  );
  const verified = await accept(context, using, (keys, date) =>
    openpgp.verify({ message, verificationKeys: keys, date, config, format: 'utf8' }),
  );
  if ('text' in verified) return verified;
  throw refused(verified, context);
}

/** Verifies Release against Release.gpg (armoured, several blocks allowed, or binary). */
export async function verifyDetached(
  release: Uint8Array,
  signature: Uint8Array,
  context: TrustContext,
): Promise<Verified> {
  const text = decode(release, context.title);
  if (signature.length > MAX_SIGNATURE_BYTES)
    throw notARelease(context.title, 'its signature file is too large');
  const using = await policy();
  const { openpgp, config } = using;
  const signatures: Signature[] = await parse(context.title, () =>
    Promise.all(
      signature.length > 0 && signature[0]! >= 0x80
        ? [openpgp.readSignature({ binarySignature: signature, config })]
        : armourBlocks(signature, context.title).map((armoredSignature) =>
            openpgp.readSignature({ armoredSignature, config }),
          ),
    ),
  );
  const message = await openpgp.createMessage({ binary: release });
  const refusals: Refusal[] = [];
  for (const one of signatures) {
    const verified = await accept(context, using, (keys, date) =>
      openpgp.verify({ message, signature: one, verificationKeys: keys, date, config, format: 'binary' }),
    );
    if ('text' in verified) return { text, signedWith: verified.signedWith };
    refusals.push(...verified);
  }
  throw refused(refusals, context);
}

/** Of the keys found, those that are pinned. */
export function pinnedKeys(keys: readonly Key[], pinned: Source['signedBy']): Key[] {
  return keys.filter((key) => pinned.some((pin) => carries(key, pin)));
}

export function carries(key: Key, pin: Source['signedBy'][number]): boolean {
  if (key.getFingerprint().toUpperCase() === pin.fingerprint) return true;
  return pin.exactly && key.getKeys().some((sub) => sub.getFingerprint().toUpperCase() === pin.fingerprint);
}

type Verify = (keys: Key[], date: Date) => Promise<{ data: unknown; signatures: Looked[] }>;

/** One good signature of a pinned key is enough; all others are ignored, but told where there is no good one. */
async function accept(
  { pinned, now, ...context }: TrustContext,
  using: Policy,
  verify: Verify,
): Promise<Verified | readonly Refusal[]> {
  const keys = pinnedKeys(context.keys, pinned);
  // As with Date in the file itself, clocks may differ by a day.
  const limit = new Date(now.getTime() + DAY_MS);
  const result = await verify(keys, limit);
  const refusals: Refusal[] = [];
  for (const [index, one] of result.signatures.entries()) {
    const owner = keys.find((key) => key.getKeys(one.keyID).length > 0);
    if (owner === undefined) {
      refusals.push(refusalOfStranger(one, pinned));
      continue;
    }
    const signer = owner.getKeys(one.keyID)[0]!.getFingerprint().toUpperCase();
    const primary = owner.getFingerprint().toUpperCase();
    if (!pinned.some((pin) => (pin.exactly ? pin.fingerprint === signer : pin.fingerprint === primary))) {
      refusals.push({ why: 'unknown-key', keyId: idOf(one) });
      continue;
    }
    try {
      await one.verified;
      return { text: typeof result.data === 'string' ? result.data : '', signedWith: primary };
    } catch {
      const again = async (date: Date) => (await verify(keys, date)).signatures[index]!;
      refusals.push(await refusalOf(one, owner, limit, again, using));
    }
  }
  return refusals;
}

/**
 * Refuses whatever a parser more tolerant than ours could see differently: text before, between or after, a second
 * block, headers other than Hash, lone carriage returns.
 *
 *     -----BEGIN PGP SIGNED MESSAGE-----
 *     Hash: SHA256
 *
 *     Origin: Debian
 *     - -----a line that begins with a dash, escaped
 *     -----BEGIN PGP SIGNATURE-----
 *
 *     iQIz...
 *     -----END PGP SIGNATURE-----
 */
function requireOneBlock(text: string, title: string): void {
  if (/\r(?!\n)/.test(text)) throw notARelease(title, 'it has carriage returns inside lines');
  const lines = text.replace(/\r\n/g, '\n').replace(/\n+$/, '').split('\n');
  if (lines[0] !== BEGIN) {
    throw notARelease(title, `it begins with "${lines[0]!.slice(0, 60)}" instead of a signed message`);
  }
  let at = 1;
  for (; at < lines.length && lines[at] !== ''; at++) {
    if (!/^Hash: [A-Z0-9-]+(?:, ?[A-Z0-9-]+)*$/.test(lines[at]!)) {
      throw notARelease(title, `its header "${lines[at]!.slice(0, 60)}" is not a Hash header`);
    }
  }
  const begin = lines.indexOf(BEGIN_SIGNATURE, at);
  const end = lines.indexOf(END_SIGNATURE, begin);
  if (begin < 0 || end < 0) throw notARelease(title, 'its signature is cut off');
  if (end !== lines.length - 1) throw notARelease(title, 'there is text outside the signed block');
  for (const line of lines.slice(at, begin)) {
    if (line.startsWith('-') && !line.startsWith('- '))
      throw notARelease(title, 'a line of it is not dash-escaped');
  }
  const armour = lines.slice(begin + 1, end);
  if (armour.join('\n').length > MAX_SIGNATURE_BYTES) throw notARelease(title, 'its signature is too large');
  if (armour.some((line) => line.startsWith('-'))) throw notARelease(title, 'it holds more than one block');
}

function armourBlocks(signature: Uint8Array, title: string): string[] {
  const text = Buffer.from(signature).toString('latin1');
  const blocks: string[] = [];
  for (let at = text.indexOf(BEGIN_SIGNATURE); at >= 0; at = text.indexOf(BEGIN_SIGNATURE, at)) {
    const end = text.indexOf(END_SIGNATURE, at);
    if (end < 0) break;
    blocks.push(`${text.slice(at, end)}${END_SIGNATURE}\n`);
    at = end;
  }
  if (blocks.length === 0) throw notARelease(title, 'Release.gpg holds no signature');
  return blocks;
}

function decode(bytes: Uint8Array, title: string): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // reported below
  }
  throw notARelease(title, 'it is not UTF-8 text');
}

async function parse<T>(title: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof GpuSetupError) throw error;
    throw notARelease(title, messageOf(error));
  }
}

function notARelease(title: string, why: string): GpuSetupError {
  return new GpuSetupError('not-a-release', `${title} is not one signed Release file: ${why}`, {
    hint: 'a login page of the network or a proxy may stand in between: open the URL in a browser',
    retryable: true,
  });
}
