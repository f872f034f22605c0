/** The record that a build carries in build.json; described here, below the rooms that make and show it. */
import type { CpuFeatures } from '../cpu-features.ts';

/** What a build was made from; part of its record. */
export interface SourceRecord {
  /** `packages`: fetched by a package manager, as the recipe's files name them. */
  kind: 'user' | 'git' | 'debian' | 'packages';
  /** Of the recipe's source; null for the user's own. */
  id: string | null;
  title: string;
  /** Path, commit or version. */
  version: string;
  /** Of the tree (tree-digest.ts). */
  sha256: string;
  /** What it lacks beside the recipe's first source. */
  lacks: string | null;
  /** Sources that came first and could not be had, with why. */
  passedOver: readonly { id: string; why: string }[];
}

export interface BuiltLibrary {
  soname: string;
  /** Null where it is the driver's, and there is none here. */
  path: string | null;
  from: 'prefix' | 'system' | 'driver';
}

/** build.json; with `status`, gpu-setup/build@1. */
export interface BuildRecord {
  schema: 'gpu-setup/build@1';
  /** "darknet-3" */
  name: string;
  recipe: string;
  path: string;
  /** Absolute. */
  program: { path: string; sha256: string };
  builtAt: string;
  seconds: number;
  source: SourceRecord;
  /** Null: built for the CPU alone. */
  prefix: { name: string; path: string; generation: string; cuda: string; cudnn: string | null } | null;
  /** Compute capabilities that were asked for, and what the program holds: "7.5". */
  gpu: { asked: readonly string[]; assumed: boolean; machineCode: readonly string[]; ptx: readonly string[] };
  /** Null where nothing was compiled. */
  compiler: { path: string; version: string } | null;
  cpu: CpuFeatures;
  /** Everything that the loader takes for the program, but the C library's own. */
  libraries: readonly BuiltLibrary[];
  /** What the recipe's script says of its work. */
  details: unknown;
  /** Digest of everything that decides what comes out, but the source. */
  request: string;
  log: string;
}
