/** Finding names in a listing by how they begin: it is sorted, and folders of programs and libraries hold thousands. */

/**
 * Those that begin so, in their order.
 *
 * @param names sorted as `sort()` does, as the entries of a DirList are
 */
export function namesBeginning(names: readonly string[], beginning: string): readonly string[] {
  let from = 0;
  for (let until = names.length; from < until;) {
    const middle = (from + until) >>> 1;
    if (names[middle]! < beginning) from = middle + 1;
    else until = middle;
  }
  let end = from;
  while (end < names.length && names[end]!.startsWith(beginning)) end++;
  return names.slice(from, end);
}
