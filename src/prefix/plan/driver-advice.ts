/** What the driver of this machine means for a CUDA release. */
import { driverServesCuda, maxCudaForDriver, minDriverForCuda } from '../../compat/drivers.ts';

/**
 * A warning where programs of this release would not run, or not with everything, on the driver found; null where
 * all is well or nothing is known.
 *
 * @param driver "535.183.06"; null: none found, which is no fault of the toolkit and what doctor is for
 */
export function driverWarning(cuda: string, driver: string | null): string | null {
  if (driver === null) return null;
  const own = minDriverForCuda(cuda);
  const served = maxCudaForDriver(driver);
  switch (driverServesCuda(driver, cuda)) {
    case 'too-old':
      return (
        `the NVIDIA driver ${driver} is too old for CUDA ${cuda}` +
        (own === null ? '' : `, which needs ${own} or newer`) +
        (served === null ? '' : ` (it serves CUDA up to ${served})`) +
        ': what is built will not run here before the driver is updated'
      );
    case 'minor-compat':
      return (
        `the NVIDIA driver ${driver} is older than the one of CUDA ${cuda}` +
        (own === null ? '' : ` (${own})`) +
        ': programs run through minor version compatibility, which compiles no PTX'
      );
    case 'native':
    case 'unknown':
      return null;
  }
}
