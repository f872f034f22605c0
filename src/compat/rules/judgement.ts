/**
 * What a rule says. Rules are pure functions from versions, GPUs and tables to one of these; doctor, plan, install and
 * build ask the same ones, so none of them can call ready what another calls impossible.
 */

/** How a fact is known. What is inferred or recalled may be remarked on, and never refuses anything. */
export type Confidence = 'seen' | 'inferred' | 'recalled';

/** One thing that a rule stood on. */
export interface KnownFact {
  /** A row of a table, or what was said of the machine: "CUDA 11.0 asks for driver 450.36.06 or newer". */
  text: string;
  /** Where it was read; "this machine", "assumed" or "asked for" where it is no row of a table. */
  source: string;
  confidence: Confidence;
}

/**
 * - `yes`: it fits
 * - `slow`: it fits, compiled at first start (PTX)
 * - `remark`: it fits as far as is known for sure, and `text` says what speaks against it
 * - `no`: it cannot be
 * - `unknown`: no table has it
 */
export type Fit = 'yes' | 'slow' | 'remark' | 'no' | 'unknown';

export interface Judgement {
  /** Stable, kebab-case: "newer-driver-serves-older-cuda". */
  rule: string;
  fit: Fit;
  /** One sentence: why. */
  text: string;
  facts: readonly KnownFact[];
}

/** What the rules need to know of a GPU; null: not known. A row of the table, or what a machine or a log said. */
export interface GpuTraitsKnown {
  /** As people call it: "GeForce GTX 1660 Ti", "compute capability 7.5". */
  name: string;
  /** "7.5" */
  computeCapability: string | null;
  firstDriverBranch: string | null;
  lastDriverBranch: string | null;
  openKernelModule: 'required' | 'supported' | 'unsupported' | null;
}
