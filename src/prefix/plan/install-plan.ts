/**
 * The plan of an install: everything that will be done, in order, and what is left out. Plain data, so that it can be
 * printed, pinned as a lock, rendered as an image, or written down and executed later:
 *
 *     accept-licence...  fetch...  unpack...  place  relocate  record  activate
 *
 * Packages stand whole in `packages`, and actions name them. The largest is fetched first: what takes longest must not be
 * what everything else waits for at the end.
 */
import type { HostRequirement, PackageFile } from '../../apt/types.ts';
import type { Packaging } from '../../compat/releases.ts';
import type { Component } from '../layout/component.ts';
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
  proof: { inRelease: string } | { release: string; signature: string };
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
  };
  host: readonly HostRequirement[];
  warnings: readonly string[];
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
      return action.generation;
    case 'activate':
      return action.name;
  }
}

/** The terms that a plan asks to be accepted. */
export function licencesOf({ actions }: Pick<InstallPlan, 'actions'>): readonly LicenceTerms[] {
  return actions.flatMap((action) =>
    action.action === 'accept-licence' ? [{ id: action.licence, title: action.title, url: action.url }] : [],
  );
}
