/** Which gcc majors a distribution packages, beside its default. Data: data/distro-gcc.json. */
import table from './data/distro-gcc.json' with { type: 'json' };

export interface PackagedGcc {
  /** VERSION_CODENAME of os-release: "bookworm"; derivatives name theirs in UBUNTU_CODENAME. */
  codename: string;
  /** "Debian 12" */
  title: string;
  /** As in package names (g++-11, g++-4.8), oldest first. */
  gcc: readonly string[];
}

export const PACKAGED_GCC: readonly PackagedGcc[] = table.distributions;
