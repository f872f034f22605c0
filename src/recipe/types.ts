/** What recipes/<name>/recipe.yaml holds. */
import type { Component, Spec } from '../prefix/types.ts';

export interface Recipe {
  /** Folder name, and name of the prefix unless --name says otherwise. */
  name: string;
  /** "CUDA 10.0 with cuDNN 7.5" */
  title: string;
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
  /** Built-in, or the folder of the user's configuration. */
  from: string;
}
