/** Which layers a purpose has no use for: a build needs no GPU, no driver and no device. */
import type { Layer } from './layers.ts';
import type { Purpose } from './types.ts';

const NOT_FOR_BUILD: ReadonlySet<Layer> = new Set([
  'hardware',
  'kernel-driver',
  'device',
  'driver-library',
  'container',
]);

export const isApplicable = (layer: Layer, purpose: Purpose): boolean =>
  purpose === 'run' || !NOT_FOR_BUILD.has(layer);
