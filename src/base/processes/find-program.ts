/** Where a program lies that this process starts as a child. Programs of a machine that is examined: src/machine. */
import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

export interface ProgramSearch {
  /** Path of the first that can be executed. */
  found: string | null;
  /** The first of that name that cannot: a folder, or a file without execute permission. */
  refused: string | null;
}

/** Relative entries of PATH are left out: they mean whatever directory the caller stands in. */
export async function findProgram(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | null> {
  return searchProgram(name, (env['PATH'] ?? '').split(':').filter(isAbsolute)).found;
}

/** Not asynchronous: a probe asks for dozens of programs, and a round through the thread pool costs more than a look. */
export function searchProgram(name: string, folders: readonly string[]): ProgramSearch {
  let refused: string | null = null;
  for (const folder of folders) {
    const path = join(folder, name);
    const found = statOf(path);
    if (found === undefined) continue;
    if (found.isFile() && mayExecute(path)) return { found: path, refused };
    refused ??= path;
  }
  return { found: null, refused };
}

function statOf(path: string): ReturnType<typeof statSync> | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    // A folder that may not be entered, or a name that is none, holds nothing that could be started.
    return undefined;
  }
}

function mayExecute(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
