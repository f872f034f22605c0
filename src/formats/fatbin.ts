/**
 * Which GPUs a program or library holds code for. Fat binaries lie in sections of its ELF file, and their headers in the clear,
 * compressed or not; no tool of a toolkit is needed. Of a library of gigabytes the headers alone are read.
 *
 *     .nv_fatbin, __nv_relfatbin    one fat binary after another, with zeros between them
 *     header  u32 0xBA55ED50, u16 version (1), u16 header size (16), u64 size of the entries that follow
 *     entry   u16 kind (1 PTX, 2 machine code), u16 version, u32 header size, u64 payload size, ..., u32 at 28: 75,
 *             u64 at 40: bit 20 of sm_90a, bit 21 of sm_100f
 *
 * As measured on what nvcc 11.8, 12.4 and 13.0 write (the two bits on 13.0), and as `cuobjdump --list-elf --list-ptx` reads it.
 */
import { sectionsOf } from './elf-sections.ts';
import type { ByteReader } from './elf.ts';

const SECTIONS = ['.nv_fatbin', '__nv_relfatbin'];
const MAGIC = 0xba55ed50;
const HEADER_BYTES = 16;
const ARCH_AT = 28;
const FLAGS_AT = 40;
const ENTRY_BYTES = FLAGS_AT + 8;
const OF_ONE = 1n << 20n;
const OF_FAMILY = 1n << 21n;
const KIND = { ptx: 1, machineCode: 2 } as const;
/** PyTorch's library has some ten thousand; a hostile file could hold millions of empty ones. */
const MOST_ENTRIES = 400_000;
/** Between two fat binaries lie less than eight. */
const MOST_GAP = 4096;
const WINDOW = 4096;

export interface GpuCode {
  /** Compute capabilities, ascending: "7.5"; with features of one architecture "9.0a", of a family "10.0f". */
  machineCode: readonly string[];
  ptx: readonly string[];
}

export type GpuCodeResult =
  | { ok: true; code: GpuCode }
  /** `stripped`: nothing says where its fat binaries lie. */
  | { ok: false; problem: 'not-elf' | 'damaged' | 'stripped'; why: string };

/** Never throws for what the bytes are; lets through what `reader.read` throws (I/O errors, a time limit). */
export function readGpuCode(reader: ByteReader): GpuCodeResult {
  const found = sectionsOf(reader);
  if (!found.ok) return found;
  const machineCode = new Set<string>();
  const ptx = new Set<string>();
  let entries = 0;
  const read = windowed(reader);
  for (const { name, offset, size } of found.sections) {
    if (!SECTIONS.includes(name)) continue;
    for (const { kind, architecture } of entriesIn(read, offset, offset + size)) {
      if (++entries > MOST_ENTRIES)
        return { ok: false, problem: 'damaged', why: `more than ${MOST_ENTRIES} entries` };
      if (kind === KIND.machineCode) machineCode.add(architecture);
      else if (kind === KIND.ptx) ptx.add(architecture);
    }
  }
  return { ok: true, code: { machineCode: ascending(machineCode), ptx: ascending(ptx) } };
}

/** "8.0", "9.0", "9.0a", "10.0" */
const ascending = (set: ReadonlySet<string>): string[] =>
  [...set].sort((a, b) => parseFloat(a) - parseFloat(b) || a.localeCompare(b));

/** Null where fewer bytes are left. */
type Read = (offset: number, length: number) => DataView | null;

/** What ends before its size says it does is passed over to the next that looks like one. */
function* entriesIn(
  read: Read,
  start: number,
  end: number,
): Generator<{ kind: number; architecture: string }> {
  let gap = 0;
  for (let at = start; at + HEADER_BYTES <= end && gap <= MOST_GAP;) {
    const header = read(at, HEADER_BYTES);
    if (header === null) return;
    const size = Number(header.getBigUint64(8, true));
    const isOne =
      header.getUint32(0, true) === MAGIC &&
      header.getUint16(6, true) === HEADER_BYTES &&
      at + HEADER_BYTES + size <= end;
    if (!isOne) {
      at += 4;
      gap += 4;
      continue;
    }
    gap = 0;
    const last = at + HEADER_BYTES + size;
    yield* entriesOf(read, at + HEADER_BYTES, last);
    at = last;
  }
}

function* entriesOf(
  read: Read,
  start: number,
  end: number,
): Generator<{ kind: number; architecture: string }> {
  for (let at = start; at + ENTRY_BYTES <= end;) {
    const entry = read(at, ENTRY_BYTES);
    if (entry === null) return;
    const headerSize = entry.getUint32(4, true);
    if (headerSize < ENTRY_BYTES) return;
    const number = entry.getUint32(ARCH_AT, true);
    const flags = entry.getBigUint64(FLAGS_AT, true);
    const suffix = (flags & OF_ONE) !== 0n ? 'a' : (flags & OF_FAMILY) !== 0n ? 'f' : '';
    yield {
      kind: entry.getUint16(0, true),
      architecture: `${Math.floor(number / 10)}.${number % 10}${suffix}`,
    };
    at += headerSize + Number(entry.getBigUint64(8, true));
  }
}

/** Small fat binaries stand close together: one read serves several of their headers. */
function windowed(reader: ByteReader): Read {
  let from = 0;
  let window = new Uint8Array();
  return (offset, length) => {
    if (offset < from || offset + length > from + window.length) {
      if (offset + length > reader.size) return null;
      from = offset;
      window = Uint8Array.from(reader.read(offset, Math.min(WINDOW, reader.size - offset)));
    }
    return offset + length > from + window.length ? null : new DataView(window.buffer, offset - from, length);
  };
}
