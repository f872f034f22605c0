/**
 * Which GPUs a program holds code for. Fat binaries lie in it as they are, and their headers in the clear, compressed or
 * not; no tool of a toolkit is needed.
 *
 *     header  u32 0xBA55ED50, u16 version (1), u16 header size (16), u64 size of the entries that follow
 *     entry   u16 kind (1 PTX, 2 machine code), u16 version, u32 header size, u64 payload size, ..., u32 at 28: 75
 *
 * As measured on what nvcc 11.8, 12.4 and 13.0 write, and as `cuobjdump --list-elf --list-ptx` reads it.
 */
const MAGIC = Buffer.from([0x50, 0xed, 0x55, 0xba]);
const HEADER_BYTES = 16;
const ARCH_AT = 28;
const KIND = { ptx: 1, machineCode: 2 } as const;
/** Programs hold some hundred; a hostile file could hold millions of empty ones. */
const MOST_ENTRIES = 100_000;

export interface GpuCode {
  /** Compute capabilities without the dot, ascending: 75. */
  machineCode: readonly number[];
  ptx: readonly number[];
}

/** Bytes that only look like a header are passed over. */
export function gpuCodeIn(bytes: Uint8Array): GpuCode {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const machineCode = new Set<number>();
  const ptx = new Set<number>();
  let entries = 0;
  for (let at = buffer.indexOf(MAGIC); at >= 0; at = buffer.indexOf(MAGIC, at + 4)) {
    for (const { kind, arch } of entriesAt(buffer, at)) {
      if (++entries > MOST_ENTRIES) break;
      if (kind === KIND.machineCode) machineCode.add(arch);
      else if (kind === KIND.ptx) ptx.add(arch);
    }
  }
  const ascending = (set: Set<number>): number[] => [...set].sort((a, b) => a - b);
  return { machineCode: ascending(machineCode), ptx: ascending(ptx) };
}

function* entriesAt(buffer: Buffer, start: number): Generator<{ kind: number; arch: number }> {
  if (start + HEADER_BYTES > buffer.length || buffer.readUInt16LE(start + 6) !== HEADER_BYTES) return;
  const end = start + HEADER_BYTES + Number(buffer.readBigUInt64LE(start + 8));
  if (!(end <= buffer.length)) return;
  for (let at = start + HEADER_BYTES; at + ARCH_AT + 4 <= end;) {
    const headerSize = buffer.readUInt32LE(at + 4);
    if (headerSize < ARCH_AT + 4) return;
    yield { kind: buffer.readUInt16LE(at), arch: buffer.readUInt32LE(at + ARCH_AT) };
    at += headerSize + Number(buffer.readBigUInt64LE(at + 8));
  }
}
