/** Which compute capability somebody means. */
import { usageError } from '../base/errors.ts';
import { gpuNamed } from './gpu-name.ts';

/**
 *     7.5    sm_75    compute_75    10de:2191    GTX 1660 Ti    NVIDIA GeForce RTX 3090    12.0    sm_120
 *
 * @returns "7.5"
 * @throws GpuSetupError `unknown-gpu` (exit code 2)
 */
export function computeCapabilityOf(text: string): string {
  const word = text.trim();
  const dotted = /^(\d{1,2})\.(\d)$/.exec(word) ?? /^(?:sm|compute)_?(\d{1,2})(\d)a?$/i.exec(word);
  if (dotted !== null) return `${Number(dotted[1])}.${dotted[2]}`;
  const known = gpuNamed(word)?.computeCapability ?? null;
  if (known !== null) return known;
  throw usageError('unknown-gpu', `"${word.slice(0, 80)}" is no GPU that the table knows`, {
    hint: 'write a compute capability (7.5), an architecture (sm_75), a name ("GeForce GTX 1660 Ti") or a PCI id (10de:2191)',
  });
}
