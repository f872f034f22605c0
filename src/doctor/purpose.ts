/** What has no bearing on a question: a build needs no driver and no device, and a Jetson has no driver of its own. */
import type { Facts } from '../machine/facts.ts';
import { onJetson } from '../machine/questions/platform.ts';
import type { Layer } from './layers.ts';
import type { Diagnosis, Purpose, Question } from './types.ts';

const NOT_FOR_BUILD: ReadonlySet<Layer> = new Set([
  'hardware',
  'kernel-driver',
  'device',
  'driver-library',
  'container',
]);

export const isApplicable = (layer: Layer, purpose: Purpose): boolean =>
  purpose === 'run' || !NOT_FOR_BUILD.has(layer);

export const mayBeShown = ({ layer, notOnJetson }: Diagnosis, { purpose }: Question, facts: Facts): boolean =>
  isApplicable(layer, purpose) && !(notOnJetson === true && onJetson(facts));
