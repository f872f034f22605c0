/** A place that a machine may be: healthy ones, and each of its own ways to be broken with what the doctor must say then. */
import type { Host } from '../host.ts';

export interface Environment {
  name: string;
  /** Nothing is wrong there, and the doctor knows all that is required. */
  healthy: readonly Host[];
  broken: readonly Broken[];
}

export interface Broken {
  how: string;
  host: Host;
  /** Of the diagnosis that comes first, and is the only error. */
  code: string;
  /** Where it is no error. */
  severity?: 'warning' | 'info';
  /** What its steps must say. */
  fix: RegExp;
  /** What no step of any finding may say. */
  never?: RegExp;
}
