/** The words of the installer: request -> plan -> lock -> fetch -> store -> prefix. All plain data. */
import type { HostRequirement } from '../../apt/types.ts';
import type { PackageArchitecture } from '../../base/architecture.ts';
import type { Packaging } from '../../compat/releases.ts';

export const COMPONENTS = [
  'compiler',
  'libraries',
  'runtime',
  'static',
  'cudnn',
  'profiler',
  'debugger',
  'docs',
  'nccl',
  'tensorrt',
  'host-compiler',
  'compat',
] as const;
export type Component = (typeof COMPONENTS)[number];

/** `cuda@10.0`: what of which version; a version is a prefix unless it is exact. */
export interface Spec {
  name: string;
  /** Null: newest that fits. */
  version: string | null;
}

/** What the user asked for. A recipe becomes one of these before prefix/ sees it. */
export interface PrefixRequest {
  name: string;
  /** For the manifest and messages; null where specs were given. */
  recipe: string | null;
  specs: readonly Spec[];
  components: readonly Component[];
  /** Of the components, those that the user named: an error where no source has them. Others are then left out. */
  insisted?: readonly Component[];
  /** Source ids, most preferred first; all of one packaging and of the architecture below. */
  sources: readonly string[];
  architecture: PackageArchitecture;
}

export interface PlannedPackage {
  name: string;
  version: string;
  architecture: string;
  sourceId: string;
  suite: string;
  /** Below the repository's URI. */
  path: string;
  size: number;
  sha256: string;
  /** Of the data.tar member; null until it was seen once. */
  payloadSha256: string | null;
  installedBytes: number | null;
  /** Components that this package is here for. */
  components: readonly Component[];
}

export type Action =
  | { action: 'accept-licence'; licence: string; title: string }
  | { action: 'fetch'; package: PlannedPackage; bytes: number; cached: boolean }
  | { action: 'unpack'; package: PlannedPackage; family: Packaging; components: readonly Component[] }
  | { action: 'compose'; generation: string }
  | { action: 'relocate'; generation: string }
  | { action: 'record'; generation: string }
  | { action: 'activate'; name: string; generation: string };

export interface InstallPlan {
  request: PrefixRequest;
  cuda: string;
  cudnn: string | null;
  /** Whose packaging: which member of which package goes where is data per packaging. */
  family: Packaging;
  packages: readonly PlannedPackage[];
  actions: readonly Action[];
  bytes: { fetch: number; fetchCached: number; diskAtMost: number };
  host: readonly HostRequirement[];
  warnings: readonly string[];
  licences: readonly { id: string; title: string; url: string }[];
  /** Where the folders are, for people. */
  home: string;
  lock: Lock;
}

/** gpu-setup/lock@1: no hosts, no URLs; stable order. */
export interface Lock {
  schema: 'gpu-setup/lock@1';
  request: PrefixRequest;
  cuda: string;
  cudnn: string | null;
  sources: readonly {
    id: string;
    suite: string;
    overridden: boolean;
    signedWith: string;
    date: string | null;
    proof: { inRelease: string } | { release: string; signature: string };
  }[];
  packages: readonly PlannedPackage[];
}
