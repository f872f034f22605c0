/** The CUDA toolkits that NVIDIA published. Data: data/cuda-drivers.json. */
import table from './data/cuda-drivers.json' with { type: 'json' };
import { majorMinor } from './dotted-version.ts';

/** "8.0" ... "13.4", oldest first; there never was a 12.7. */
export const CUDA_RELEASES: readonly string[] = table.toolkits.map(({ cuda }) => cuda);

/** "11.8.0" of "11.8", "10.1.243" of "10.1" or "10.1.105"; null for a release that the table lacks. */
export function newestPatchOf(cuda: string): string | null {
  const wanted = majorMinor(cuda);
  return table.toolkits.find((toolkit) => toolkit.cuda === wanted)?.newestPatch ?? null;
}
