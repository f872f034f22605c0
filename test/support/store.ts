/** A store with packages of one megabyte, and what a prefix's record says of them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PrefixInfo } from '../../src/machine/records/prefix-manifest.ts';
import { StoreFolder } from '../../src/prefix/home/store.ts';

export const MEGABYTE = 1 << 20;

/** An entry with one file of a megabyte, which may get a second name in a generation. @returns the file's path */
export async function storeMegabyte(home: string, payloadSha256: string, name = 'p'): Promise<string> {
  const store = new StoreFolder(join(home, 'store'));
  const file = join(store.filesFolder(payloadSha256), 'content');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, 'x'.repeat(MEGABYTE));
  await store.write({
    schema: 'gpu-setup/store@1',
    payloadSha256,
    package: { name, version: '1', architecture: 'amd64' },
    debs: [],
    members: [],
    files: {},
  });
  return file;
}

/** In a prefix's record: a package of this payload. */
export const packageOf = (payloadSha256: string): PrefixInfo['packages'][number] => ({
  name: 'p',
  version: '1',
  architecture: 'amd64',
  source: 's',
  sha256: 'c'.repeat(64),
  payloadSha256,
});
