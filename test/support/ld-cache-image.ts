/** Writes an ld.so.cache in each of the layouts that glibc has had. */
export interface CachedLibrary {
  soname: string;
  path: string;
  /** Default: libc6, x86-64. */
  flags?: number;
  hwcap?: bigint;
}

export function newLdCache(libraries: readonly CachedLibrary[]): Uint8Array<ArrayBuffer> {
  const tableEnd = 48 + 24 * libraries.length;
  const { bytes, view, place } = image(tableEnd, libraries);
  bytes.set(new TextEncoder().encode('glibc-ld.so.cache1.1'));
  view.setUint32(20, libraries.length, true);
  view.setUint32(24, bytes.length - tableEnd, true);
  bytes[28] = 2;
  libraries.forEach((library, i) => {
    const at = 48 + 24 * i;
    view.setUint32(at, library.flags ?? 0x0303, true);
    view.setUint32(at + 4, place(library.soname), true);
    view.setUint32(at + 8, place(library.path), true);
    view.setBigUint64(at + 16, library.hwcap ?? 0n, true);
  });
  return bytes;
}

export function oldLdCache(libraries: readonly CachedLibrary[]): Uint8Array<ArrayBuffer> {
  const tableEnd = 16 + 12 * libraries.length;
  const { bytes, view, place } = image(tableEnd, libraries);
  bytes.set(new TextEncoder().encode('ld.so-1.7.0'));
  view.setUint32(12, libraries.length, true);
  libraries.forEach((library, i) => {
    const at = 16 + 12 * i;
    view.setUint32(at, library.flags ?? 0x0303, true);
    // The old table's names count from its own end.
    view.setUint32(at + 4, place(library.soname) - tableEnd, true);
    view.setUint32(at + 8, place(library.path) - tableEnd, true);
  });
  return bytes;
}

/** glibc 2.2 to 2.31: the old table without its strings, then the new file at the next multiple of 8. */
export function combinedLdCache(libraries: readonly CachedLibrary[]): Uint8Array<ArrayBuffer> {
  const tableEnd = 16 + 12 * libraries.length;
  const newAt = (tableEnd + 7) & ~7;
  const inner = newLdCache(libraries);
  const bytes = new Uint8Array(newAt + inner.length);
  bytes.set(oldLdCache(libraries).subarray(0, tableEnd));
  bytes.set(inner, newAt);
  return bytes;
}

function image(
  tableEnd: number,
  libraries: readonly CachedLibrary[],
): { bytes: Uint8Array<ArrayBuffer>; view: DataView; place(text: string): number } {
  const places = new Map<string, number>();
  let names = Buffer.alloc(0);
  for (const name of libraries.flatMap(({ soname, path }) => [soname, path])) {
    if (places.has(name)) continue;
    places.set(name, tableEnd + names.length);
    names = Buffer.concat([names, Buffer.from(`${name}\0`)]);
  }
  const bytes = new Uint8Array(tableEnd + names.length);
  bytes.set(names, tableEnd);
  return { bytes, view: new DataView(bytes.buffer), place: (name) => places.get(name)! };
}
