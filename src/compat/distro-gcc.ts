/** Which gcc majors a distribution packages, beside its default. */
import { DISTRIBUTIONS } from './distributions.ts';

export interface PackagedGcc {
  /** VERSION_CODENAME of os-release: "bookworm"; derivatives name theirs in UBUNTU_CODENAME. */
  codename: string;
  /** "Debian 12" */
  title: string;
  /** As in package names (g++-11, g++-4.8), oldest first. */
  gcc: readonly string[];
}

const TITLES: Readonly<Record<string, string>> = { ubuntu: 'Ubuntu', debian: 'Debian' };

export const PACKAGED_GCC: readonly PackagedGcc[] = DISTRIBUTIONS.flatMap(
  ({ id, version, codename, gccPackaged, gccListed }) =>
    codename === null || !gccListed
      ? []
      : [{ codename, title: `${TITLES[id] ?? id} ${version}`, gcc: gccPackaged }],
);
