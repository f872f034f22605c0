/**
 * What verify found wrong, made right: from the store, else from packages in the cache, else over the network. A prefix is
 * never changed where it lies: it gets a new generation, of the packages that its own lock names, in one step.
 *
 * A package at hand is taken at the digest that the lock gives, where the manifest confirms the lock: both were written
 * when the package was verified. What has to be fetched, a signed index has to list, as for any lock.
 */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { AptContext } from '../../apt/context.ts';
import { loadSources } from '../../apt/sources/sources.ts';
import type { Source } from '../../apt/types.ts';
import { GpuSetupError } from '../../base/errors.ts';
import { packagingOfPackages } from '../../compat/releases.ts';
import type { Manifest } from '../../machine/records/prefix-manifest.ts';
import { LOCK_PATH, MANIFEST_PATH } from '../../machine/records/read-prefix-manifest.ts';
import { prepareHome } from '../../prefix/home/home-folder.ts';
import { lockHome } from '../../prefix/home/home-lock.ts';
import {
  findPrefix,
  listPrefixes,
  prefixOfRoot,
  readPrefix,
  type PrefixPlace,
} from '../../prefix/home/prefixes.ts';
import { verifyPrefix, type Change, type Verification } from '../../prefix/home/verify.ts';
import { generationOf } from '../../prefix/install/existing.ts';
import { findStoreFlaws, mendStore, type StoreFlaw } from '../../prefix/install/mend-store.ts';
import { payloadFolders } from '../../prefix/install/payloads.ts';
import { surveyHome } from '../../prefix/install/survey.ts';
import { plannedState, stateOf, type PackageState } from '../../prefix/plan/at-hand.ts';
import { bare, saidOf } from '../../prefix/plan/lock/confirm.ts';
import type { InstallPlan, PlannedPackage, PlannedSource } from '../../prefix/plan/install-plan.ts';
import { componentsOf, lockDigest, lockOf, type Pin } from '../../prefix/plan/lockfile.ts';
import { keeping } from '../../prefix/plan/plan.ts';
import { carryOut, quotasFor, type InstallContext, type InstallResult } from '../install.ts';
import { loadRecipes } from '../load.ts';
import { packagesThere } from '../machine-of-request.ts';
import { planner, type Chosen } from '../plan-install.ts';
import { pinIn } from './outdated.ts';
import { serveLock } from './serve-lock.ts';

/** Where an entry was mended from; `made`: gpu-setup writes it itself. */
export type MendedFrom = 'store' | 'cache' | 'network' | 'made';

export interface Repair {
  /** Null where the prefix was whole and is as it was. */
  generation: { from: string; to: string } | null;
  /** Of the changes that were found, all but what was added. */
  mended: readonly { path: string; from: MendedFrom; package: string | null }[];
  store: readonly StoreFlaw[];
  /** What somebody added, and that is in the prefix still. */
  kept: readonly string[];
  /** Other prefixes that may share files which the store no longer has. */
  alsoCheck: readonly string[];
  warnings: readonly string[];
}

export interface Repaired {
  place: PrefixPlace;
  /** What was found before. */
  found: Verification;
  repair: Repair;
}

/**
 * @throws GpuSetupError `unknown-prefix`, `prefix-of-root`, `prefix-broken`, `prefix-not-repaired`, `home-not-writable`, what
 *   reading the lock throws, and what executing a plan throws
 */
export async function repair(name: string, context: InstallContext): Promise<Repaired> {
  const { folders, emit, signal } = context;
  const place = await findPrefix(folders, name);
  if (!place.own) throw prefixOfRoot(place);
  const { home } = place;
  const generation = await generationOf(home, place.name);
  const manifest = await readPrefix(place).catch((error: unknown) => damagedManifest(error));
  const pin = await pinIn(place.name, place.path);
  if (pin instanceof GpuSetupError) throw manifest instanceof GpuSetupError ? manifest : withoutLock(pin);
  const found =
    manifest instanceof GpuSetupError
      ? manifestGone(manifest)
      : await verifyPrefix(place.path, manifest, { emit, signal });
  const isRecorded = !found.changes.some(({ path }) => path === LOCK_PATH || path === MANIFEST_PATH);
  if (!isRecorded && !(manifest instanceof GpuSetupError)) throw withoutLock(lockChanged(place.name));
  const right = manifest instanceof GpuSetupError ? new Map() : await identitiesIn(place, manifest, found);
  const payloads = pin.packages.flatMap(({ payloadSha256 }) => payloadSha256 ?? []);
  const store = await findStoreFlaws(payloadFolders(home), { payloads, right, signal });
  if (store.length > 0) {
    await prepareHome(home);
    const lock = await lockHome(home, { what: `repair ${place.name}`, emit, signal });
    try {
      await mendStore(store, lock);
    } finally {
      await lock.release();
    }
  }
  const added = found.changes.flatMap(({ path, change }) => (change === 'added' ? [path] : []));
  const wrong = found.changes.filter(({ change }) => change !== 'added');
  const alsoCheck = await sharing(store, place, context);
  const base = { store, alsoCheck };
  if (wrong.length === 0 || generation === null)
    return {
      place,
      found,
      repair: { ...base, generation: null, mended: [], kept: added, warnings: [] },
    };
  const terms = manifest instanceof GpuSetupError ? [] : manifest.licences;
  const done = await makeAnew(place, generation, { pin, isRecorded, added }, withTerms(terms, context));
  const { plan, warnings } = done;
  return {
    place,
    found,
    repair: {
      ...base,
      generation: { from: generation, to: (await generationOf(home, place.name)) ?? generation },
      mended: wrong.map(({ path, from }) => ({ path, package: from, from: sourceOf(from, plan) })),
      kept: added.filter((path) => !warnings.some((text) => text.startsWith(`${path} is not kept`))),
      warnings,
    },
  };
}

