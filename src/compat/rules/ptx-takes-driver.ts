/** PTX is compiled by the driver, which knows only what its own CUDA and older ones make: minor version compatibility leaves it out. */
import { driverRowOfCuda, driverServesCuda } from '../drivers.ts';
import type { Judgement } from './judgement.ts';
import { judged, known, refused } from './judged.ts';

/** Whether a driver compiles the PTX that a toolkit made. */
export function ptxTakesDriver(cuda: string, driver: string): Judgement {
  const row = driverRowOfCuda(cuda);
  const service = driverServesCuda(driver, cuda);
  const facts =
    row === null ? [] : [known(row, `driver ${row.minDriver} is the first with all of CUDA ${row.cuda}`)];
  if (service === 'native')
    return judged('ptx-takes-driver', 'yes', `driver ${driver} compiles PTX of CUDA ${cuda}`, ...facts);
  if (service === 'unknown' || row === null)
    return judged(
      'ptx-takes-driver',
      'unknown',
      `whether driver ${driver} compiles PTX of CUDA ${cuda} is in no table`,
    );
  return refused(
    'ptx-takes-driver',
    `driver ${driver} does not compile PTX of CUDA ${row.cuda}, which takes ${row.minDriver} or newer`,
    ...facts,
  );
}
