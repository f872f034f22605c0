/** Linux distributions: C library, compilers, Python. Data: data/distributions.json. */
import { nearest } from '../base/suggest.ts';
import table from './data/distributions.json' with { type: 'json' };
import { withSource, type Sourced } from './sourced.ts';

export interface Distribution extends Sourced {
  /** ID of os-release: "ubuntu", "debian". */
  id: string;
  /** VERSION_ID: "22.04", "12". */
  version: string;
  /** "jammy" */
  codename: string | null;
  /** "2.35" */
  glibc: string;
  /** "11.4" */
  gccDefault: string;
  /** Majors as in package names (g++-11, g++-4.8), oldest first. */
  gccPackaged: readonly string[];
  /** False: of those that are packaged only the default is known. */
  gccListed: boolean;
  /** Its own python3: "3.10". */
  python: string;
  /** The month in which support for everybody ends: "2027-04"; of Debian that of its LTS. */
  endOfSupport: string | null;
  /** Fields that are remembered, not read. */
  recalled: readonly string[];
}

/** By distribution, oldest first. */
export const DISTRIBUTIONS: readonly Distribution[] = table.distributions.map((row) =>
  withSource(table.sources, row),
);

/** @param version null: the newest; @returns null for what the table lacks */
export function distributionOf(id: string, version: string | null): Distribution | null {
  const releases = DISTRIBUTIONS.filter((one) => one.id === id.toLowerCase());
  if (version === null) return releases.at(-1) ?? null;
  return releases.find((one) => one.version === version) ?? null;
}

/** What may have been meant, at most three: "ubuntu 22.04". */
export function nearestDistributions(text: string): readonly string[] {
  return nearest(
    text.trim().toLowerCase().slice(0, 60),
    DISTRIBUTIONS.map(({ id, version }) => `${id} ${version}`),
  );
}
