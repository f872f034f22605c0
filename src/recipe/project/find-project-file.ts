/** Where the project file that counts for a folder lies. */
import { lstat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { GpuSetupError, messageOf, systemCode } from '../../base/errors.ts';

const PROJECT_FILE = 'gpu-setup.yaml';

/** The nearest one, upwards from a folder; null where there is none. @throws GpuSetupError `project-unreadable` */
export async function findProjectFile(from: string): Promise<string | null> {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const file = join(folder, PROJECT_FILE);
    try {
      await lstat(file);
      return file;
    } catch (error) {
      if (!['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) throw unreadable(file, messageOf(error));
    }
    if (folder === dirname(folder)) return null;
  }
}

export function unreadable(path: string, why: string): GpuSetupError {
  return new GpuSetupError('project-unreadable', `${path} cannot be read: ${why}`, { details: { path } });
}
