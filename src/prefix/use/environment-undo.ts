/**
 * Leaving the environment of a prefix. What a shell had before, and what was set in its place, travels in a variable of
 * that shell:
 *
 *     GPU_SETUP_ENV_UNDO={"PATH":["/usr/bin:/bin","/p/bin:/usr/bin:/bin"],"CUDA_HOME":[null,"/p"]}
 *
 * So it is known in every shell that inherits the environment, and in no other one.
 */
import { GpuSetupError } from '../../base/errors.ts';
import { applyEnvironment, isPrefixVariable, isSearchPath, type EnvironmentChange } from './environment.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Value = string | null;

/** Name -> what it was, what it was set to; null is "not set". */
type Undo = Readonly<Record<string, readonly [before: Value, set: Value]>>;

export const UNDO_VARIABLE = 'GPU_SETUP_ENV_UNDO';

/**
 * What leads from an environment into that of a prefix, and can be undone. Another prefix that it may be in is left
 * first, so that leaving leads out of all of them at once.
 *
 * @param changeFrom what the prefix changes of an environment
 */
export async function enter(
  env: Environment,
  changeFrom: (env: Environment) => Promise<EnvironmentChange>,
): Promise<EnvironmentChange> {
  const left = leave(env) ?? { [UNDO_VARIABLE]: null };
  const before = applyEnvironment(env, left);
  const change = await changeFrom(before);
  const undo: Undo = Object.fromEntries(
    Object.entries(change).map(([name, value]) => [name, [before[name] ?? null, value]]),
  );
  return { ...left, ...change, [UNDO_VARIABLE]: JSON.stringify(undo) };
}

/**
 * What leads out again; null where no prefix was entered. A variable that was changed since keeps that change: of a
 * search path only what was put into it is taken out, another variable stays.
 */
export function leave(env: Environment): EnvironmentChange | null {
  const undo = readUndo(env[UNDO_VARIABLE]);
  if (undo === null) return null;
  const change: Record<string, Value> = {};
  for (const [name, [before, set]] of Object.entries(undo)) {
    const now = env[name] ?? null;
    if (now === set) change[name] = before;
    else if (isSearchPath(name) && now !== null) change[name] = withoutOurs(now, set, before);
  }
  return { ...change, [UNDO_VARIABLE]: null };
}

/** A list that was added to since: where what was set still stands in it whole, what was there before takes its place. */
function withoutOurs(now: string, set: Value, before: Value): Value {
  const entries = (list: Value): string[] => (list === null ? [] : list.split(':'));
  const [all, ours, theirs] = [entries(now), entries(set), entries(before)];
  const at = all.findIndex((_, start) => ours.every((entry, offset) => all[start + offset] === entry));
  const rest =
    at >= 0
      ? [...all.slice(0, at), ...theirs, ...all.slice(at + ours.length)]
      : all.filter((entry) => !ours.includes(entry) || theirs.includes(entry));
  return rest.length === 0 ? null : rest.join(':');
}

/** @returns null where nothing is to undo. @throws GpuSetupError `environment-unknown`: it is nothing that we wrote */
function readUndo(text: string | undefined): Undo | null {
  if (text === undefined || text === '') return null;
  try {
    const undo: unknown = JSON.parse(text);
    if (isUndo(undo)) return undo;
  } catch {
    // Told below.
  }
  throw new GpuSetupError(
    'environment-unknown',
    `${UNDO_VARIABLE} does not hold what \`env\` wrote into it`,
    {
      hint: `unset ${UNDO_VARIABLE}, or open a new shell`,
    },
  );
}

/** Names of variables become commands of a shell: only those that a prefix sets are taken. */
function isUndo(value: unknown): value is Undo {
  const isValue = (one: unknown): boolean => one === null || typeof one === 'string';
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.entries(value).every(
      ([name, pair]) =>
        isPrefixVariable(name) && Array.isArray(pair) && pair.length === 2 && pair.every(isValue),
    )
  );
}
