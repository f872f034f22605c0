/**
 * The number that compilers and wheels call a GPU architecture by.
 *
 *     86    sm_86    compute_120    sm_90a    sm_103f
 *
 * @returns the compute capability: "8.6", "12.0", "9.0"; null where it is no such number ("native", "all-major")
 */
export function capabilityOfArchitecture(text: string): string | null {
  const [, major, minor] = /^(?:(?:sm|compute|lto)_)?(\d{1,2})(\d)[af]?$/i.exec(text) ?? [];
  return major === undefined ? null : `${Number(major)}.${minor}`;
}

/** Every architecture that a line names, each once, in its order. */
export function capabilitiesIn(text: string): string[] {
  const found = [...text.matchAll(/\b(?:sm|compute|lto)_(\d{2,3}[af]?)\b/gi)].map(([, number]) =>
    capabilityOfArchitecture(number!),
  );
  return [...new Set(found.filter((one) => one !== null))];
}
