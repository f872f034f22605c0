/** Which version the NVIDIA driver of a machine has, without asking for more than that takes. */
import { mapAnswer, valueOf } from '../answer.ts';
import { driverLibraryFacts, shownSmi } from './collect.ts';
import { lookupsOf } from './lookups.ts';
import type { Machine } from '../machine.ts';
import { driverVersion } from '../questions/driver.ts';

/**
 * The running driver counts; where none runs, the libraries of the one that is installed. Null where none is found.
 * Each source is asked only where those before it do not say.
 */
export async function driverVersionOf(given: Machine): Promise<string | null> {
  const look = lookupsOf(given);
  const module = await look.moduleVersion();
  if (module.state === 'present') return module.value.version;
  const nvidiaSmi = mapAnswer(await look.smi(), shownSmi);
  const running = driverVersion({ kernelDriver: { moduleVersion: module }, nvidiaSmi });
  return running ?? valueOf((await driverLibraryFacts(look)).version) ?? null;
}
