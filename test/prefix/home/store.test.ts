import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StoreFolder } from '../../../src/prefix/home/store.ts';
import type { StoreEntry } from '../../../src/prefix/home/store-entry.ts';
import { tempDir } from '../../support/temp-dir.ts';

const PAYLOAD = 'a'.repeat(64);
const CONTENT = 'b'.repeat(64);

const ENTRY: StoreEntry = {
  schema: 'gpu-setup/store@1',
  payloadSha256: PAYLOAD,
  package: { name: 'p', version: '1', architecture: 'amd64' },
  debs: [CONTENT],
  members: [
    { path: 'usr/x', type: 'file', mode: 0o755, mtime: 1, size: 2, linkTarget: null, sha256: CONTENT },
    { path: 'usr', type: 'dir', mode: 0o755, mtime: 1, size: 0, linkTarget: null, sha256: null },
  ],
  files: { [`${CONTENT}.x`]: { size: 2, mtime: 1, mode: 0o555 } },
};

/** Reads an entry.json that holds this. */
async function read(entry: unknown): Promise<StoreEntry | null> {
  const store = new StoreFolder(tempDir());
  mkdirSync(store.entryFolder(PAYLOAD));
  writeFileSync(join(store.entryFolder(PAYLOAD), 'entry.json'), JSON.stringify(entry));
  return store.read(PAYLOAD);
}

describe('an entry of the store', () => {
  it('is read as it was written', async () => {
    expect(await read(ENTRY)).toEqual(ENTRY);
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['a list', []],
    ['without its members', { ...ENTRY, members: undefined }],
    ['without its package', { ...ENTRY, package: null }],
    ['without its files', { ...ENTRY, files: undefined }],
    ['of another payload', { ...ENTRY, payloadSha256: CONTENT }],
    ['with a member of no known type', { ...ENTRY, members: [{ ...ENTRY.members[0], type: 'socket' }] }],
    ['with a digest that leads out of it', { ...ENTRY, members: [{ ...ENTRY.members[0], sha256: '../x' }] }],
    ['with a file that leads out of it', { ...ENTRY, files: { '../x': { size: 1, mtime: 1, mode: 1 } } }],
  ])('that is %s counts as not there', async (_, entry) => {
    expect(await read(entry)).toBeNull();
  });
});
