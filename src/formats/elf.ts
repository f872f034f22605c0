/**
 * What the dynamic loader reads of an ELF file: soname, needed libraries, search path, symbol versions. Only program
 * headers and the dynamic segment are looked at (section headers may be stripped), by random access: of a library of a
 * gigabyte a few kilobytes are read. Every count, offset and length is checked against a bound before it is used.
 *
 * Format: System V ABI, chapters 4 and 5; symbol versions: Linux Standard Base, "Symbol Versioning".
 */
export interface ElfInfo {
  /** 64 or 32; x86-64 is machine 62, AArch64 183 (ELF e_machine). */
  bits: 32 | 64;
  machine: number;
  soname: string | null;
  needed: readonly string[];
  /** DT_RUNPATH, or DT_RPATH where there is no DT_RUNPATH; split at ':'. */
  runpath: readonly string[];
  /** Whether that is a DT_RPATH, which the loader searches before LD_LIBRARY_PATH. Left out: it is none, or not known. */
  isRpath?: boolean;
  /** Symbol versions required per library: { "libc.so.6": ["GLIBC_2.17", ...] }. */
  versionNeeds: Readonly<Record<string, readonly string[]>>;
}

/** Gives up to `length` bytes at `offset`; fewer only at the end of the file. */
export interface ByteReader {
  readonly size: number;
  read(offset: number, length: number): Uint8Array;
}

export type ElfResult =
  | { ok: true; elf: ElfInfo }
  /** `not-elf`: something else, or a class or byte order that no CUDA platform has. `damaged`: does not hold together. */
  | { ok: false; problem: 'not-elf' | 'damaged'; why: string };

const MAX_PROGRAM_HEADERS = 1024;
const MAX_DYNAMIC_BYTES = 1 << 20;
const MAX_STRING_TABLE = 32 << 20;
const MAX_NEEDED = 4096;
const MAX_VERSIONS = 16_384;
const MAX_NAME = 4096;

/** One for all: to make it takes longer than to read a name. */
const LATIN1 = new TextDecoder('latin1');

const PT_LOAD = 1;
const PT_DYNAMIC = 2;

const DT_NULL = 0;
const DT_NEEDED = 1;
const DT_STRTAB = 5;
const DT_STRSZ = 10;
const DT_SONAME = 14;
const DT_RPATH = 15;
const DT_RUNPATH = 29;
const DT_VERNEED = 0x6ffffffe;
const DT_VERNEEDNUM = 0x6fffffff;

interface Segment {
  type: number;
  offset: number;
  address: number;
  fileSize: number;
}

class Damaged extends Error {}

/** Never throws for what the bytes are. */
export function parseElf(bytes: Uint8Array): ElfResult {
  return readElf({ size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) });
}

/** Never throws for what the bytes are; lets through what `reader.read` throws (I/O errors). */
export function readElf(reader: ByteReader): ElfResult {
  const head = reader.size < 52 ? new Uint8Array() : reader.read(0, 64);
  if (head.length < 52 || head[0] !== 0x7f || head[1] !== 0x45 || head[2] !== 0x4c || head[3] !== 0x46) {
    return { ok: false, problem: 'not-elf', why: 'no ELF header' };
  }
  const elfClass = head[4];
  if ((elfClass !== 1 && elfClass !== 2) || head[5] !== 1) {
    return {
      ok: false,
      problem: 'not-elf',
      why: `ELF class ${elfClass}, byte order ${head[5]}: not a little-endian system`,
    };
  }
  try {
    return { ok: true, elf: new ElfFile(reader, head, elfClass === 2 ? 64 : 32).info() };
  } catch (error) {
    if (error instanceof Damaged) return { ok: false, problem: 'damaged', why: error.message };
    throw error;
  }
}

class ElfFile {
  readonly #reader: ByteReader;
  readonly #bits: 32 | 64;
  readonly #machine: number;
  readonly #segments: readonly Segment[];

