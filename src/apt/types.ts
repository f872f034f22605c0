/** The words of the apt client. */
import type { Location } from '../base/http/location.ts';
import type { Packaging } from '../compat/releases.ts';

/** The kind of its packages; .rpm is to come. */
export type PackageFamily = 'deb';

/** One repository, from one stanza of a .sources file. */
export interface Source {
  /** File name without .sources: `nvidia-cuda-ubuntu1804`. */
  id: string;
  /** Tried in order. Empty for X-From-Host until one was found. */
  uris: readonly Location[];
  /** "/" for a flat repository (then there are no components), else suite names. */
  suites: readonly string[];
  components: readonly string[];
  architectures: readonly string[];
  /** From Types. */
  packageFamily: PackageFamily;
  /** From X-Packaging; null where the file does not say, and what the source holds has to tell. */
  packaging: Packaging | null;
  /** Full primary fingerprints, upper case; with `exactly` for "FPR!". */
  signedBy: readonly { fingerprint: string; exactly: boolean }[];
  keyUris: readonly Location[];
  /** Key files of the host, for X-From-Host: merely a place to find the bytes of a pinned key. */
  keyFiles: readonly string[];
  /** Key bytes that were carried along, as in the proof of a lock: a place to find a pinned key, like a file. */
  keyBytes?: Uint8Array;
  /** From X-Origin and X-Codename, with the URIs that are tried where no mirror of the host's serves it. */
  fromHost: { origin: string; codename: string; uris: readonly Location[] } | null;
  enabled: boolean;
  /** A word for people, from X-Description. */
  description: string | null;
  /** True where a file in the user's configuration stands in the place of the built-in one. */
  overridden: boolean;
  /** File it was read from, for messages. */
  file: string;
}

export interface SignedRelease {
  sourceId: string;
  suite: string;
  uri: Location;
  origin: string | null;
  codename: string | null;
  /** ISO 8601; null where Release has no Date (very old NVIDIA repositories). */
  date: string | null;
  /** Primary fingerprint of the key whose signature was accepted. */
  signedWith: string;
  /** The exact signed bytes, for the lock: InRelease, or Release and Release.gpg (base64). */
  proof: { inRelease: string } | { release: string; signature: string };
  /** SHA-256 and size of every index file named in it. */
  files: ReadonlyMap<string, { sha256: string; size: number }>;
  /** Of them, those that hold what the source is read for: one per index. */
  indexes: readonly ListedFile[];
}

/** What a signed file says of the bytes of another. */
export interface ListedFile {
  path: string;
  size: number;
  sha256: string;
}

export interface Dependency {
  name: string;
  /** Architecture qualifier (":any", ":amd64"), without the colon. */
  qualifier: string | null;
  relation: '<<' | '<=' | '=' | '>=' | '>>' | null;
  version: string | null;
}
/** Alternatives: one of them is enough. */
export type DependencyClause = readonly Dependency[];

/** What a signed index says of the bytes of one package: its path is below the repository's URI, "./" taken off. */
export type PackageFile = ListedFile;

/** One stanza of a Packages index. */
export interface IndexedPackage extends PackageFile {
  sourceId: string;
  suite: string;
  name: string;
  version: string;
  architecture: string;
  depends: readonly DependencyClause[];
  preDepends: readonly DependencyClause[];
  recommends: readonly DependencyClause[];
  provides: readonly Dependency[];
  /**
   * What other stanzas of the same name, version and architecture say in the same index (NVIDIA's have such pairs): bytes
   * that fit any of them are as right as those that fit this one. Mostly empty.
   */
  alternatives: readonly PackageFile[];
  /** Bytes when unpacked whole (Installed-Size is KiB in the index); null where not given. */
  installedBytes: number | null;
  description: string;
  section: string | null;
}

/** All that one source offers, by name; versions newest first. */
export interface PackageIndex {
  source: Source;
  release: SignedRelease;
  packages(name: string): readonly IndexedPackage[];
  /** The same list each time. */
  names(): readonly string[];
  /** Packages that provide a name (versioned provides included). */
  providers(name: string): readonly IndexedPackage[];
  /** Entries that cannot be used, URIs that were passed over. */
  warnings: readonly string[];
}

export interface HostRequirement {
  /** The clause as Debian writes it: "libc6 (>= 2.14)". */
  clause: string;
  wantedBy: readonly string[];
  /** Per dpkg's status file; unknown where the host has no readable one. */
  status: 'met' | 'missing' | 'too-old' | 'unknown';
  found: string | null;
}

export interface Closure {
  packages: readonly IndexedPackage[];
  host: readonly HostRequirement[];
  /** Driver packages that were asked for by dependencies and left out. */
  refusedDrivers: readonly { name: string; wantedBy: string }[];
  warnings: readonly string[];
}
