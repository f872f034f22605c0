/**
 * Paths that this program alone makes: whatever else lies there (a file where a folder belongs, a folder where a file
 * belongs) is of no use to anybody, and gives way. In one go each: packages are unpacked side by side.
 */
import { lstatSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { systemCode } from '../errors.ts';

/** Makes a folder, and those above it. */
export function makeOwnFolder(path: string, mode: number): void {
  // Where something above it is no folder, mkdir says so.
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there?.isDirectory() === true) return;
  if (there !== undefined) rmSync(path, { force: true });
  mkdirSync(path, { recursive: true, mode });
}

/** Renames a file to where it belongs. */
export function takePlace(file: string, place: string): void {
  try {
    renameSync(file, place);
  } catch (error) {
    if (systemCode(error) !== 'EISDIR') throw error;
    rmSync(place, { recursive: true, force: true });
    renameSync(file, place);
  }
}
