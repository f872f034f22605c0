/**
 * The plan of an install: everything that will be done, in order, and what is left out. Plain data, so that it can be
 * printed, pinned as a lock, rendered as an image, or written down and executed later:
 *
 *     accept-licence...  fetch...  unpack...  place  relocate  record  [keep]  activate
 *
 * Packages stand whole in `packages`, and actions name them. The largest is fetched first: what takes longest must not be
 * what everything else waits for at the end.
 */
import type { HostRequirement, ListedFile, PackageFile } from '../../apt/types.ts';
import type { Packaging } from '../../compat/releases.ts';
import type { Component } from '../layout/component.ts';
import type { NeededPart } from '../layout/parts.ts';
import type { PrefixRequest } from './request.ts';

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
  /** Names of those packages of the plan that meet what this one depends on; absent where a lock does not say. */
  needs?: readonly string[];
  /** Where the signed index gives more than one digest for this version: what else is right. A lock has none. */
  alternatives?: readonly PackageFile[];
}

/** A suite that packages come from, as its publisher signed it. */
export interface PlannedSource {
  id: string;
  suite: string;
  /** How its packages are laid out. */
  packaging: Packaging;
  overridden: boolean;
  signedWith: string;
  date: string | null;
  /** SHA-256 of what was signed: of InRelease, or of Release and its signature. */
  signed: { inRelease: string } | { release: string; signature: string };
  /** The package indexes that it covers, one file each. */
  indexes: readonly ListedFile[];
}

/** What became of one package of a lock when it was held against the indexes. */
export interface PinnedPackage {
  name: string;
  version: string;
  /** Of the .deb that the lock names. */
  sha256: string;
  /**
   * What says that the file to take is right: the source's index of today, the lock's proof, or the lock alone.
   */
  by: 'index' | 'proof' | 'lock';
  /**
   * What the source's index of today says: it lists the file; another file of that version; it has gone on to others; it
   * is older than the lock; it could not be read.
   */
  index: 'listed' | 'resigned' | 'moved-on' | 'behind' | 'unread';
}

/** The lock that a plan was made from. */
export interface LockUse {
  digest: string;
  /** Whether the lock's word alone is enough (--trust-lock). */
  trusted: boolean;
  packages: readonly PinnedPackage[];
}

export interface LicenceTerms {
  id: string;
  title: string;
  url: string;
}

export type Action =
  | { action: 'accept-licence'; licence: string; title: string; url: string }
  /** `from`: URLs of the file, tried in order; without user and password, which are looked up when they are needed. */
  | { action: 'fetch'; package: string; bytes: number; from: readonly string[] }
  /** `components`: for which files of it are wanted; `bytesAtMost`: what they are. */
  | { action: 'unpack'; package: string; components: readonly Component[]; bytesAtMost: number }
  | { action: 'place'; generation: string; packages: readonly string[]; components: readonly Component[] }
  | { action: 'relocate'; generation: string }
  | { action: 'record'; generation: string }
  /** `paths`: what lies in the generation `from` and in no manifest. */
  | { action: 'keep'; generation: string; from: string; paths: readonly string[] }
  | { action: 'activate'; name: string; generation: string };
export type ActionOf<Kind extends Action['action']> = Extract<Action, { action: Kind }>;

/** What somebody could expect among the actions and does not find there. */
export type LeftOut =
  /** `name`: of the package */
  | { what: 'fetch'; name: string; because: 'in-cache' | 'in-store' }
  | { what: 'unpack'; name: string; because: 'in-store' }
  | { what: 'component'; name: Component; because: 'not-offered' };

export interface InstallPlan {
  /** As it was asked. */
  request: PrefixRequest;
  /** Those that the prefix will have: what was asked for, less what no source has. */
  components: readonly Component[];
  /** Parts of the toolkit that the prefix will have: those that were named, and what they need. Absent: all of them. */
  parts?: readonly string[];
  /** Of the parts, those that nobody named. */
  neededParts?: readonly NeededPart[];
  cuda: string;
  cudnn: string | null;
  /** Where the folders are. */
  home: string;
  sources: readonly PlannedSource[];
  packages: readonly PlannedPackage[];
  actions: readonly Action[];
  leftOut: readonly LeftOut[];
  bytes: {
    fetch: number;
    fetchCached: number;
    /** All files of the prefix. */
    diskAtMost: number;
    /** Of them, those that the store has already. */
    diskInStore: number;
    /** Where parts were named: of all packages of the same request without that. */
    whole?: number;
  };
  host: readonly HostRequirement[];
  warnings: readonly string[];
  /** Absent where the packages were chosen from the indexes. */
  lock?: LockUse;
  /** The generation that the prefix has now, where the plan gives it another one. */
  replaces?: string;
}

/** One action as a dry run prints it and the executor reports it. */
export function describeAction(action: Action): { name: Action['action']; subject: string } {
  return { name: action.action, subject: subjectOf(action) };
}

function subjectOf(action: Action): string {
  switch (action.action) {
    case 'accept-licence':
      return action.title;
    case 'fetch':
    case 'unpack':
      return action.package;
    case 'place':
    case 'relocate':
    case 'record':
    case 'keep':
      return action.generation;
    case 'activate':
      return action.name;
  }
}

/** Whether a package lies on this machine: in a folder that was named, or in a source that is one. */
export const isAtHand = ({ from }: Pick<ActionOf<'fetch'>, 'from'>): boolean =>
  from[0]?.startsWith('file:') === true;

/** Of the packages that have to come over the network. */
export function networkBytes({ actions }: Pick<InstallPlan, 'actions'>): number {
  return actions.reduce(
    (sum, action) => sum + (action.action === 'fetch' && !isAtHand(action) ? action.bytes : 0),
    0,
  );
}

/** The terms that a plan asks to be accepted. */
export function licencesOf({ actions }: Pick<InstallPlan, 'actions'>): readonly LicenceTerms[] {
  return actions.flatMap((action) =>
    action.action === 'accept-licence' ? [{ id: action.licence, title: action.title, url: action.url }] : [],
  );
}
