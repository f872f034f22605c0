/** The runtime was given no memory, or no addresses for it: what it throws then has no code. */
export function isOutOfMemory(error: unknown): boolean {
  return error instanceof RangeError && /memory|allocation failed/i.test(error.message);
}
