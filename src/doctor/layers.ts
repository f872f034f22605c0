/** The layers that diagnoses and checks belong to, in display order; ties between findings go by it. It is not causality. */
export const LAYERS = [
  'platform',
  'hardware',
  'kernel-driver',
  'device',
  'driver-library',
  'container',
  'toolkit',
  'cudnn',
  'compiler',
  'framework',
  'apt',
] as const;
export type Layer = (typeof LAYERS)[number];
