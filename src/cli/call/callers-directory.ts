/**
 * The caller's working directory. The launcher starts the runtime in its own directory, so that files which a runtime
 * reads there (.env, bunfig.toml) are never the caller's, and names the caller's directory in GPU_SETUP_LAUNCH_CWD.
 */
import { isAbsolute } from 'node:path';
import { GpuSetupError } from '../../base/errors.ts';

const VARIABLE = 'GPU_SETUP_LAUNCH_CWD';

/** Goes to the caller's directory and returns it. Throws `working-directory-gone`. */
export function enterCallersDirectory(): string {
  const launched = process.env[VARIABLE];
  delete process.env[VARIABLE];
  try {
    if (launched !== undefined && isAbsolute(launched)) process.chdir(launched);
    return process.cwd();
  } catch (cause) {
    const named = launched === undefined ? '' : ` (${launched})`;
    throw new GpuSetupError('working-directory-gone', `the working directory${named} cannot be entered`, {
      hint: 'change to a directory that exists, then run the same command again',
      cause,
    });
  }
}
