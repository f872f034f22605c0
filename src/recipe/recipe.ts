/**
 * A recipe: one folder that says what can be installed, built, smoke-tested or prepared. Each of the four is a capability
 * that it has or has not. recipe.yaml says everything; scripts and networks lie beside it.
 */
import type { SourceGroup } from '../compat/source-group.ts';
import type { PrepareDefinition } from '../darknet/data/prepare.ts';
import type { Component } from '../prefix/layout/component.ts';
import type { Spec } from '../prefix/plan/request.ts';
import type { SmokeDefinition } from '../smoke/definition.ts';
import type { RecipeFiles } from './recipe-files.ts';

/** In the order in which they are listed. */
export const CAPABILITIES = ['install', 'build', 'smoke', 'prepare'] as const;
export type Capability = (typeof CAPABILITIES)[number];

export interface Recipe {
  /** Names what is made of it: the prefix (unless --name says otherwise), builds, what a training leaves. */
  name: string;
  /** What a call says for it: its name, or the path of its folder as it was typed. */
  address: string;
  /** "CUDA 10.0 with cuDNN 7.5" */
  title: string;
  /** BUILT_IN, or the absolute path of its folder. */
  from: string;
  /** Ids in recipes/licences.yaml. */
  licences: readonly string[];
  /** Where its facts come from. */
  evidence: readonly string[];
  install: InstallRecipe | null;
  build: BuildRecipe | null;
  smoke: SmokeRecipe | null;
  prepare: PrepareDefinition | null;
  /** All that lies in its folder, as it was when recipe.yaml was read: what runs is this, and nothing read later. */
  files: RecipeFiles;
}

/** A recipe that has this capability, and perhaps others. */
export type Able<C extends Capability> = Recipe & { [K in C]: NonNullable<Recipe[K]> };

/** `Recipe.from` of the recipes that come with the program. */
export const BUILT_IN = 'built-in';

/** What `gpu-setup install` puts into a prefix. */
export interface InstallRecipe {
  specs: readonly Spec[];
  /** What is installed when neither --with nor --without says otherwise. */
  components: readonly Component[];
  /** Of the rest, those that are added where this host has nothing in their place. */
  whereNeeded: readonly Component[];
  /**
   * Source ids that serve it together, most preferred group first. `--source ID` takes the first group that holds ID;
   * a group also offers itself in the error message where another one cannot be reached.
   */
  sources: readonly SourceGroup[];
}

/** What `gpu-setup smoke` proves: that darknet learns and sees a network, or what smoke.mjs finds in the newest build. */
export type SmokeRecipe = ({ kind: 'network' } & SmokeDefinition) | { kind: 'script' };

/** What `gpu-setup build` makes with build.mjs. */
export interface BuildRecipe {
  /** False where packages are put together and nothing is compiled: no compiler is needed, and no GPU is asked for. */
  compiles: boolean;
  /** The CUDA release that the result loads, "9.0": it needs a prefix that has it. Null: any prefix, or none. */
  cuda: string | null;
  /** Programs that the build needs of the host, and the Debian packages that bring them. */
  needs: readonly { program: string; package: string }[];
  /** After which it is taken for hung. */
  timeLimitMinutes: number;
  /** Largest of what it writes while it runs: source, objects, result. */
  diskMegabytes: number;
  /** Tried in this order where the user brings none. */
  sources: readonly BuildSource[];
}

interface SourceCommon {
  /** What `--source ID` names: "alexeyab". */
  id: string;
  /** For people: "AlexeyAB/darknet". */
  title: string;
  /** What one who gets this one in place of the first should know; null where nothing. */
  lacks: string | null;
}

export type BuildSource =
  | (SourceCommon & {
      kind: 'git';
      url: string;
      /** Full commit id. */
      commit: string;
      /** Of the tree's files: src/recipe/source/tree-digest.ts. */
      sha256: string;
    })
  | (SourceCommon & {
      kind: 'debian';
      /** Name of the source package. */
      package: string;
      /** Ids of apt sources that have it, most preferred first. */
      from: readonly string[];
    })
  /** The script has a package manager fetch what the recipe's files name. */
  | (SourceCommon & { kind: 'packages'; version: string });
