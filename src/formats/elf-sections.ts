/**
 * Where in an ELF file a section lies, by its name. The loader needs none of them, and a file may have lost their table; what a
 * program carries for others than the loader is found in no other way.
 *
 * Format: System V ABI, chapter 4, "Sections". Only the table and the names are read, each within a bound.
 */
import type { ByteReader } from './elf.ts';

export interface Section {
  name: string;
  /** In the file, in bytes. */
  offset: number;
  size: number;
}

export type SectionsResult =
  | { ok: true; sections: readonly Section[] }
  /** `not-elf`: nor a 64-bit little-endian one. `stripped`: it has no table of sections. */
  | { ok: false; problem: 'not-elf' | 'damaged' | 'stripped'; why: string };

const HEADER_BYTES = 64;
const ENTRY_BYTES = 64;
/** A library of templates has some ten thousand. */
const MOST_SECTIONS = 200_000;
const MOST_NAME_BYTES = 16 << 20;
const SHT_NOBITS = 8;
/** The number, or the place of the names, stands in the first section where it does not fit its field. */
const SHN_XINDEX = 0xffff;

/** Never throws for what the bytes are; lets through what `reader.read` throws (I/O errors). */
export function sectionsOf(reader: ByteReader): SectionsResult {
  const head = reader.size < HEADER_BYTES ? new Uint8Array() : reader.read(0, HEADER_BYTES);
  if (head.length < HEADER_BYTES || !isElf64(head))
    return { ok: false, problem: 'not-elf', why: 'no header of a 64-bit little-endian ELF file' };
  const view = viewOf(head);
  const table = offsetAt(view, 40);
  const size = view.getUint16(58, true);
  if (table === 0) return { ok: false, problem: 'stripped', why: 'it has no table of sections' };
  if (size !== ENTRY_BYTES) return damaged(`sections of ${size} bytes`);
  const first = within(reader, table, ENTRY_BYTES);
  if (first === null) return damaged('the table of sections lies outside the file');
  const count = view.getUint16(60, true) || offsetAt(viewOf(first), 32);
  const namesIn = view.getUint16(62, true);
  const names = namesIn === SHN_XINDEX ? viewOf(first).getUint32(40, true) : namesIn;
  if (count > MOST_SECTIONS || names >= count) return damaged(`${count} sections`);
  const entries = within(reader, table, count * ENTRY_BYTES);
  if (entries === null) return damaged('the table of sections is cut off');
  const { offset, size: bytes } = rangeOf(viewOf(entries), names);
  const text = bytes > MOST_NAME_BYTES ? null : within(reader, offset, bytes);
  if (text === null) return damaged('the names of sections lie outside the file');
  return { ok: true, sections: named(viewOf(entries), count, text, reader.size) };
}

function named(entries: DataView, count: number, names: Uint8Array, fileSize: number): Section[] {
  const sections: Section[] = [];
  for (let index = 0; index < count; index++) {
    const at = index * ENTRY_BYTES;
    const { offset, size } = rangeOf(entries, index);
    if (entries.getUint32(at + 4, true) === SHT_NOBITS || offset + size > fileSize) continue;
    const start = entries.getUint32(at, true);
    const end = names.indexOf(0, start);
    if (start >= names.length || end < 0) continue;
    sections.push({ name: new TextDecoder('latin1').decode(names.subarray(start, end)), offset, size });
  }
  return sections;
}

const rangeOf = (entries: DataView, index: number): { offset: number; size: number } => ({
  offset: offsetAt(entries, index * ENTRY_BYTES + 24),
  size: offsetAt(entries, index * ENTRY_BYTES + 32),
});

function within(reader: ByteReader, offset: number, length: number): Uint8Array | null {
  if (offset + length > reader.size) return null;
  const bytes = reader.read(offset, length);
  return bytes.length < length ? null : bytes;
}

const isElf64 = (head: Uint8Array): boolean =>
  head[0] === 0x7f &&
  head[1] === 0x45 &&
  head[2] === 0x4c &&
  head[3] === 0x46 &&
  head[4] === 2 &&
  head[5] === 1;

const damaged = (why: string): SectionsResult => ({ ok: false, problem: 'damaged', why });

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** What is past 2^53 is no offset of a real file, and outside every file. */
const offsetAt = (view: DataView, at: number): number => Number(view.getBigUint64(at, true));
