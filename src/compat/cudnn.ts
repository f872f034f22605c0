/** Which cuDNN was published for which CUDA. Data: data/cudnn.json. */
import table from './data/cudnn.json' with { type: 'json' };
import { compareDottedVersions, majorMinor, majorOf } from './dotted-version.ts';

/** Versions that were built for this CUDA or for its whole major ("12.x"), newest first; empty where none is known. */
export function cudnnForCuda(version: string): readonly string[] {
  const wanted = new Set([majorMinor(version), `${majorOf(version)}.x`]);
  const found = table.builds.filter(({ cuda }) => wanted.has(cuda)).flatMap(({ cudnn }) => cudnn);
  return [...new Set(found)].sort((a, b) => compareDottedVersions(b, a));
}
