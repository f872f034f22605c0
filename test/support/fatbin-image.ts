/** Writes fat binaries, and a 64-bit ELF file that holds them in its sections, as nvcc leaves both; see src/formats/fatbin.ts. */
export interface FatEntry {
  kind: 'ptx' | 'machine-code';
  /** "7.5", "9.0a", "10.0f" */
  architecture: string;
  /** Bytes of code. */
  payload?: number;
}

const ENTRY_HEADER = 64;

export function fatbin(entries: readonly FatEntry[], size?: number): Buffer {
  const bodies = entries.map(({ kind, architecture, payload = 32 }) => {
    const [, major, minor, suffix] = /^(\d+)\.(\d)([af]?)$/.exec(architecture)!;
    const entry = Buffer.alloc(ENTRY_HEADER + payload);
    entry.writeUInt16LE(kind === 'ptx' ? 1 : 2, 0);
    entry.writeUInt16LE(0x101, 2);
    entry.writeUInt32LE(ENTRY_HEADER, 4);
    entry.writeBigUInt64LE(BigInt(payload), 8);
    entry.writeUInt32LE(Number(major) * 10 + Number(minor), 28);
    entry.writeBigUInt64LE(0x11n | (suffix === 'a' ? 0x10_0000n : suffix === 'f' ? 0x20_0000n : 0n), 40);
    return entry;
  });
  const body = Buffer.concat(bodies);
  const head = Buffer.alloc(16);
  head.writeUInt32LE(0xba55ed50, 0);
  head.writeUInt16LE(1, 4);
  head.writeUInt16LE(16, 6);
  head.writeBigUInt64LE(BigInt(size ?? body.length), 8);
  return Buffer.concat([head, body]);
}

/** A library with a fat binary for each list, and none of what a loader reads. */
export const libraryFor = (...lists: readonly (readonly FatEntry[])[]): Buffer =>
  elfWithSections({ '.nv_fatbin': Buffer.concat(lists.map((entries) => fatbin(entries))) });

/** @param sections by name; their table stands at the end, as linkers have it */
export function elfWithSections(sections: Readonly<Record<string, Buffer>>): Buffer {
  const all: [string, Buffer][] = [['', Buffer.alloc(0)], ...Object.entries(sections)];
  const names = Buffer.from([...all.map(([name]) => name), '.shstrtab'].map((name) => `${name}\0`).join(''));
  all.push(['.shstrtab', names]);
  const head = Buffer.alloc(64);
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]).copy(head);
  head.writeUInt16LE(3, 16);
  head.writeUInt16LE(62, 18);
  const bytes: Buffer[] = [];
  let at = head.length;
  const table = all.map(([name, content], index) => {
    const entry = Buffer.alloc(64);
    entry.writeUInt32LE(names.indexOf(Buffer.from(`${name}\0`)), 0);
    entry.writeUInt32LE(index === 0 ? 0 : 1, 4);
    entry.writeBigUInt64LE(BigInt(at), 24);
    entry.writeBigUInt64LE(BigInt(content.length), 32);
    const padded = Buffer.concat([content, Buffer.alloc(-content.length & 7)]);
    bytes.push(padded);
    at += padded.length;
    return entry;
  });
  head.writeBigUInt64LE(BigInt(at), 40);
  head.writeUInt16LE(64, 58);
  head.writeUInt16LE(table.length, 60);
  head.writeUInt16LE(table.length - 1, 62);
  return Buffer.concat([head, ...bytes, ...table]);
}
