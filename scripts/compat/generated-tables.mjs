// Every generated table, as the text of its file by its path below src/compat/data.
import { format } from 'prettier';
import { readFacts } from './facts.mjs';
import { cudaDrivers } from './tables/cuda-drivers.mjs';
import { driverBranches } from './tables/driver-branches.mjs';
import { gpuArchitectures } from './tables/gpu-architectures.mjs';
import { gpus } from './tables/gpus.mjs';

const TABLES = {
  'cuda-drivers.json': cudaDrivers,
  'driver-branches.json': driverBranches,
  'gpu-architectures.json': gpuArchitectures,
  'gpus.json': gpus,
};

/** @returns {Promise<Map<string, string>>} */
export async function generatedTables(folder) {
  const facts = readFacts(folder);
  const texts = new Map();
  for (const [file, make] of Object.entries(TABLES)) {
    const json = JSON.stringify(make(facts));
    texts.set(file, await format(json, { parser: 'json', printWidth: 110, objectWrap: 'collapse' }));
  }
  return texts;
}
