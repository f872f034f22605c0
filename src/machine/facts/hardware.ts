/** What of a machine's hardware decides which CUDA runs there, without asking for more than that takes. */
import type { FormedGpu } from '../../compat/rules/forward-compat-serves.ts';
import type { GpuTraitsKnown } from '../../compat/rules/judgement.ts';
import { mapAnswer, valueOf } from '../answer.ts';
import { driverLibraryFacts, shownSmi } from './collect.ts';
import { lookupsOf, type Lookups } from './lookups.ts';
import type { Machine } from '../machine.ts';
import { driverVersion } from '../questions/driver.ts';
import { nameOfGpu } from '../questions/gpu.ts';

export async function hardwareOf(
  given: Machine,
): Promise<{ driver: string | null; gpus: readonly (GpuTraitsKnown & FormedGpu)[] }> {
  const look = lookupsOf(given);
  const gpus = (valueOf(await look.gpus()) ?? []).map((gpu) => ({ ...gpu, name: nameOfGpu(gpu) }));
  return { driver: await driverVersionOf(look), gpus };
}

/**
 * The running driver counts; where none runs, the libraries of the one that is installed. Null where none is found.
 * Each source is asked only where those before it do not say.
 */
async function driverVersionOf(look: Lookups): Promise<string | null> {
  const module = await look.moduleVersion();
  if (module.state === 'present') return module.value.version;
  const nvidiaSmi = mapAnswer(await look.smi(), shownSmi);
  const running = driverVersion({ kernelDriver: { moduleVersion: module }, nvidiaSmi });
  return running ?? valueOf((await driverLibraryFacts(look)).version) ?? null;
}
