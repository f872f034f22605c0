/**
 * The record that an installed prefix carries in .gpu-setup/manifest.json. It is described here, below prefix/, because
 * the doctor reads prefixes as it reads toolkits.
 */

/** gpu-setup/prefix@1, as `show --json` prints it. */
export interface PrefixInfo {
  schema: 'gpu-setup/prefix@1';
  name: string;
  path: string;
  /** In Debian's words: "arm64"; absent in prefixes of version 0.1: that of the machine which made it. It stands before `packages`. */
  architecture?: string;
  recipe: string | null;
  cuda: string;
  cudnn: string | null;
  /** Names of `COMPONENTS` in src/prefix/layout/component.ts. */
  components: readonly string[];
  /** Parts of the toolkit, where it was asked for some of them; absent: all that the components have. */
  parts?: readonly string[];
  /** Of the parts, those that nobody named, and which parts need them. Absent in prefixes of earlier versions, too. */
  neededParts?: readonly { name: string; neededBy: readonly string[] }[];
  installedAt: string;
  /** The generation of the prefix that this one took the place of; absent: it was the first, or an earlier version made it. */
  replaces?: string;
  packages: readonly {
    name: string;
    version: string;
    architecture: string;
    source: string;
    sha256: string;
    payloadSha256: string;
  }[];
  /** `hostCompiler`: of both, what a host compiler of its own takes; absent where it has none. */
  bytes: { own: number; shared: number; hostCompiler?: number };
  /** How files of the store are shared with this prefix. */
  sharing: 'reflink' | 'hardlink' | 'copy';
}

/** One entry of a finished prefix: paths relative to its root. */
export type ManifestEntry =
  | { path: string; type: 'file'; mode: number; size: number; sha256: string; from: string | null }
  | { path: string; type: 'link'; target: string; from: string | null }
  | { path: string; type: 'dir' };

/** .gpu-setup/manifest.json */
export interface Manifest {
  schema: 'gpu-setup/manifest@1';
  prefix: PrefixInfo;
  entries: readonly ManifestEntry[];
  /** Members that the path map dropped on purpose and links that led outside: "package: path -> why". */
  dropped: readonly string[];
  licences: readonly {
    id: string;
    title: string;
    url: string;
    acceptedAt: string;
    how: 'prompt' | 'option' | 'configuration';
  }[];
}
