/** Which builds there are in a home, damaged ones included: what `list` names and `remove` takes away. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, systemCode } from '../../base/errors.ts';
import type { BuildRecord } from '../../machine/records/build-record.ts';
import { currentName, readRecord } from './builds.ts';
import type { Broken, Unreadable } from './prefixes.ts';

export interface InstalledBuild {
  record: BuildRecord;
  /** Whether `builds/<recipe>` leads to it. */
  current: boolean;
}

export interface BuildList {
  builds: readonly InstalledBuild[];
  /** There by name, but without a whole record, or without its program. */
  broken: readonly Broken[];
  unreadable: readonly Unreadable[];
}

/** "darknet-3": the recipe's name, and a number. */
const NAME = /^([^.].*)-[1-9]\d{0,8}$/;

/** By recipe, newest first. */
export async function listBuilds(home: string): Promise<BuildList> {
  const folder = join(home, 'builds');
  const builds: InstalledBuild[] = [];
  const broken: Broken[] = [];
  const names = await namesIn(folder);
  if (typeof names === 'string') return { builds, broken, unreadable: [{ path: folder, why: names }] };
  for (const name of names) {
    const path = join(folder, name);
    const record = await readRecord(home, name);
    if (record === null)
      broken.push({ name, path, why: 'its build.json or its program is missing or damaged' });
    else {
      const current = (await currentName(home, record.recipe)) === name;
      builds.push({ record, current });
    }
  }
  return { builds, broken, unreadable: [] };
}

/** Names of all builds, damaged ones too. */
export async function buildNames(home: string): Promise<string[]> {
  const names = await namesIn(join(home, 'builds'));
  return typeof names === 'string' ? [] : names;
}

export function recipeOfBuild(name: string): string {
  return NAME.exec(name)![1]!;
}

/** A text: why they cannot be known. */
async function namesIn(folder: string): Promise<string[] | string> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && NAME.test(entry.name))
      .map(({ name }) => name)
      .sort(byRecipeNewestFirst);
  } catch (error) {
    const code = systemCode(error) ?? '';
    if (['ENOENT', 'ENOTDIR'].includes(code)) return [];
    if (['EACCES', 'EPERM'].includes(code)) return messageOf(error);
    throw error;
  }
}

function byRecipeNewestFirst(a: string, b: string): number {
  const [left, right] = [recipeOfBuild(a), recipeOfBuild(b)];
  if (left !== right) return left < right ? -1 : 1;
  return Number(b.slice(left.length + 1)) - Number(a.slice(right.length + 1));
}
