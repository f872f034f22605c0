/** What a file asks for, as far as a plan depends on it. */
import type { Distribution } from '../../compat/distributions.ts';
import type { Wanted } from '../types.ts';

export interface Requirements {
  /** In the order of the file; a name may stand there twice. */
  wanted: readonly Wanted[];
  /** The system that it is all installed on, where the file says so: a Dockerfile's. */
  system?: RequiredSystem;
  /** What the reader should know of what was read and does not count, in sentences. */
  notes: readonly string[];
}

export interface RequiredSystem {
  distribution: Distribution;
  /** "Dockerfile: line 1" */
  from: string;
}

/** One file, as the formats' parsers take it. */
export interface RequirementsText {
  /** As the user named it; what is asked for says that it came from here. */
  name: string;
  text: string;
}

/** Another file that one names (`-r base.txt`), by its path relative to that one; null: it is not there. */
export type ReadOther = (path: string, from: RequirementsText) => Promise<RequirementsText | null>;

/** What is known of where the packages will be installed: markers ask for it. */
export interface TargetEnvironment {
  /** "3.10"; null: not known. */
  python: string | null;
  /** As `uname -m` names it. */
  architecture: string | null;
}
