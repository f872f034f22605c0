/** What recipes/<name>/recipe.yaml holds. */
import type { Component, Spec } from '../prefix/plan/request.ts';

export interface Recipe {
  /** Folder name, and name of the prefix unless --name says otherwise. */
  name: string;
  /** "CUDA 10.0 with cuDNN 7.5" */
  title: string;
  /** Empty for what is built or tried only, and never installed. */
  specs: readonly Spec[];
  /** What is installed when neither --with nor --without says otherwise. */
  components: readonly Component[];
  /**
   * Source ids that serve it together, most preferred group first. `--source ID` takes the first group that holds ID;
   * a group also offers itself in the error message where another one cannot be reached.
   */
  sources: readonly (readonly string[])[];
  /** Ids in recipes/licences.yaml. */
  licences: readonly string[];
  /** Where its facts come from. */
  evidence: readonly string[];
  /** What `gpu-setup build` does with it; null where there is nothing to build. */
  build: BuildRecipe | null;
  /** Built-in, or the folder of the user's configuration. */
  from: string;
}

export interface BuildRecipe {
  /** False where packages are put together and nothing is compiled: no compiler is needed, and no GPU is asked for. */
  compiles: boolean;
  /** The CUDA release that the result loads, "9.0": it needs a prefix that has it. Null: any, or none. */
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
