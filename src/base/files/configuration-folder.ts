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
  let flaw;
  try {
    flaw = await flawOnTheWay(part);
  } catch (error) {
    return systemCode(error) === 'ENOENT' ? null : part;
  }
  if (flaw === null) return part;
  const { path, why } = flaw;
  throw new GpuSetupError('config-unsafe', `the configuration ${config} cannot be trusted: ${path} ${why}`, {
    hint: `chmod go-w ${path} if it is yours, or name another configuration in GPU_SETUP_CONFIG`,
    details: { path },
  });
}