/** The prefix once more, from what its lock names, in a generation of its own. */
async function makeAnew(
  place: PrefixPlace,
  generation: string,
  { pin, isRecorded, added }: { pin: Pin; isRecorded: boolean; added: readonly string[] },
  context: InstallContext,
): Promise<InstallResult> {
  const { folders, emit, signal, mirrors } = context;
  const { home, name } = place;
  const apt: AptContext = { cache: folders.cache, emit, signal };
  const [recipes, sources] = await Promise.all([
    loadRecipes(folders.config),
    loadSources(folders.config, mirrors),
  ]);
  const recipe = recipes.get(pin.request.recipe ?? '') ?? null;
  const quotas = quotasFor(apt, home);
  const planNow = async (): Promise<InstallPlan> => {
    const choosing = choose(place, pin, { isRecorded, sources, apt });
    const { planNow: now } = await planner(choosing, {
      home,
      architecture: pin.request.architecture,
      apt,
      recipe,
      replaces: generation,
    });
    return keeping(await now(), added);
  };
  for (let tries = 1; ; tries++) {
    try {
      return await carryOut({ planNow, driver: null, quotas }, apt, false, context);
    } catch (error) {
      if (!(error instanceof GpuSetupError)) throw error;
      // A damaged package in the cache is seen, and removed, when it is read: the next plan does without it.
      const again = error.code === 'plan-overtaken' && tries <= pin.packages.length;
      if (again && (await generationOf(home, name)) === generation) continue;
      throw FETCHING.has(error.code) ? notRepaired(place, error) : error;
    }
  }
}

/** Packages at hand as the lock names them; what has to be fetched, as a signed index confirms it. */
async function choose(
  place: PrefixPlace,
  pin: Pin,
  {
    isRecorded,
    sources,
    apt,
  }: { isRecorded: boolean; sources: ReadonlyMap<string, Source>; apt: AptContext },
): Promise<Chosen> {
  const { packages, request } = pin;
  const components = componentsOf(pin);
  const here = await surveyHome({ ...pin, components, home: place.home }, apt);
  const open = packages.filter((one) => !isRecorded || stateOf(one, here) === 'missing');
  const served = await serveLock(
    {
      file: join(place.path, LOCK_PATH),
      digest: lockDigest(lockOf(pin)),
      pin: {
        ...pin,
        packages: open,
        sources: pin.sources.filter((one) => open.some((each) => isOf(each, one))),
      },
      proofs: null,
      trusted: false,
    },
    sources,
    apt,
    await packagesThere(request.architecture),
  ).catch((error: unknown) => {
    throw error instanceof GpuSetupError && error.code !== 'interrupted' ? notRepaired(place, error) : error;
  });
  const confirmed = new Map(served.resolution.packages.map((one) => [one.package.name, one]));
  const pinned = served.resolution.pinned!;
  // Of the others nothing is fetched: how they are laid out is all that counts.
  const others = pin.sources
    .filter((one) => !pinned.sources.some((each) => isSuite(each, one)))
    .map(({ id, suite, packaging }) => ({ source: { id, uris: [], packaging }, release: { suite } }));
  return {
    ...served,
    located: [...(served.located ?? []), ...others],
    request: { ...request, name: place.name },
    resolution: {
      ...served.resolution,
      packaging: packagingOfPackages(packages.map(({ name }) => name)),
      components,
      packages: packages.map((one) => confirmed.get(one.name) ?? asLocked(one)),
      pinned: {
        ...pinned,
        sources: pin.sources.map((one) => pinned.sources.find((each) => isSuite(each, one)) ?? one),
      },
    },
  };
}

type Suite = Pick<PlannedSource, 'id' | 'suite'>;

const isSuite = (one: Suite, { id, suite }: Suite): boolean => one.id === id && one.suite === suite;
const isOf = ({ sourceId, suite }: PlannedPackage, one: Suite): boolean =>
  isSuite({ id: sourceId, suite }, one);

