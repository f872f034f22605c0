/**
 * Paths that this program alone makes: whatever else lies there (a file where a folder belongs, a folder where a file
 * belongs) is of no use to anybody, and gives way.
 */
import { renameSync, rmSync } from 'node:fs';
import { lstat, mkdir, rename, rm } from 'node:fs/promises';
import { systemCode } from '../errors.ts';

/** Makes a folder, and those above it. */
export async function makeOwnFolder(path: string, mode: number): Promise<void> {
  const there = await lstat(path).catch(() => null);
  if (there?.isDirectory() === true) return;
  if (there !== null) await rm(path, { force: true });
  await mkdir(path, { recursive: true, mode });
}

/** Renames a file to where it belongs. */
export async function takePlace(file: string, place: string): Promise<void> {
  try {
    await rename(file, place);
  } catch (error) {
    if (systemCode(error) !== 'EISDIR') throw error;
    await rm(place, { recursive: true, force: true });
    await rename(file, place);
  }
}

export function takePlaceNow(file: string, place: string): void {
  try {
    renameSync(file, place);
  } catch (error) {
    if (systemCode(error) !== 'EISDIR') throw error;
    rmSync(place, { recursive: true, force: true });
    renameSync(file, place);
  }
}
