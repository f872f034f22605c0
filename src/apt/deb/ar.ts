/**
 * The outer archive of a .deb (ar(5), the common format):
 *
 *     !<arch>\n
 *     debian-binary   1500000000  0     0     100644  4         `\n
 *     2.0\n
 *     control.tar.xz  ...
 *     data.tar.xz     ...
 *     _gpgbuilder     ...          NVIDIA signs its packages with this extra member
 *
 * A header is 60 bytes of blank-padded text; member data is padded to an even length.
 */
import type { FileHandle } from 'node:fs/promises';
import { badDeb } from './bad-deb.ts';

export interface ArMember {
  name: string;
  /** Of the member's first byte in the file. */
  offset: number;
  size: number;
}

export const AR_MAGIC = '!<arch>\n';
/** Bytes of a member's header. */
export const AR_HEADER = 60;
/** A .deb has three; signed ones four. A bound keeps a hostile file from growing the list. */
const MOST_MEMBERS = 64;

/** @throws GpuSetupError `bad-deb` */
export async function readAr(file: FileHandle, path: string): Promise<ArMember[]> {
  const { size: fileSize } = await file.stat();
  const members: ArMember[] = [];
  let at = AR_MAGIC.length;
  if ((await textAt(file, 0, AR_MAGIC.length)) !== AR_MAGIC)
    throw badDeb(path, 'it does not begin as an ar archive');
  while (at < fileSize) {
    const text = await textAt(file, at, AR_HEADER);
    if (text.length < AR_HEADER) throw badDeb(path, 'it ends inside the header of an ar member');
    const header = parseArHeader(text);
    if (header === null) throw badDeb(path, `damaged ar header at byte ${at}`);
    const { name, size } = header;
    const offset = at + AR_HEADER;
    if (offset + size > fileSize) {
      throw badDeb(path, `ar member "${name}" claims ${size} bytes where only ${fileSize - offset} follow`);
    }
    members.push({ name, offset, size });
    if (members.length > MOST_MEMBERS) throw badDeb(path, `it has more than ${MOST_MEMBERS} ar members`);
    at = offset + size + (size % 2);
  }
  return members;
}

/** @param text of 60 characters; null where it is none that ar writes */
export function parseArHeader(text: string): Pick<ArMember, 'name' | 'size'> | null {
  const name = text.slice(0, 16).trimEnd().replace(/\/$/, '');
  const digits = text.slice(48, 58).trimEnd();
  return text.slice(58) === '`\n' && /^\d+$/.test(digits) ? { name, size: Number(digits) } : null;
}

async function textAt(file: FileHandle, position: number, length: number): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.toString('latin1', 0, bytesRead);
}
