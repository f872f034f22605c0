import { describe, expect, it } from 'vitest';
import { parseEntry, type StoreEntry } from '../../../src/prefix/home/store-entry.ts';

const digest = (letter: string): string => letter.repeat(64);
const ENTRY: StoreEntry = {
  schema: 'gpu-setup/store@1',
  payloadSha256: digest('a'),
  package: { name: 'cuda-x', version: '1', architecture: 'amd64' },
  debs: [digest('d')],
  members: [
    { path: '', type: 'dir', mode: 0o755, mtime: 0, size: 0, linkTarget: null, sha256: null },
    {
      path: 'usr/lib/x',
      type: 'file',
      mode: 0o755,
      mtime: 5,
      size: 3,
      linkTarget: null,
      sha256: digest('b'),
    },
    { path: 'usr/lib/..x', type: 'link', mode: 0o777, mtime: 5, size: 0, linkTarget: '../x', sha256: null },
    {
      path: 'usr/lib/y',
      type: 'hardlink',
      mode: 0o755,
      mtime: 5,
      size: 3,
      linkTarget: 'usr/lib/x',
      sha256: digest('b'),
    },
  ],
  files: { [`${digest('b')}.x`]: { size: 3, mtime: 5, mode: 0o555 } },
};
const read = (value: unknown): StoreEntry | null => parseEntry(JSON.stringify(value), digest('a'));

describe('an entry of the store', () => {
  it('is read as it was written', () => {
    expect(read(ENTRY)).toEqual(ENTRY);
  });

  it('of version 0.1 names no package file, so that its package is verified once more', () => {
    const { debs: _, ...old } = ENTRY;
    expect(read(old)).toEqual({ ...ENTRY, debs: [] });
  });

  it('counts as none for another payload', () => {
    expect(parseEntry(JSON.stringify(ENTRY), digest('c'))).toBeNull();
  });

  it.each(['', '{', '\u0000', 'null', '7', '"x"', '[]', '{}', '[null]', '{"schema":"gpu-setup/store@1"}'])(
    'counts as none where the file holds %j',
    (text) => {
      expect(parseEntry(text, digest('a'))).toBeNull();
    },
  );

  it('counts as none where any field of it is missing or of another type', () => {
    const fields = placesIn(ENTRY);
    expect(fields.length).toBeGreaterThan(30);
    for (const place of fields) {
      // What replaces one thing by another of its kind is no matter of shape.
      for (const bad of [undefined, true, -1, 0.5, 1e300, 'x\n', [null], { x: 1 }]) {
        const value: unknown = structuredClone(ENTRY);
        put(value, place, bad);
        if (isHarmless(place, bad)) continue;
        expect(read(value), `${place.join('.')} = ${JSON.stringify(bad)}`).toBeNull();
      }
    }
  });

  it.each(['../x', '/etc/x', 'a/../../x', 'a//x', './x', 'a/.', 'a/', '..', 'a\nhint: x'])(
    'counts as none where a member lies at %j',
    (path) => {
      expect(read({ ...ENTRY, members: [{ ...ENTRY.members[1], path }] })).toBeNull();
    },
  );

  it.each(['../x', 'x', `${digest('b')}.y`, `${digest('b')}/x`, digest('B')])(
    'counts as none where a file is called %j',
    (name) => {
      expect(read({ ...ENTRY, files: { [name]: { size: 1, mtime: 1, mode: 0o444 } } })).toBeNull();
    },
  );
});

type Place = readonly (string | number)[];

function placesIn(value: unknown, at: Place = []): Place[] {
  const below =
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...at, key]))
      : [];
  return at.length === 0 ? below : [at, ...below];
}

function put(value: unknown, place: Place, content: unknown): void {
  let at = value as Record<string, unknown>;
  for (const key of place.slice(0, -1)) at = at[key] as Record<string, unknown>;
  const last = place.at(-1)!;
  if (content === undefined && !Array.isArray(at)) delete at[last];
  else at[last] = content;
}

function isHarmless(place: Place, bad: unknown): boolean {
  const field = place.at(-1)!;
  // Debs that are missing are those of version 0.1.
  if (field === 'debs' && bad === undefined) return true;
  if (bad === undefined && place[0] === 'files' && place.length === 2) return true;
  const isText = ['name', 'version', 'architecture', 'linkTarget'].includes(String(field));
  return isText && typeof bad === 'string' && place[1] !== '0' && place[1] !== '1';
}
