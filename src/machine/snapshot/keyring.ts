/**
 * A keyring of apt's as a recording keeps it: NVIDIA's keys, by which the doctor tells whether apt has them. Whose other
 * keys a machine trusts, and who signed them, is nobody's business.
 */
import { packetsOf, PUBLIC_KEY, USER_ID, type Packet } from '../../formats/openpgp-keys.ts';

const NVIDIA_USER = /@nvidia\.com\b/i;
const USER = new TextEncoder().encode('nvidia <key@nvidia.com>');

export function isKeyring(path: string, bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, 65_536)).toString('latin1');
  const isNamed = /\/(?:trusted\.gpg(?:\.d\/[^/]*)?|keyrings\/[^/]*)$|\.(?:gpg|pgp|asc)$/.test(path);
  return isNamed || /^[\x98\x99\x9a\xc6]/.test(start) || start.includes('BEGIN PGP PUBLIC KEY BLOCK');
}

/** Binary, with the primary key (its fingerprint) and a user id of NVIDIA's for each of its keys. */
export function keptKeys(bytes: Uint8Array): Uint8Array {
  const kept: Uint8Array[] = [];
  let key: Packet | undefined;
  for (const packet of packetsOf(bytes)) {
    if (packet.tag === PUBLIC_KEY) key = packet;
    else if (key && packet.tag === USER_ID && NVIDIA_USER.test(new TextDecoder().decode(packet.body))) {
      kept.push(written(key), written({ tag: USER_ID, body: USER }));
      key = undefined;
    }
  }
  return new Uint8Array(Buffer.concat(kept));
}

/** With a new header and a length of four bytes: RFC 4880, section 4.2.2. */
function written({ tag, body }: Packet): Uint8Array {
  const head = Buffer.alloc(6);
  head[0] = 0xc0 | tag;
  head[1] = 255;
  head.writeUInt32BE(body.length, 2);
  return Buffer.concat([head, body]);
}
