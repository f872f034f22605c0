/** Who calls for a recipe to be built or tried, and in which surroundings: what every such call needs besides its request. */
import type { Emit } from '../base/events.ts';
import type { Folders } from '../base/folders.ts';
import type { Trust } from './consent.ts';

export interface Caller {
  folders: Folders;
  /** Relative paths are relative to it. */
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  emit: Emit;
  signal: AbortSignal;
  /** Asks whether the scripts of others may run; null where nobody can be asked. */
  consent: Trust['consent'];
  /** How this program is started; for tests, which run inside another one. */
  self?: readonly [string, ...string[]] | undefined;
}

/**
 * @param given digest that the user typed, or the beginning of one
 * @param command the call as words
 */
export function trustOf(
  { folders, consent, emit }: Caller,
  given: string | undefined,
  command: readonly string[],
): Trust {
  return { config: folders.config, given: given ?? null, consent, command, emit };
}
