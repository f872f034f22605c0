/** The prefix that a project file names: by its name, by the recipe that it was installed from, or by its lock. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hostArchitecture, isForeign } from '../../base/architecture.ts';
import { GpuSetupError } from '../../base/errors.ts';
import type { Folders } from '../../base/folders.ts';
import { shellLine } from '../../base/processes/shell-line.ts';
import { nearest } from '../../base/suggest.ts';
import { LOCK_PATH } from '../../machine/records/read-prefix-manifest.ts';
import { readLock } from '../../prefix/home/prefix-lock.ts';
import { findPrefix, listPlaces, readPrefix, type PrefixPlace } from '../../prefix/home/prefixes.ts';
import { pinForHost, samePackages, sameWish } from '../../prefix/plan/lockfile.ts';
import type { Trust } from '../consent.ts';
import { isRecipePath, loadRecipeAt, loadRecipes } from '../load.ts';
import { lockFileAt } from '../lock/lock-file.ts';
import { badProject } from './project-form.ts';
import { namedPath, readProject, requireProjectTrust, type Project } from './project-file.ts';

/** @throws GpuSetupError what `prefixFor` says of project files */
export async function prefixOfProject(
  file: string,
  { folders, trust }: { folders: Folders; trust: Trust },
): Promise<PrefixPlace> {
  const project = await readProject(file);
  await requireProjectTrust(project, trust);
  switch (project.names.kind) {
    case 'prefix':
      return prefixNamed(project, folders);
    case 'recipe':
      return prefixOfRecipe(project, folders);
    case 'lock':
      return prefixOfLock(project, folders);
  }
}

async function prefixNamed({ file, names: { word } }: Project, folders: Folders): Promise<PrefixPlace> {
  return findPrefix(folders, word).catch((error: unknown) => {
    if (!(error instanceof GpuSetupError) || error.code !== 'unknown-prefix') throw error;
    const { message, hints, details } = error;
    throw new GpuSetupError('unknown-prefix', `${file}: ${message}`, {
      hint: hints,
      details: { ...details, file },
    });
  });
}

async function prefixOfRecipe(project: Project, folders: Folders): Promise<PrefixPlace> {
  const { word } = project.names;
  const recipe = await recipeOf(project, folders);
  const places = await listPlaces(folders);
  // What install calls it unless --name says otherwise.
  const usual = places.find((place) => place.name === recipe);
  if (usual !== undefined && (await recipeBehind(usual)) === recipe) return usual;
  const found: PrefixPlace[] = [];
  for (const place of places) if ((await recipeBehind(place)) === recipe) found.push(place);
  return theOne(project, found, [isRecipePath(word) ? await namedPath(project) : word]);
}

/** The name under which prefixes remember it. */
async function recipeOf(project: Project, { config }: Folders): Promise<string> {
  const { file, names } = project;
  if (isRecipePath(names.word)) return (await loadRecipeAt(await namedPath(project), '/')).name;
  const known = [...(await loadRecipes(config)).keys()];
  if (known.includes(names.word)) return names.word;
  const close = nearest(names.word, known, 1)[0];
  const hint = close === undefined ? `there are ${known.join(', ')}` : `did you mean ${close}?`;
  throw badProject(file, `recipe: there is no recipe "${names.word}"; ${hint}`);
}

/**
 * The lock is small beside the manifest; a prefix that has none is asked for the latter. Null: of no recipe, for another machine than
 * this one, or damaged.
 */
async function recipeBehind(place: PrefixPlace): Promise<string | null> {
  try {
    const lock = await readLock(place.path);
    if (lock === null) return (await readPrefix(place)).prefix.recipe;
    return isForeign(lock.request.architecture) ? null : lock.request.recipe;
  } catch (error) {
    if (error instanceof GpuSetupError) return null;
    throw error;
  }
}

/**
 * By the bytes of the locks, since a lock is written in one form only; where none is the same, by what they name. That of a prefix
 * has one architecture, the prefix's own name, and the payloads that were seen on installing.
 *
 * @throws GpuSetupError `bad-lock`, `lock-format`, `lock-architecture`
 */
async function prefixOfLock(project: Project, folders: Folders): Promise<PrefixPlace> {
  const path = await namedPath(project);
  const wanted = await digestOfLock(path);
  if (wanted === null)
    throw badProject(project.file, `lock: ${project.names.word} is no lock that can be read`);
  const found: PrefixPlace[] = [];
  for (const place of await listPlaces(folders)) {
    if ((await digestOfLock(join(place.path, LOCK_PATH))) === wanted) found.push(place);
  }
  const same = found.length > 0 ? found : await prefixesWith(path, folders);
  return theOne(project, same, ['--locked', '--lock', path]);
}

/** Those that hold what a lock names for this machine. */
async function prefixesWith(path: string, folders: Folders): Promise<PrefixPlace[]> {
  const pin = pinForHost(lockFileAt(path), hostArchitecture(), path);
  const found: PrefixPlace[] = [];
  for (const place of await listPlaces(folders)) {
    const lock = await readLock(place.path).catch(() => null);
    if (lock !== null && sameWish(lock.request, pin.request) && samePackages(lock.packages, pin.packages))
      found.push(place);
  }
  return found;
}

/** Five hundred bytes per package. */
const MOST_LOCK_BYTES = 16 << 20;

async function digestOfLock(path: string): Promise<string | null> {
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile() || found.size > MOST_LOCK_BYTES) return null;
  const bytes = await readFile(path).catch(() => null);
  return bytes === null ? null : createHash('sha256').update(bytes).digest('hex');
}

/** @param install what install is called with to make one */
function theOne(
  { file, names }: Project,
  found: readonly PrefixPlace[],
  install: readonly string[],
): PrefixPlace {
  const says = `${names.kind}: ${names.word}`;
  // Of one name in two homes, the user's own comes first.
  const [first, ...others] = found.filter(
    ({ name }, at) => found.findIndex((one) => one.name === name) === at,
  );
  if (first === undefined) {
    throw new GpuSetupError(
      'project-not-installed',
      `${file} names ${says}, and no prefix here was made from it`,
      {
        hint: shellLine(['gpu-setup', 'install', ...install]),
        details: { file },
      },
    );
  }
  if (others.length === 0) return first;
  const all = [first, ...others].map(({ name }) => name).join(', ');
  throw new GpuSetupError('project-ambiguous', `${file} names ${says}, and ${all} were made from it`, {
    hint: `name one of them in the file, as in "prefix: ${first.name}"`,
    details: { file, prefixes: [first, ...others].map(({ name }) => name) },
  });
}
