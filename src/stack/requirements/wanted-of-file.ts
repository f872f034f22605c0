/** What a file of requirements asks for, one wanted version per name. */
import { usageError } from '../../base/errors.ts';
import { mergeWanted } from '../merge-wanted.ts';
import { refuseUnknownVersion } from '../wanted.ts';
import { readRequirementsFile } from './requirements-file.ts';
import type { Requirements, TargetEnvironment } from './types.ts';

/**
 * @param name as the user wrote it, relative to `cwd`
 * @throws GpuSetupError what `readRequirementsFile` throws; (exit code 2) `requirements-without-gpu`,
 *   `requirements-contradict`, `unknown-version`, `unknown-release`
 */
export async function wantedOfFile(
  name: string,
  cwd: string,
  target: TargetEnvironment,
): Promise<Requirements> {
  const { wanted, notes, system } = await readRequirementsFile(name, cwd, target);
  // Python alone needs no GPU.
  if (wanted.every((one) => one.name === 'python')) {
    throw usageError(
      'requirements-without-gpu',
      `${name} asks for nothing that a plan depends on: no framework that uses a GPU, and no CUDA`,
      notes.length === 0 ? {} : { hint: notes },
    );
  }
  const merged = mergeWanted(wanted);
  for (const one of merged) refuseUnknownVersion(one);
  return { wanted: merged, notes, ...(system === undefined ? {} : { system }) };
}
