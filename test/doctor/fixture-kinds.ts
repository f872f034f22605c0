/**
 * What the tests know of each diagnosis: fixtures/<layer>/<code>.ts, found by where they lie. A diagnosis without them
 * is experimental.
 */
import type { Question, Severity } from '../../src/doctor/types.ts';
import type { Facts } from '../../src/machine/facts.ts';

export interface Fixtures {
  /** For a diagnosis that judges facts. */
  machine?: MachineFixtures;
  /** For a diagnosis that is recognised in text. */
  lines?: LineFixtures;
}

export interface MachineFixtures {
  /** Default: to run. */
  question?: Question;
  shows: Facts;
  /** How bad it is there; default: an error. */
  severity?: Severity;
  /** Looks alike, and must not show it. */
  neighbour: Facts;
  /** Could not be looked at: unknown is neither fine nor wrong. */
  missing: Facts;
}

export interface LineFixtures {
  /** How bad each is; default: an error. */
  severity?: Severity;
  /** Each on its own is an error of this code. */
  shows: readonly string[];
  neighbour: readonly string[];
  /** The telling words are cut off. */
  missing: readonly string[];
}
