/** Where a program lies, as execvp(3) would look for it, but in absolute folders alone. */
import { access, constants, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * Relative entries of PATH, the empty one among them, mean whatever folder the caller stands in: they are passed over.
 *
 * @returns the first regular file of that name that may be executed; null where there is none
 */
export async function findProgram(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | null> {
  for (const folder of (env['PATH'] ?? '').split(delimiter).filter((entry) => isAbsolute(entry))) {
    const path = join(folder, name);
    if (await isProgram(path)) return path;
  }
  return null;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    // A folder may be "executed" too: that is the right to go through it.
    if (!(await stat(path)).isFile()) return false;
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
