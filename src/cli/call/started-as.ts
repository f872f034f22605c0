/** The name by which this program was started, as a word of a shell that starts it again. */
import { realpathSync } from 'node:fs';
import { basename } from 'node:path';
import { searchProgram } from '../../base/processes/find-program.ts';
import { selfArgv } from '../../base/processes/own-program.ts';
import { shellLine } from '../../base/processes/shell-line.ts';

/** The launcher says in it what was typed to start it. */
const VARIABLE = 'GPU_SETUP_LAUNCH_NAME';

/** Takes what the launcher says out of the environment: a child of ours was not started by that name. */
export function takeTypedName(env: Record<string, string | undefined> = process.env): string | null {
  const typed = env[VARIABLE];
  delete env[VARIABLE];
  return typed ?? (selfArgv().length === 1 ? process.argv0 : null);
}

/**
 * As it was typed, for a folder that is still the caller's; the bare name where PATH leads to the same file.
 *
 * @param typed null: by somebody who does not say, npm's link or a runtime
 */
export function startedAs(typed: string | null, path: string | undefined): string {
  if (typed === null) return 'gpu-setup';
  const name = basename(typed);
  if (!typed.includes('/') || isOnPath(name, typed, path ?? '')) return shellLine([name]);
  return shellLine([typed]);
}

function isOnPath(name: string, typed: string, path: string): boolean {
  const { found } = searchProgram(name, path.split(':'));
  try {
    return found !== null && realpathSync(found) === realpathSync(typed);
  } catch {
    return false;
  }
}
