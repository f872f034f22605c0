/** Every fault, and why some codes cannot be shown by some machines. */
import { type Host } from '../host.ts';
import { kindsOf } from '../kinds.ts';
import { faults as apt } from './apt.ts';
import { faults as compiler } from './compiler.ts';
import { faults as container } from './container.ts';
import { faults as cudnn } from './cudnn.ts';
import { faults as device } from './device.ts';
import { faults as driverLibrary } from './driver-library.ts';
import type { Fault } from './fault.ts';
import { faults as framework } from './framework.ts';
import { faults as hardware } from './hardware.ts';
import { faults as kernelDriver } from './kernel-driver.ts';
import { faults as platform } from './platform.ts';
import { faults as toolkit } from './toolkit.ts';

export const FAULTS: readonly Fault[] = [
  ...platform,
  ...hardware,
  ...kernelDriver,
  ...device,
  ...driverLibrary,
  ...container,
  ...toolkit,
  ...cudnn,
  ...compiler,
  ...framework,
  ...apt,
];

export function faultsOn(host: Host): readonly Fault[] {
  const kinds = kindsOf(host);
  return FAULTS.filter(({ on }) => on(kinds));
}
