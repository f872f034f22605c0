/** Of very many things the first few by name: a person reads no list of ten thousand. */

/**
 * "a, b and 7 more"
 *
 * @param total how many there are, where not all of them have words
 */
export function andMore(
  words: readonly string[],
  most: number,
  { separator = ', ', total = words.length }: { separator?: string; total?: number } = {},
): string {
  const named = words.slice(0, most);
  const more = total - named.length;
  return more === 0 ? named.join(separator) : `${named.join(separator)} and ${more} more`;
}
