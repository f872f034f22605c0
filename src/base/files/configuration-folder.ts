/** What lies in the configuration decides whose recipes and sources are used: it is judged before it is read. */
import { join } from 'node:path';
import { GpuSetupError, systemCode } from '../errors.ts';
import { exists, flawOnTheWay } from './folder-safety.ts';

/**
 * The path of a file or folder of the configuration; null where it is not there. What cannot be looked at is left to
 * whoever reads it, and has words for that.
 *
 * @throws GpuSetupError `config-unsafe`
 */
export async function configurationPart(config: string, ...names: readonly string[]): Promise<string | null> {
  const part = join(config, ...names);
  if (!(await exists(part))) return null;
  try {
    await judgeConfiguration(part);
  } catch (error) {
    if (error instanceof GpuSetupError) throw error;
    return systemCode(error) === 'ENOENT' ? null : part;
  }
  return part;
}

/**
 * @param part a file or folder of the configuration; what is not there yet is judged by the folder that it would be in
 * @throws GpuSetupError `config-unsafe`; the system's error where it cannot be looked at
 */
export async function judgeConfiguration(part: string): Promise<void> {
  const flaw = await flawOnTheWay(part);
  if (flaw === null) return;
  const { path, why, remedy } = flaw;
  throw new GpuSetupError('config-unsafe', `the configuration ${part} cannot be trusted: ${path} ${why}`, {
    hint: `${remedy === null ? '' : `${remedy}, or `}name a folder in GPU_SETUP_CONFIG that only you can write to`,
    details: { path },
  });
}
