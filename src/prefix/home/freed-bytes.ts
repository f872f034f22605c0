/** How much room deleting something makes. */
import { bytesFreedBy } from '../../base/files/tree.ts';
import { liveMachine } from '../../machine/kinds/live.ts';
import { readPrefixInfo } from '../../machine/records/read-prefix-manifest.ts';

/**
 * Bytes that come free when all of these are deleted: generations, entries of the store, builds, files. What several of
 * them share counts once, and what something else shares with them does not count.
 */
export async function freedBytes(...paths: readonly string[]): Promise<number> {
  let bytes = 0;
  const counted: string[] = [];
  for (const path of paths) {
    const own = await ownBytesOfClones(path);
    if (own === null) counted.push(path);
    else bytes += own;
  }
  return bytes + (await bytesFreedBy(...counted));
}

/**
 * What a generation has besides its reflinks; null where it has none. No count of names shows them: each looks like a
 * file of its own, while its blocks are the store's and come free with that alone.
 */
async function ownBytesOfClones(path: string): Promise<number | null> {
  const info = await readPrefixInfo(liveMachine(), path);
  return info.state === 'present' && info.value.sharing === 'reflink' ? info.value.bytes.own : null;
}
