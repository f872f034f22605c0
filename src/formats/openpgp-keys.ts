/**
 * Public keys in a keyring file: fingerprint and user ids, and nothing verified. Enough to tell which keys apt has; what is
 * signed with them is judged in src/apt, by a full implementation.
 *
 * Format: RFC 4880, sections 4.2 (packet headers), 5.5 (key packets), 12.2 (fingerprints), 6.2 (armor).
 */
import { createHash } from 'node:crypto';

export interface PublicKey {
  /** 40 upper-case hexadecimal digits. */
  fingerprint: string;
  userIds: readonly string[];
  /** Fingerprints of subkeys. */
  subkeys: readonly string[];
}

export const PUBLIC_KEY = 6;
export const USER_ID = 13;
const SUBKEY = 14;

/** A hostile file may hold any number of empty packets. */
const MOST_PACKETS = 100_000;

/** Armored or binary; what does not hold together ends the list. */
export function readPublicKeys(bytes: Uint8Array): PublicKey[] {
  const keys: { fingerprint: string; userIds: string[]; subkeys: string[] }[] = [];
  for (const { tag, body } of packetsOf(bytes)) {
    const key = keys.at(-1);
    if (tag === PUBLIC_KEY) {
      const fingerprint = fingerprintOf(body);
      if (fingerprint) keys.push({ fingerprint, userIds: [], subkeys: [] });
    } else if (tag === SUBKEY && key) {
      const fingerprint = fingerprintOf(body);
      if (fingerprint) key.subkeys.push(fingerprint);
    } else if (tag === USER_ID && key) {
      key.userIds.push(new TextDecoder().decode(body.subarray(0, 512)));
    }
  }
  return keys;
}

/** Version 4: SHA-1 over 0x99, the length in two bytes, the packet. */
function fingerprintOf(body: Uint8Array): string | null {
  if (body[0] !== 4 || body.length > 0xffff) return null;
  const head = Uint8Array.of(0x99, body.length >> 8, body.length & 0xff);
  return createHash('sha1').update(head).update(body).digest('hex').toUpperCase();
}

export interface Packet {
  tag: number;
  body: Uint8Array;
}

/** Armored or binary. */
export function packetsOf(bytes: Uint8Array): Iterable<Packet> {
  return packets(dearmored(bytes));
}

function* packets(bytes: Uint8Array): Generator<Packet> {
  let at = 0;
  for (let count = 0; at < bytes.length && count < MOST_PACKETS; count++) {
    const head = bytes[at]!;
    if ((head & 0x80) === 0) return;
    const isNew = (head & 0x40) !== 0;
    const size = isNew ? newLength(bytes, at + 1) : oldLength(bytes, at + 1, head & 3);
    if (!size || size.start + size.length > bytes.length) return;
    yield {
      tag: isNew ? head & 0x3f : (head >> 2) & 0x0f,
      body: bytes.subarray(size.start, size.start + size.length),
    };
    at = size.start + size.length;
  }
}

type Size = { start: number; length: number } | null;

function oldLength(bytes: Uint8Array, at: number, type: number): Size {
  if (type === 3) return null;
  const count = 1 << type;
  return at + count > bytes.length ? null : { start: at + count, length: numberAt(bytes, at, count) };
}

function newLength(bytes: Uint8Array, at: number): Size {
  const first = bytes[at];
  if (first === undefined) return null;
  if (first < 192) return { start: at + 1, length: first };
  if (first < 224)
    return at + 2 > bytes.length
      ? null
      : { start: at + 2, length: ((first - 192) << 8) + bytes[at + 1]! + 192 };
  // Partial lengths are for data, never for keys.
  return first === 255 && at + 5 <= bytes.length
    ? { start: at + 5, length: numberAt(bytes, at + 1, 4) }
    : null;
}

function numberAt(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = 0; i < count; i++) value = value * 256 + bytes[at + i]!;
  return value;
}

/** "-----BEGIN PGP PUBLIC KEY BLOCK-----", headers, an empty line, base64, "=checksum"; several blocks may follow each other. */
function dearmored(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== undefined && (bytes[0] & 0x80) !== 0) return bytes;
  const text = new TextDecoder('latin1').decode(bytes);
  const parts: Buffer[] = [];
  const block = /-----BEGIN PGP PUBLIC KEY BLOCK-----([^]*?)-----END PGP PUBLIC KEY BLOCK-----/g;
  for (const match of text.matchAll(block)) {
    const lines = match[1]!.split(/\r?\n/).map((line) => line.trim());
    const empty = lines.indexOf('', 1);
    const data = lines.slice(empty + 1).filter((line) => /^[A-Za-z0-9+/]+=*$/.test(line));
    parts.push(Buffer.from(data.join(''), 'base64'));
  }
  return new Uint8Array(Buffer.concat(parts));
}
