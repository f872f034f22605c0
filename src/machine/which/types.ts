/** gpu-setup/which@1 (docs/schema/which.json) */
import type { FoundLibrary } from '../loader.ts';

/** `not-searched`: it lies in a toolkit, where the loader does not look. */
export type FoundBy = FoundLibrary['by'] | 'PATH' | 'not-searched';

export interface Copy {
  path: string;
  /** Links resolved; of a program also what its wrapper starts. */
  realPath: string;
  /** From the file's name or its toolkit: "12.4.127"; null: nothing says. */
  version: string | null;
  by: FoundBy;
  /** The one that a program gets. */
  taken: boolean;
  /** Why it is not taken, or what is odd about it; null: another stands before it. */
  note: string | null;
}

export interface WhichResult {
  /** "libcudart.so.12", "nvcc" */
  name: string;
  kind: 'library' | 'program';
  /** `unknown`: none was found, and not every place could be looked at. */
  state: 'found' | 'missing' | 'unknown';
  /** In the order of the search. */
  copies: readonly Copy[];
  /** The file that the process named has in its memory; null: none, or none was named. */
  loaded: string | null;
  /** What could not be looked at, or depends on where a program is started. */
  notes: readonly string[];
}

export interface Searched {
  /** Null: /etc/ld.so.cache. */
  folder: string | null;
  by: FoundBy;
}