function asLocked(one: PlannedPackage): Chosen['resolution']['packages'][number] {
  return { package: bare(one), ...saidOf(one) };
}

/** What the manifest says was accepted is not asked again. */
function withTerms(accepted: Manifest['licences'], context: InstallContext): InstallContext {
  return {
    ...context,
    acceptLicences: async (terms) =>
      terms.every(({ id }) => accepted.some((one) => one.id === id))
        ? accepted
        : context.acceptLicences(terms),
  };
}

const FROM: Readonly<Record<PackageState, MendedFrom>> = {
  'in-store': 'store',
  'in-cache': 'cache',
  missing: 'network',
};

function sourceOf(packageName: string | null, plan: InstallPlan): MendedFrom {
  const one = plan.packages.find(({ name }) => name === packageName);
  return one === undefined ? 'made' : FROM[plannedState(plan, one)];
}

/** Files that verify has just read need not be read again under their name in the store. */
async function identitiesIn(
  { path: root }: PrefixPlace,
  { entries }: Manifest,
  { changes }: Verification,
): Promise<ReadonlyMap<string, string>> {
  const wrong = new Set(changes.map(({ path }) => path));
  const right = new Map<string, string>();
  for (const entry of entries) {
    if (entry.type !== 'file' || wrong.has(entry.path)) continue;
    const found = await lstat(join(root, entry.path)).catch(() => null);
    if (found !== null) right.set(`${found.dev}:${found.ino}`, entry.sha256);
  }
  return right;
}

/** A hard link of a dropped file is still in those, or blocks of it, as a reflink; copies share nothing. */
async function sharing(
  store: readonly StoreFlaw[],
  { name, home }: PrefixPlace,
  { folders }: InstallContext,
): Promise<readonly string[]> {
  const dropped = new Set(
    store.flatMap(({ flaw, payloadSha256 }) => (flaw === 'content' ? [payloadSha256] : [])),
  );
  if (dropped.size === 0) return [];
  const { prefixes } = await listPrefixes(folders);
  return prefixes
    .filter((one) => one.name !== name && one.path === join(home, 'prefixes', one.name))
    .filter((one) => one.sharing !== 'copy')
    .filter(({ packages }) => packages.some(({ payloadSha256 }) => dropped.has(payloadSha256)))
    .map((one) => one.name);
}

/** The lock alone then says what the prefix is made of, and what was added cannot be told from what was there. */
function damagedManifest(error: unknown): GpuSetupError {
  if (error instanceof GpuSetupError && error.code === 'prefix-broken') return error;
  throw error;
}

function manifestGone({ details }: GpuSetupError): Verification {
  const why = String(details?.['why']);
  const change: Change = {
    path: MANIFEST_PATH,
    change: why.endsWith('is missing') ? 'missing' : 'changed',
    expected: 'the list of all files',
    found: why,
    from: null,
  };
  return { checked: 0, changes: [change] };
}

function lockChanged(name: string): GpuSetupError {
  return new GpuSetupError(
    'lock-damaged',
    `the lock of the prefix ${name} is not the one that its manifest records, so nobody can tell what it was made of`,
    { details: { name } },
  );
}

/** Without a lock that can be believed there is nothing to mend a prefix by. */
function withoutLock(error: GpuSetupError): GpuSetupError {
  const name = String(error.details?.['name']);
  return new GpuSetupError('prefix-not-repaired', error.message, {
    hint: [
      `gpu-setup rollback ${name} goes back to an older generation, where gpu-setup list shows one`,
      `else: gpu-setup remove ${name}, then install it again`,
    ],
    cause: error,
    details: { name },
  });
}

/** What can go wrong with a package that is neither in the store nor in the cache. */
const FETCHING: ReadonlySet<string> = new Set([
  'host-unreachable',
  'transfer-interrupted',
  'package-listed-but-missing',
  'package-differs-from-index',
  'payload-mismatch',
  'package-resigned',
  'index-behind-lock',
]);

const SERVED_ANOTHER: ReadonlySet<string> = new Set([
  'package-listed-but-missing',
  'package-differs-from-index',
  'payload-mismatch',
]);

function notRepaired({ name }: PrefixPlace, error: GpuSetupError): GpuSetupError {
  const again = `gpu-setup verify ${name} --repair`;
  return new GpuSetupError(
    'prefix-not-repaired',
    `${name} is not mended, and is as it was: store and cache lack a package of it, and ${error.message}`,
    {
      hint: [
        ...(error.retryable ? [`with a network that reaches its sources: ${again}`] : []),
        ...(SERVED_ANOTHER.has(error.code)
          ? [
              `if something on the way changed it, or the server is in the middle of an update, later: ${again}`,
            ]
          : []),
        `gpu-setup upgrade ${name} makes it anew from what the sources have today`,
      ],
      retryable: error.retryable,
      cause: error,
      details: { name, ...error.details },
    },
  );
}
