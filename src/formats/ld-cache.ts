/**
 * /etc/ld.so.cache: which file the dynamic loader has for a soname. Three layouts exist:
 *
 *     "glibc-ld.so.cache1.1" ...                     glibc 2.32 and newer
 *     "ld.so-1.7.0" ... "glibc-ld.so.cache1.1" ...   glibc 2.2 to 2.31 (Ubuntu 18.04, 20.04): old table, then the new one
 *     "ld.so-1.7.0" ...                              the old table alone
 *
 * Source: glibc, sysdeps/generic/dl-cache.h and elf/cache.c.
 */
export interface LdCacheEntry {
  soname: string;
  path: string;
  /** Low byte 3: libc6; 0x0300 x86-64, 0x0a00 AArch64. */
  flags: number;
  /** True where only processors with certain features take this file. */
  hwcap: boolean;
}

export type LdCacheResult = { ok: true; entries: readonly LdCacheEntry[] } | { ok: false; why: string };

export const LD_CACHE_FLAGS = { 'x86-64': 0x0303, aarch64: 0x0a03 } as const;

const OLD_MAGIC = 'ld.so-1.7.0';
const OLD_HEADER = 16;
const OLD_ENTRY = 12;
const NEW_MAGIC = 'glibc-ld.so.cache1.1';
const NEW_HEADER = 48;
const NEW_ENTRY = 24;

/** A desktop has some thousands. */
const MAX_ENTRIES = 200_000;
const MAX_STRING = 4096;

/**
 * Never throws for what the bytes are. Entries in the file's order, which is the loader's.
 *
 * @param soname of these alone: of a table of thousands that is a search for one name, and the others are not looked at
 */
export function parseLdCache(bytes: Uint8Array, soname?: string): LdCacheResult {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (hasText(bytes, 0, NEW_MAGIC)) return readNew(bytes, view, 0, soname);
  if (!hasText(bytes, 0, OLD_MAGIC)) return { ok: false, why: 'not a loader cache' };
  if (bytes.length < OLD_HEADER) return { ok: false, why: 'header is cut off' };
  const count = view.getUint32(12, true);
  if (count > MAX_ENTRIES) return { ok: false, why: `${count} entries` };
  const tableEnd = OLD_HEADER + count * OLD_ENTRY;
  // The new table starts at the next multiple of 8.
  const newAt = (tableEnd + 7) & ~7;
  if (hasText(bytes, newAt, NEW_MAGIC)) return readNew(bytes, view, newAt, soname);
  return readTable(bytes, view, { at: OLD_HEADER, count, size: OLD_ENTRY, strings: tableEnd }, soname);
}

function readNew(bytes: Uint8Array, view: DataView, start: number, soname?: string): LdCacheResult {
  if (bytes.length < start + NEW_HEADER) return { ok: false, why: 'header is cut off' };
  // 0: written before the byte was used; 2: little endian.
  const order = bytes[start + 28]! & 3;
  if (order !== 0 && order !== 2) return { ok: false, why: 'not written on a little-endian system' };
  const count = view.getUint32(start + 20, true);
  // Offsets of names count from the new header.
  return readTable(bytes, view, { at: start + NEW_HEADER, count, size: NEW_ENTRY, strings: start }, soname);
}

function readTable(
  bytes: Uint8Array,
  view: DataView,
  table: { at: number; count: number; size: number; strings: number },
  wanted?: string,
): LdCacheResult {
  if (table.count > MAX_ENTRIES) return { ok: false, why: `${table.count} entries` };
  const names = table.at + table.count * table.size;
  if (names > bytes.length) return { ok: false, why: 'entry table is cut off' };
  const entries: LdCacheEntry[] = [];
  const places = wanted === undefined ? null : placesOf(bytes, names, wanted);
  if (places?.size === 0) return { ok: true, entries };
  const stringAt = stringsOf(bytes, names);
  for (let i = 0; i < table.count; i++) {
    const at = table.at + i * table.size;
    const nameAt = table.strings + view.getUint32(at + 4, true);
    if (places?.has(nameAt) === false) continue;
    const path = stringAt(table.strings + view.getUint32(at + 8, true));
    const soname = stringAt(nameAt);
    if (soname === null || path === null)
      return { ok: false, why: `name of entry ${i} lies outside the file` };
    entries.push({
      soname,
      path,
      flags: view.getUint32(at, true),
      hwcap:
        table.size === NEW_ENTRY && (view.getUint32(at + 16, true) | view.getUint32(at + 20, true)) !== 0,
    });
  }
  return { ok: true, entries };
}

function hasText(bytes: Uint8Array, at: number, text: string): boolean {
  if (at + text.length > bytes.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** Where a name stands, also as the end of a longer one. */
function placesOf(bytes: Uint8Array, start: number, name: string): ReadonlySet<number> {
  const names = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const places = new Set<number>();
  const text = `${name}\0`;
  for (let at = names.indexOf(text, start); at >= 0; at = names.indexOf(text, at + 1)) places.add(at);
  return places;
}

/**
 * A cache has thousands of names: they are cut out of one text, since to decode each of them takes ten times as long.
 *
 * @param start where the names begin
 * @returns null: the name lies outside the file, or does not end
 */
function stringsOf(bytes: Uint8Array, start: number): (at: number) => string | null {
  const decoder = new TextDecoder();
  const text = decoder.decode(bytes.subarray(start));
  // No character takes fewer bytes than it has places in a text: where the sums agree, each byte has its own.
  const isWhole = text.length === bytes.length - start;
  let before = -1;
  let known = -1;
  return (at) => {
    // A soname is the end of its path, where newer caches have it once for both.
    const end = at > before && at <= known ? known : bytes.indexOf(0, at);
    if (end < 0 || end - at >= MAX_STRING) return null;
    [before, known] = [at, end];
    return isWhole && at >= start
      ? text.slice(at - start, end - start)
      : decoder.decode(bytes.subarray(at, end));
  };
}
