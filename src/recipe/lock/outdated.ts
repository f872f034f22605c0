/** What is newer than what prefixes and locks hold, by asking the sources again for what was asked for then. */
import type { AptContext } from '../../apt/context.ts';
import { compareVersions } from '../../apt/index/version.ts';
import type { Mirrors } from '../../apt/sources/mirrors.ts';
import { loadSources } from '../../apt/sources/sources.ts';
import type { Source } from '../../apt/types.ts';
import type { PackageArchitecture } from '../../base/architecture.ts';
import { GpuSetupError } from '../../base/errors.ts';
import type { Emit } from '../../base/events.ts';
import type { Folders } from '../../base/folders.ts';
import { compareDottedVersions } from '../../compat/dotted-version.ts';
import { readLock } from '../../prefix/home/prefix-lock.ts';
import { findPrefix, listPlaces, listPrefixes, type PrefixPlace } from '../../prefix/home/prefixes.ts';
import { diffPins, type PackageChange, type PinDiff } from '../../prefix/plan/lock/diff.ts';
import { pinsOf, type Pin } from '../../prefix/plan/lockfile.ts';
import { findServing } from '../find-serving.ts';
import { loadRecipes } from '../load.ts';
import type { Recipe } from '../recipe.ts';
import { lockFileAt } from './lock-file.ts';
import { requestedAgain } from './requested-again.ts';

/** One prefix, or one architecture of a lock file. */
export interface Outdated {
  /** Of the prefix; path of the lock file. */
  name: string;
  kind: 'prefix' | 'lock';
  /** Of the prefix: root may have one of the same name. Null: it is a lock file. */
  place: { path: string; own: boolean } | null;
  architecture: PackageArchitecture | null;
  /** `unknown`: the sources could not be asked, or nothing says what it was made from. */
  state: 'newest' | 'outdated' | 'unknown';
  /** Null where it is not known. */
  cuda: { from: string | null; to: string | null } | null;
  cudnn: { from: string | null; to: string | null } | null;
  packages: PinDiff['packages'];
  /** Why it is not known. */
  error: { code: string; message: string; hint: string | null } | null;
}

export interface OutdatedContext {
  folders: Folders;
  emit: Emit;
  signal: AbortSignal;
  mirrors?: Mirrors | undefined;
  /** Of root's prefixes, for tests. */
  systemHome?: string;
}

/** What is asked about: a pin, or why there is none. */
interface Subject {
  name: string;
  kind: Outdated['kind'];
  place: Outdated['place'];
  pin: Pin | GpuSetupError;
}

/**
 * @param which a prefix by name, a lock file, or null for every prefix
 * @throws GpuSetupError `unknown-prefix`, what reading the lock file throws
 */
export async function findOutdated(
  which: { prefix: string } | { lock: string } | null,
  context: OutdatedContext,
): Promise<readonly Outdated[]> {
  const { folders, emit, signal } = context;
  const subjects = await subjectsOf(which, folders, context.systemHome);
  const [recipes, sources] = await Promise.all([
    loadRecipes(folders.config),
    loadSources(folders.config, context.mirrors),
  ]);
  const apt: AptContext = { cache: folders.cache, emit, signal };
  const found: Outdated[] = [];
  for (const subject of subjects) {
    signal.throwIfAborted();
    found.push(await ask(subject, recipes, sources, apt));
  }
  return found;
}

async function subjectsOf(
  which: { prefix: string } | { lock: string } | null,
  folders: Folders,
  systemHome: string | undefined,
): Promise<readonly Subject[]> {
  if (which !== null && 'lock' in which)
    return pinsOf(lockFileAt(which.lock)).map((pin) => ({
      name: which.lock,
      kind: 'lock',
      place: null,
      pin,
    }));
  const places =
    which === null
      ? await wholePlaces(folders, systemHome)
      : [await findPrefix(folders, which.prefix, systemHome)];
  return Promise.all(
    places.map(async ({ name, path, own }): Promise<Subject> => ({
      name,
      kind: 'prefix',
      place: { path, own },
      pin: await pinIn(name, path),
    })),
  );
}

/** Of a damaged prefix `list` and `verify` speak. */
async function wholePlaces(
  folders: Folders,
  systemHome: string | undefined,
): Promise<readonly PrefixPlace[]> {
  const { prefixes } = await listPrefixes(folders, systemHome);
  const whole = new Set(prefixes.map(({ path }) => path));
  return (await listPlaces(folders, systemHome)).filter(({ path }) => whole.has(path));
}

/** Of a prefix; or why it cannot be had. */
export async function pinIn(name: string, path: string): Promise<Pin | GpuSetupError> {
  try {
    return (await readLock(path)) ?? noLock(name);
  } catch (error) {
    if (error instanceof GpuSetupError) return error;
    throw error;
  }
}

function noLock(name: string): GpuSetupError {
  return new GpuSetupError('lock-missing', `nothing in the prefix ${name} says what it was made from`, {
    hint: `gpu-setup remove ${name}, then install it again`,
    details: { name },
  });
}

async function ask(
  { name, kind, place, pin }: Subject,
  recipes: ReadonlyMap<string, Recipe>,
  sources: ReadonlyMap<string, Source>,
  apt: AptContext,
): Promise<Outdated> {
  const subject = {
    name,
    kind,
    place,
    architecture: pin instanceof GpuSetupError ? null : pin.request.architecture,
  };
  try {
    if (pin instanceof GpuSetupError) throw pin;
    const { request } = pin;
    const { resolution } = await findServing(
      requestedAgain(request, recipes, { sources }),
      sources,
      apt,
      null,
    );
    const { cuda, cudnn, packages } = diffPins(request.architecture, pin, {
      ...pin,
      cuda: resolution.cuda,
      cudnn: resolution.cudnn,
      packages: resolution.packages.map((one) => ({
        ...one.package,
        components: one.components,
        payloadSha256: null,
      })),
    });
    // The same version in another file is nothing newer, and an index that lags is none of the prefix's.
    const others = packages.filter((one) => one.kind !== 'resigned' && one.kind !== 'replaced');
    const isOutdated = [cuda, cudnn].some(isNewer) || others.some(isNewerPackage);
    return {
      ...subject,
      state: isOutdated ? 'outdated' : 'newest',
      cuda,
      cudnn,
      packages: isOutdated ? others : [],
      error: null,
    };
  } catch (error) {
    apt.signal?.throwIfAborted();
    if (!(error instanceof GpuSetupError)) throw error;
    const { code, message, hint } = error;
    return {
      ...subject,
      state: 'unknown',
      cuda: null,
      cudnn: null,
      packages: [],
      error: { code, message, hint: hint ?? null },
    };
  }
}

type Change = Pick<PackageChange, 'from' | 'to'>;

const isNewer = ({ from, to }: Change): boolean =>
  from !== null && to !== null && compareDottedVersions(to, from) > 0;
const isNewerPackage = ({ from, to }: Change): boolean =>
  from !== null && to !== null && compareVersions(to, from) > 0;
