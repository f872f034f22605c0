/** What is made when it is first asked for: most calls of the program never ask. */

/** @returns what gives the one that was made */
export function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
