/** Writes a small shared library as bytes: program headers, dynamic section and strings; no code, no section headers. */
export interface ElfImage {
  bits?: 32 | 64;
  /** e_machine; default 62 (x86-64). */
  machine?: number;
  soname?: string;
  needed?: readonly string[];
  runpath?: string;
  rpath?: string;
  versionNeeds?: Readonly<Record<string, readonly string[]>>;
}

/** The file is mapped here, so that addresses are not file offsets. */
const BASE = 0x10000;

export function elfImage(image: ElfImage = {}): Uint8Array<ArrayBuffer> {
  const wide = (image.bits ?? 64) === 64;
  const strings = stringTable();
  const dynamic: [number, number][] = [];
  for (const name of image.needed ?? []) dynamic.push([1, strings.add(name)]);
  if (image.soname !== undefined) dynamic.push([14, strings.add(image.soname)]);
  if (image.rpath !== undefined) dynamic.push([15, strings.add(image.rpath)]);
  if (image.runpath !== undefined) dynamic.push([29, strings.add(image.runpath)]);
  const needs = versionNeeds(image.versionNeeds ?? {}, strings);
  const needCount = Object.keys(image.versionNeeds ?? {}).length;

  const headerSize = wide ? 64 : 52;
  const programSize = wide ? 56 : 32;
  const dynamicAt = headerSize + 2 * programSize;
  const dynamicSize = (dynamic.length + (needCount > 0 ? 2 : 0) + 3) * (wide ? 16 : 8);
  const needsAt = dynamicAt + dynamicSize;
  const stringsAt = needsAt + needs.length;
  const text = strings.bytes();
  if (needCount > 0) dynamic.push([0x6ffffffe, BASE + needsAt], [0x6fffffff, needCount]);
  dynamic.push([5, BASE + stringsAt], [10, text.length], [0, 0]);

  const bytes = new Uint8Array(stringsAt + text.length);
  const view = new DataView(bytes.buffer);
  const word = (at: number, value: number): void =>
    wide ? view.setBigUint64(at, BigInt(value), true) : view.setUint32(at, value, true);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, 1, 1]);
  view.setUint16(16, 3, true);
  view.setUint16(18, image.machine ?? 62, true);
  word(wide ? 32 : 28, headerSize);
  view.setUint16(wide ? 54 : 42, programSize, true);
  view.setUint16(wide ? 56 : 44, 2, true);
  const segment = (at: number, type: number, offset: number, size: number): void => {
    view.setUint32(at, type, true);
    const fields = wide ? [8, 16, 32, 40] : [4, 8, 16, 20];
    [offset, BASE + offset, size, size].forEach((value, i) => word(at + fields[i]!, value));
  };
  segment(headerSize, 1, 0, bytes.length);
  segment(headerSize + programSize, 2, dynamicAt, dynamicSize);
  dynamic.forEach(([tag, value], i) => {
    word(dynamicAt + i * (wide ? 16 : 8), tag);
    word(dynamicAt + i * (wide ? 16 : 8) + (wide ? 8 : 4), value);
  });
  bytes.set(needs, needsAt);
  bytes.set(text, stringsAt);
  return bytes;
}

interface Strings {
  add(text: string): number;
  bytes(): Uint8Array;
}

function stringTable(): Strings {
  let text = '\0';
  return {
    add(name) {
      const at = text.length;
      text += `${name}\0`;
      return at;
    },
    bytes: () => new TextEncoder().encode(text),
  };
}

function versionNeeds(needs: Readonly<Record<string, readonly string[]>>, strings: Strings): Uint8Array {
  const libraries = Object.entries(needs);
  const bytes = new Uint8Array(libraries.reduce((sum, [, versions]) => sum + 16 + 16 * versions.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  libraries.forEach(([library, versions], i) => {
    const size = 16 + 16 * versions.length;
    view.setUint16(at, 1, true);
    view.setUint16(at + 2, versions.length, true);
    view.setUint32(at + 4, strings.add(library), true);
    view.setUint32(at + 8, 16, true);
    view.setUint32(at + 12, i === libraries.length - 1 ? 0 : size, true);
    versions.forEach((version, j) => {
      view.setUint32(at + 16 + 16 * j + 8, strings.add(version), true);
      view.setUint32(at + 16 + 16 * j + 12, j === versions.length - 1 ? 0 : 16, true);
    });
    at += size;
  });
  return bytes;
}
