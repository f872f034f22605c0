/** Parts of a toolkit, for people. */

/** "nvcc, cudart, crt (needed by cudart)" */
export function partsText(
  parts: readonly string[],
  needed: readonly { name: string; neededBy: readonly string[] }[],
): string {
  const along = new Map(needed.map(({ name, neededBy }) => [name, neededBy]));
  const named = parts.filter((name) => !along.has(name));
  const others = parts.flatMap((name) => {
    const by = along.get(name);
    return by === undefined ? [] : [`${name} (needed by ${by.join(', ')})`];
  });
  return [...named, ...others].join(', ');
}
