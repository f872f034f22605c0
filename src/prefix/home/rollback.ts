/** Back to an older generation of a prefix: one link changes, and nothing is made or deleted. */
import { join } from 'node:path';
import type { Emit } from '../../base/events.ts';
import { GpuSetupError } from '../../base/errors.ts';
import type { Folders } from '../../base/folders.ts';
import { nearest } from '../../base/suggest.ts';
import type { PrefixInfo } from '../../machine/records/prefix-manifest.ts';
import { activate } from './activate.ts';
import { generationsByAge, type Generation } from './generations.ts';
import { lockHome } from './home-lock.ts';
import { findPrefix, prefixOfRoot, readPrefix, type PrefixPlace } from './prefixes.ts';

export interface RolledBack {
  name: string;
  /** Names of generations. */
  from: string;
  to: string;
  prefix: PrefixInfo;
}

/**
 * @param to name or number of a generation; else the one that the one in use took the place of
 * @throws GpuSetupError `unknown-prefix`, `prefix-of-root`, `no-older-generation`, `unknown-generation`, and what locking the
 *   home throws
 */
export async function rollback(
  folders: Pick<Folders, 'home'>,
  asked: { name: string; to?: string | undefined },
  options: { emit: Emit; signal?: AbortSignal | undefined },
): Promise<RolledBack> {
  const place = await findPrefix(folders, asked.name);
  if (!place.own) throw prefixOfRoot(place);
  const { home, name } = place;
  const lock = await lockHome(home, { what: `rollback ${name}`, ...options });
  try {
    const generations = await generationsByAge(home, name);
    const now = generations.find(({ current }) => current);
    const target =
      asked.to === undefined
        ? before(generations, name, await replacedBy(place))
        : named(asked.to, generations, name);
    // Whole, before anything leads to it.
    const { prefix } = await readPrefix({ ...place, path: join(home, 'generations', target.name) }).catch(
      (error: unknown) => {
        if (!(error instanceof GpuSetupError)) throw error;
        const why = String(error.details?.['why'] ?? error.message);
        throw new GpuSetupError('unknown-generation', `the generation ${target.name} is damaged: ${why}`, {
          hint: 'gpu-setup list shows which others there are',
          details: { name, generation: target.name },
        });
      },
    );
    await lock.confirm();
    await activate(home, name, target.name, lock);
    return {
      name,
      from: now?.name ?? target.name,
      to: target.name,
      prefix: { ...prefix, name, path: place.path },
    };
  } finally {
    await lock.release();
  }
}

/** What the generation in use took the place of; null where its manifest does not say, or cannot be read. */
async function replacedBy(place: PrefixPlace): Promise<string | null> {
  try {
    return (await readPrefix(place)).prefix.replaces ?? null;
  } catch (error) {
    // A damaged one is a reason to go back.
    if (error instanceof GpuSetupError) return null;
    throw error;
  }
}

/**
 * The next lower number may never have been in use for the one that is: after a rollback an upgrade takes a number above
 * the one that was left.
 */
function before(generations: readonly Generation[], name: string, replaced: string | null): Generation {
  const at = generations.findIndex(({ current }) => current);
  const older = replaced === null ? generations[at - 1] : generations.find((one) => one.name === replaced);
  if (at > 0 && older !== undefined) return older;
  const others = generations.filter(({ current }) => !current).map((one) => one.name);
  throw new GpuSetupError(
    'no-older-generation',
    replaced === null
      ? `the prefix ${name} has no generation before the one in use`
      : `the generation ${replaced}, which the prefix ${name} had before, is gone`,
    {
      hint:
        others.length === 0
          ? 'an upgrade makes one, and prune deletes those that nothing uses'
          : `others are there: gpu-setup rollback ${name} --to ${others.at(-1)}`,
      details: { name, generations: generations.map((one) => one.name) },
    },
  );
}

function named(to: string, generations: readonly Generation[], name: string): Generation {
  const wanted = /^\d+$/.test(to) ? `${name}-${to}` : to;
  const found = generations.find((one) => one.name === wanted);
  if (found !== undefined) return found;
  const names = generations.map((one) => one.name);
  const near = nearest(to, names, 1)[0];
  throw new GpuSetupError('unknown-generation', `the prefix ${name} has no generation "${to}"`, {
    hint: `${near === undefined ? '' : `did you mean ${near}? `}it has ${names.join(', ')}`,
    details: { name, generations: names },
  });
}