  constructor(reader: ByteReader, head: Uint8Array, bits: 32 | 64) {
    this.#reader = reader;
    this.#bits = bits;
    if (head.length < (bits === 64 ? 64 : 52)) throw new Damaged('header is cut off');
    const view = viewOf(head);
    this.#machine = view.getUint16(18, true);
    this.#segments = this.#programHeaders(
      bits === 64 ? big(view, 32) : view.getUint32(28, true),
      view.getUint16(bits === 64 ? 54 : 42, true),
      view.getUint16(bits === 64 ? 56 : 44, true),
    );
  }

  info(): ElfInfo {
    const dynamic = this.#dynamicEntries();
    const last = (tag: number): number | undefined => dynamic.findLast((entry) => entry.tag === tag)?.value;
    const strings = this.#stringTable(last(DT_STRTAB), last(DT_STRSZ));
    const needed = dynamic.filter((entry) => entry.tag === DT_NEEDED);
    if (needed.length > MAX_NEEDED) throw new Damaged(`${needed.length} needed libraries`);
    const soname = last(DT_SONAME);
    const runpath = last(DT_RUNPATH) ?? last(DT_RPATH);
    const isRpath = runpath !== undefined && last(DT_RUNPATH) === undefined;
    return {
      bits: this.#bits,
      machine: this.#machine,
      soname: soname === undefined ? null : strings(soname),
      needed: needed.map((entry) => strings(entry.value)),
      runpath: runpath === undefined ? [] : strings(runpath).split(':').filter(Boolean),
      ...(isRpath ? { isRpath } : {}),
      versionNeeds: this.#versionNeeds(last(DT_VERNEED), last(DT_VERNEEDNUM), strings),
    };
  }

  #bytes(offset: number, length: number, what: string): Uint8Array {
    if (!Number.isSafeInteger(offset) || offset < 0 || offset + length > this.#reader.size) {
      throw new Damaged(`${what} lies outside the file`);
    }
    const bytes = this.#reader.read(offset, length);
    if (bytes.length < length) throw new Damaged(`${what} is cut off`);
    return bytes;
  }

  #programHeaders(offset: number, entrySize: number, count: number): Segment[] {
    if (count === 0) return [];
    const wide = this.#bits === 64;
    if (entrySize < (wide ? 56 : 32) || entrySize > 256)
      throw new Damaged(`program headers of ${entrySize} bytes`);
    if (count > MAX_PROGRAM_HEADERS) throw new Damaged(`${count} program headers`);
    const view = viewOf(this.#bytes(offset, entrySize * count, 'program header table'));
    return Array.from({ length: count }, (_, i) => {
      const at = i * entrySize;
      return wide
        ? {
            type: view.getUint32(at, true),
            offset: big(view, at + 8),
            address: big(view, at + 16),
            fileSize: big(view, at + 32),
          }
        : {
            type: view.getUint32(at, true),
            offset: view.getUint32(at + 4, true),
            address: view.getUint32(at + 8, true),
            fileSize: view.getUint32(at + 16, true),
          };
    });
  }

  #dynamicEntries(): { tag: number; value: number }[] {
    const segment = this.#segments.find((one) => one.type === PT_DYNAMIC);
    // A static program, an object file, or a file of debug symbols only.
    if (!segment || segment.fileSize === 0) return [];
    const size = this.#bits === 64 ? 16 : 8;
    if (segment.fileSize > MAX_DYNAMIC_BYTES)
      throw new Damaged(`dynamic segment of ${segment.fileSize} bytes`);
    const view = viewOf(this.#bytes(segment.offset, segment.fileSize, 'dynamic segment'));
    const entries: { tag: number; value: number }[] = [];
    for (let at = 0; at + size <= view.byteLength; at += size) {
      const tag = size === 16 ? big(view, at) : view.getUint32(at, true);
      if (tag === DT_NULL) break;
      entries.push({ tag, value: size === 16 ? big(view, at + 8) : view.getUint32(at + 4, true) });
    }
    return entries;
  }

  /** The dynamic section holds addresses; the loadable segments say where in the file they are. */
  #fileOffset(address: number, what: string): number {
    const segment = this.#segments.find(
      (one) => one.type === PT_LOAD && address >= one.address && address < one.address + one.fileSize,
    );
    if (!segment) throw new Damaged(`${what} is in no loaded segment`);
    return segment.offset + (address - segment.address);
  }

  #stringTable(address: number | undefined, size: number | undefined): (at: number) => string {
    if (address === undefined) {
      return () => {
        throw new Damaged('no string table');
      };
    }
    const start = this.#fileOffset(address, 'string table');
    const length = size ?? 0;
    if (length > MAX_STRING_TABLE) throw new Damaged(`string table of ${length} bytes`);
    const known = new Map<number, string>();
    return (at) => {
      const before = known.get(at);
      if (before !== undefined) return before;
      if (at >= length) throw new Damaged('a name lies outside the string table');
      // Names are short: read a little, and not the table, which in a large C++ library has megabytes.
      const bytes = this.#bytes(start + at, Math.min(length - at, MAX_NAME), 'string table');
      const end = bytes.indexOf(0);
      if (end < 0) throw new Damaged('a name without an end');
      const name = LATIN1.decode(bytes.subarray(0, end));
      known.set(at, name);
      return name;
    };
  }

  /** Elf_Verneed: version u16, count u16, file u32, aux u32, next u32; Elf_Vernaux: hash u32, flags u16, other u16, name u32, next u32. */
  #versionNeeds(
    address: number | undefined,
    count: number | undefined,
    strings: (at: number) => string,
  ): Record<string, string[]> {
    const needs = new Map<string, string[]>();
    if (address === undefined || !count) return Object.fromEntries(needs);
    let at = this.#fileOffset(address, 'version needs');
    let seen = 0;
    for (let i = 0; i < count; i++) {
      if (++seen > MAX_VERSIONS) throw new Damaged('too many version needs');
      const need = viewOf(this.#bytes(at, 16, 'version needs'));
      const versions: string[] = needs.get(strings(need.getUint32(4, true))) ?? [];
      needs.set(strings(need.getUint32(4, true)), versions);
      let auxAt = at + need.getUint32(8, true);
      for (let j = 0; j < need.getUint16(2, true); j++) {
        if (++seen > MAX_VERSIONS) throw new Damaged('too many version needs');
        const aux = viewOf(this.#bytes(auxAt, 16, 'version needs'));
        versions.push(strings(aux.getUint32(8, true)));
        if (aux.getUint32(12, true) === 0) break;
        auxAt += aux.getUint32(12, true);
      }
      if (need.getUint32(12, true) === 0) break;
      at += need.getUint32(12, true);
    }
    return Object.fromEntries(needs);
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** 64-bit values past 2^53 are no offsets of real files: they become a value that every bound refuses. */
function big(view: DataView, at: number): number {
  const value = view.getBigUint64(at, true);
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value);
}
