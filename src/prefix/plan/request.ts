/** What is asked for: one prefix. Plain data. */
import type { PackageArchitecture } from '../../base/architecture.ts';
import type { Component } from '../layout/component.ts';

/** `cuda@10.0`: what of which version. */
export interface Spec {
  name: string;
  /** The beginning of a version, or a range of them; null: newest that fits. */
  version: string | null;
}

/** Components where nothing else is said. */
export const DEFAULT_COMPONENTS: readonly Component[] = ['compiler', 'libraries'];

/** What the user asked for. A recipe becomes one of these before prefix/ sees it. */
export interface PrefixRequest {
  name: string;
  /** For the manifest and messages; null where specs were given. */
  recipe: string | null;
  specs: readonly Spec[];
  components: readonly Component[];
  /** Of the toolkit only these parts (layout/parts.ts), in the order of their table, and what they need; absent: all of the components. */
  only?: readonly string[];
  /** Of the components, those that the user named: an error where no source has them. Others are then left out. */
  insisted?: readonly Component[];
  /** Components that are added where this host has nothing in their place. */
  whereNeeded?: readonly Component[];
  /** Source ids, most preferred first; all of one packaging and of the architecture below. */
  sources: readonly string[];
  /** The source that the user named; absent where any that has all of it will do. */
  source?: string;
  architecture: PackageArchitecture;
}

/** A folder of that name is made: nothing that climbs, hides or looks like an option. `current` is gpu-setup's own. */
export function isPrefixName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/.test(name) && name !== 'current';
}
