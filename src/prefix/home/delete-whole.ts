/** Deleting a folder of a home so that half of it never looks like the whole. */
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree } from '../../base/files/tree.ts';
import { freedBytes } from './freed-bytes.ts';

/** Begins the name of what is being deleted. */
export const DOOMED = '.removed-';

/** @returns bytes that came free */
export async function deleteWhole(folder: string, name: string): Promise<number> {
  const doomed = join(folder, `${DOOMED}${name}`);
  await removeTree(doomed);
  await rename(join(folder, name), doomed);
  const bytes = await freedBytes(doomed);
  await removeTree(doomed);
  return bytes;
}
