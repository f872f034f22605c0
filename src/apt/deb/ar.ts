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

const MAGIC = '!<arch>\n';
const HEADER = 60;
/** A .deb has three; signed ones four. A bound keeps a hostile file from growing the list. */
const MOST_MEMBERS = 64;

/** @throws GpuSetupError `bad-deb` */
export async function readAr(file: FileHandle, path: string): Promise<ArMember[]> {
  const { size: fileSize } = await file.stat();
  const members: ArMember[] = [];
  let at = MAGIC.length;
  if ((await textAt(file, 0, MAGIC.length)) !== MAGIC)
    throw badDeb(path, 'it does not begin as an ar archive');
  while (at < fileSize) {
    const header = await textAt(file, at, HEADER);
    if (header.length < HEADER) throw badDeb(path, 'it ends inside the header of an ar member');
    const name = header.slice(0, 16).trimEnd().replace(/\/$/, '');
    const digits = header.slice(48, 58).trimEnd();
    if (header.slice(58) !== '`\n' || !/^\d+$/.test(digits))
      throw badDeb(path, `damaged ar header at byte ${at}`);
    const size = Number(digits);
    const offset = at + HEADER;
    if (offset + size > fileSize) {
      throw badDeb(path, `ar member "${name}" claims ${size} bytes where only ${fileSize - offset} follow`);
    }
    members.push({ name, offset, size });
    if (members.length > MOST_MEMBERS) throw badDeb(path, `it has more than ${MOST_MEMBERS} ar members`);
    at = offset + size + (size % 2);
  }
  return members;
}

async function textAt(file: FileHandle, position: number, length: number): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.toString('latin1', 0, bytesRead);
}
