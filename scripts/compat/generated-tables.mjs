// Every generated table, as the text of its file by its path below src/compat/data.
import { format } from 'prettier';
import { readFacts } from './facts.mjs';
import { cudaDrivers } from './tables/cuda-drivers.mjs';
import { cudaErrors } from './tables/cuda-errors.mjs';
import { cudnn } from './tables/cudnn.mjs';
import { distributions } from './tables/distributions.mjs';
import { driverBranches } from './tables/driver-branches.mjs';
import { FRAMEWORKS } from './tables/frameworks.mjs';
import { glibc } from './tables/glibc.mjs';
import { gpuArchitectures } from './tables/gpu-architectures.mjs';
import { gpus } from './tables/gpus.mjs';
import { hostCompilers } from './tables/host-compilers.mjs';
import { nccl } from './tables/nccl.mjs';
import { sonames } from './tables/sonames.mjs';
import { sxid, xid } from './tables/xid.mjs';

const TABLES = {
  'cuda-drivers.json': cudaDrivers,
  'cuda-errors.json': cudaErrors,
  'cudnn.json': cudnn,
  'distributions.json': distributions,
  'driver-branches.json': driverBranches,
  ...FRAMEWORKS,
  'glibc.json': glibc,
  'gpu-architectures.json': gpuArchitectures,
  'gpus.json': gpus,
  'host-compilers.json': hostCompilers,
  'nccl.json': nccl,
  'sonames.json': sonames,
  'sxid.json': sxid,
  'xid.json': xid,
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
