/**
 * A fault: a function from a healthy machine to one that has it, named by the code of the diagnosis that must then come first. It
 * changes what a real one changes and nothing else; what nvidia-smi says then follows by itself.
 */
import type { Question, Severity } from '../../../../src/doctor/types.ts';
import type { Host } from '../host.ts';
import type { On } from '../kinds.ts';

export interface Fault {
  code: string;
  /** What sets it apart from others of the same code. */
  how: string;
  on: On;
  inject(host: Host): Host;
  /** What a machine must have before it can break so; with it, it is as healthy as before. */
  given?: (host: Host) => Host;
  /** Under which question it matters; default: to run. */
  question?: Question;
  /** How bad it is; default: an error. */
  severity?: Severity;
  /** Codes of what is wrong by itself after it: an older toolkit makes no code for a newer card. */
  also?: readonly string[];
}

/** Why a code cannot be shown by a machine of that kind. */
export interface Impossible {
  codes: readonly string[];
  on: On;
  because: string;
}
