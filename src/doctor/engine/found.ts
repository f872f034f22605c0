/** A finding together with the diagnosis that made it, on its way through the engine. */
import type { Confidence, Diagnosis, Finding, Severity } from '../types.ts';

export interface Found {
  diagnosis: Diagnosis;
  finding: Finding;
  /** `facts` beats `text`. */
  origin: 'facts' | 'text';
  /** Order among candidates for the same line of text, else 0; higher first. */
  rank: number;
}

export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];
export const CONFIDENCES: readonly Confidence[] = ['certain', 'likely', 'possible'];

/** The graver of two. */
export const graver = (a: Severity, b: Severity): Severity =>
  SEVERITIES.indexOf(a) <= SEVERITIES.indexOf(b) ? a : b;

/** The surer of two. */
export const surer = (a: Confidence, b: Confidence): Confidence =>
  CONFIDENCES.indexOf(a) <= CONFIDENCES.indexOf(b) ? a : b;

/**
 * Whether an error about one subject may bring another about: besides what it covers, a prefix that is meant is what the machine is
 * asked for.
 */
export const bearsOn = (cause: string, effect: string): boolean =>
  covers(cause, effect) || (cause.startsWith('prefix:') && covers(effect, cause));

/**
 * Whether a finding about one subject bears on another. The machine covers everything on it; what happens to one GPU
 * bears on the machine's driver and on whatever goes through it, but not on its neighbour.
 */
export function covers(cause: string, effect: string): boolean {
  const whole = (subject: string): boolean => subject === 'machine' || subject === 'log';
  return cause === effect || whole(cause) || (cause.startsWith('gpu:') && !effect.startsWith('gpu:'));
}
