/** Which of the folders that a toolkit may have it does have. */
import type { Machine } from '../../machine.ts';
import { joinPath } from '../../paths.ts';

/**
 * One look into the root in the place of one into each: most toolkits have few of them, and there may be ten thousand
 * toolkits. What is not known to be missing stays.
 *
 * @param relative "lib64", "targets/x86_64-linux/lib"; of each the first part is looked for
 * @returns full paths, in the same order
 */
export async function foldersBelow(
  machine: Machine,
  root: string,
  relative: readonly string[],
): Promise<readonly string[]> {
  const names = await machine.listDir(root);
  const isKnown = names.state === 'present' && names.value.complete;
  const listed = new Set(isKnown ? names.value.entries : []);
  return relative
    .filter((folder) => !isKnown || listed.has(folder.split('/')[0]!))
    .map((folder) => joinPath(root, folder));
}
