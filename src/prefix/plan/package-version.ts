/** What a Debian package version says about the software in it. */

/**
 * The upstream numbers at its beginning:
 *
 *     10.0.130-1                     -> 10.0.130
 *     7.5.0.56-1+cuda10.0            -> 7.5.0.56
 *     11.8.89~11.8.0-5~deb12u1       -> 11.8.89
 *     1:2.36-9                       -> 2.36
 */
export function upstreamOf(version: string): string {
  return /^(?:\d+:)?(\d+(?:\.\d+)*)/.exec(version)?.[1] ?? version;
}

/** The release number that Debian appends: "11.8.0" of 11.8.89~11.8.0-5~deb12u1; null where there is none. */
export function releaseLabelOf(version: string): string | null {
  return /~(\d+\.\d+\.\d+)-/.exec(version)?.[1] ?? null;
}

/** The CUDA that a library was built for: "10.0" of 7.5.0.56-1+cuda10.0; null where it does not say. */
export function builtForCuda(version: string): string | null {
  return /\+cuda(\d+(?:\.\d+)?)$/.exec(version)?.[1] ?? null;
}
