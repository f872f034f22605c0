/**
 * prefixes/<name> -> ../generations/<name>-<n>: the link is made beside and renamed over the old one, so that a prefix
 * appears or changes whole or not at all. Whoever runs in the old generation keeps its files.
 */
import { lstat, readdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { GpuSetupError } from '../../base/errors.ts';
import { makeFolder } from '../../base/files/folder-safety.ts';
import { syncPath } from '../../base/files/sync-to-disk.ts';

/**
 * The caller holds the home's lock.
 *
 * @param generation name of a finished folder in generations/
 * @throws GpuSetupError `prefix-in-the-way`: prefixes/<name> is something that gpu-setup did not make
 */
export async function activate(home: string, name: string, generation: string): Promise<void> {
  const folder = join(home, 'prefixes');
  const path = join(folder, name);
  await makeFolder(folder, 0o755);
  const there = await lstat(path).catch(() => null);
  if (there !== null && !there.isSymbolicLink()) {
    throw new GpuSetupError('prefix-in-the-way', `${path} is no link that gpu-setup made`, {
      hint: 'move it elsewhere, or choose another --name',
    });
  }
  const fresh = join(folder, `.${name}.new`);
  // Left by an activation that was killed.
  await rm(fresh, { recursive: true, force: true });
  await symlink(`../generations/${generation}`, fresh);
  await syncPath(join(home, 'generations', generation));
  await syncPath(join(home, 'generations'));
  await rename(fresh, path);
  await syncPath(folder);
}

/** Generations that were made for a prefix name, the one in use among them; a prefix named "a-1" has "a-1-1". */
export async function generationsOf(home: string, name: string): Promise<string[]> {
  const names = await readdir(join(home, 'generations')).catch(() => []);
  return names.filter((one) => one.startsWith(`${name}-`) && /^\d+$/.test(one.slice(name.length + 1)));
}
