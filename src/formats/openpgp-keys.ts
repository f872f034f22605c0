/**
 * Public keys in a keyring file: fingerprint and user ids, and nothing verified. Enough to tell which keys apt has; what is
 * signed with them is judged in src/apt, by a full implementation.
 *
 * Format: RFC 4880, sections 4.2 (packet headers), 5.5 (key packets), 12.2 (fingerprints), 6.2 (armor).
 */
export interface PublicKey {
  /** 40 upper-case hexadecimal digits; computed when asked for, since of most keys only the user ids are looked at. */
  readonly fingerprint: string;
  readonly userIds: readonly string[];
  /** Fingerprints of subkeys. */
  readonly subkeys: readonly string[];
}

export const PUBLIC_KEY = 6;
export const USER_ID = 13;
const SUBKEY = 14;

/** A hostile file may hold any number of empty packets. */
const MOST_PACKETS = 100_000;

/**
 * Armored or binary; what does not hold together ends the list.
 *
 * @param mention what the text of a file must hold for its packets to be gone through
 */
export function readPublicKeys(bytes: Uint8Array, mention?: RegExp): PublicKey[] {
  const keys: KeyPackets[] = [];
  const binary = dearmored(bytes);
  if (mention !== undefined && !mention.test(latin1(binary))) return keys;
  for (const { tag, body } of packets(binary)) {
    const key = keys.at(-1);
    if (tag === PUBLIC_KEY && isVersion4(body)) keys.push(new KeyPackets(body));
    else if (tag === SUBKEY && isVersion4(body)) key?.addSubkey(body);
    else if (tag === USER_ID) key?.userIds.push(new TextDecoder().decode(body.subarray(0, 512)));
  }
  return keys;
}

class KeyPackets implements PublicKey {
  readonly userIds: string[] = [];
  readonly #body: Uint8Array;
  readonly #subkeys: Uint8Array[] = [];

  constructor(body: Uint8Array) {
    this.#body = body;
  }

  get fingerprint(): string {
    return fingerprintOf(this.#body);
  }

  get subkeys(): string[] {
    return this.#subkeys.map(fingerprintOf);
  }

  addSubkey(body: Uint8Array): void {
    this.#subkeys.push(body);
  }
}

const isVersion4 = (body: Uint8Array): boolean => body[0] === 4 && body.length <= 0xffff;

/** Version 4: SHA-1 over 0x99, the length in two bytes, the packet. */
function fingerprintOf(body: Uint8Array): string {
  const head = Uint8Array.of(0x99, body.length >> 8, body.length & 0xff);
  // Loaded by the first key that is asked for: it takes milliseconds, and most machines have none of NVIDIA's.
  const { createHash } = process.getBuiltinModule('node:crypto');
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
  const text = latin1(bytes);
  const parts: Buffer[] = [];
  for (let at = text.indexOf(BEGIN); at >= 0; at = text.indexOf(BEGIN, at)) {
    const end = text.indexOf(END, at);
    if (end < 0) break;
    const block = text.slice(at + BEGIN.length, end);
    const body = /\n[ \t]*\r?\n/.exec(block);
    // The checksum is a line of its own; white space between the lines is none of base64's digits.
    const data = block.slice(body === null ? 0 : body.index + body[0].length).replace(/^=.*$/m, '');
    parts.push(Buffer.from(data, 'base64'));
    at = end + END.length;
  }
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');

const BEGIN = '-----BEGIN PGP PUBLIC KEY BLOCK-----';
const END = '-----END PGP PUBLIC KEY BLOCK-----';
