/** Every program of a name on PATH, and which one a shell starts. */
import { valueOf } from '../answer.ts';
import { behindWrappers } from '../facts/toolkit/nvcc.ts';
import { programFolders } from '../facts/toolkit/search-paths.ts';
import { readToolkitVersion } from '../facts/toolkit/toolkit-version.ts';
import type { Machine } from '../machine.ts';
import { baseOf, joinPath, parentOf } from '../paths.ts';
import type { Copy, WhichResult } from './types.ts';

export async function whichProgram(machine: Machine, name: string): Promise<WhichResult> {
  const folders = programFolders(machine);
  const notes: string[] = [];
  if (folders.state === 'unknown') notes.push(`PATH is not known: ${folders.why}`);
  const copies: Copy[] = [];
  for (const folder of valueOf(folders) ?? []) {
    const path = joinPath(folder, name);
    const stat = await machine.stat(path);
    if (stat.state === 'unknown') notes.push(`${path} could not be looked at: ${stat.why}`);
    if (stat.state !== 'present' || stat.value.type === 'dir') continue;
    const mayRun = stat.value.mode === null || (stat.value.mode & 0o111) !== 0;
    const realPath = await behindWrappers(machine, path);
    copies.push({
      path,
      realPath,
      version: await versionOf(machine, realPath),
      by: 'PATH',
      taken: mayRun && copies.every(({ taken }) => !taken),
      note: mayRun ? null : 'nobody may run it',
    });
  }
  const isFound = copies.some(({ taken }) => taken);
  const state = isFound ? 'found' : notes.length > 0 ? 'unknown' : 'missing';
  return { name, kind: 'program', state, copies, loaded: null, notes };
}

/** Of a toolkit's program; one in a folder of the system's belongs to no toolkit that its place tells. */
async function versionOf(machine: Machine, realPath: string): Promise<string | null> {
  const root = parentOf(parentOf(realPath));
  if (baseOf(parentOf(realPath)) !== 'bin' || root === '/' || root === '/usr') return null;
  const below = { libraries: [joinPath(root, 'lib64')], includes: [joinPath(root, 'include')] };
  return (await readToolkitVersion(machine, { roots: [root], ...below }))?.version ?? null;
}
