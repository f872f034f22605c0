/** Installing a prefix, from the words that were typed to the prefix that is there: what every caller goes through. */
import type { AptContext } from '../apt/context.ts';
import type { Mirrors } from '../apt/sources/mirrors.ts';
import { loadSources } from '../apt/sources/sources.ts';
import type { Source } from '../apt/types.ts';
import type { PackageArchitecture } from '../base/architecture.ts';
import { GpuSetupError } from '../base/errors.ts';
import type { Emit } from '../base/events.ts';
import { askQuotas, type Quotas } from '../base/files/ask-quota.ts';
import type { Folders } from '../base/folders.ts';
import { nameOfSpec } from '../compat/spec-name.ts';
import type { PrefixInfo } from '../machine/records/prefix-manifest.ts';
import { readLock } from '../prefix/home/prefix-lock.ts';
import type { AskForLicences } from '../prefix/install/actions/accept-licences.ts';
import { checkSpace } from '../prefix/install/check-space.ts';
import { executePlan, type Spent } from '../prefix/install/execute-plan.ts';
import { existingPrefix } from '../prefix/install/existing.ts';
import type { InstallPlan } from '../prefix/plan/install-plan.ts';
import { refuseUntrue } from '../prefix/plan/lock/own-versions.ts';
import { lockAgain, lockDigest, pinForHost, sameWish, wishText, type Pin } from '../prefix/plan/lockfile.ts';
import type { PrefixRequest } from '../prefix/plan/request.ts';
import { parseSpec } from '../prefix/plan/spec.ts';
import { hostCompilerOf, type HostCompiler } from '../prefix/use/host-compiler.ts';
import { isFrameworkToInstall, isInstalledBesideCuda } from '../stack/wanted.ts';
import { chooseFromSources } from './choose-from-sources.ts';
import { loadRecipes } from './load.ts';
import { lockFileAt, readProofOf } from './lock/lock-file.ts';
import { serveLock, type LockToServe } from './lock/serve-lock.ts';
import { nameHere, packagesThere } from './machine-of-request.ts';
import { planner, type Planner } from './plan-install.ts';
import type { Recipe } from './recipe.ts';
import { checkName, requestOf, type Requested, type RequestOptions } from './request.ts';

export interface InstallRequest extends RequestOptions {
  /** A recipe, or specs: `cuda10`, `cuda@10.0 cudnn@7.6`. */
  words: readonly string[];
  architecture: PackageArchitecture;
  /** Plans, and goes no further. */
  dryRun: boolean;
  /** Folders in which packages are looked for before servers are asked: absolute paths. */
  from?: readonly string[];
  /** Installs what a lock names, and nothing else. */
  lock?: LockToInstall | undefined;
  /** Takes an index that is older than one that was seen here. */
  allowOlder?: boolean;
}

export interface LockToInstall {
  file: string;
  /** Whether the lock's word is enough where no verified index confirms it. */
  trusted: boolean;
}

export interface InstallContext {
  folders: Folders;
  env: Readonly<Record<string, string | undefined>>;
  emit: Emit;
  signal: AbortSignal;
  acceptLicences: AskForLicences;
  /** Other addresses of sources, from the configuration. */
  mirrors?: Mirrors | undefined;
  /** Told before a plan is executed, and before its terms are put to anybody. */
  onPlan?: ((plan: InstallPlan) => void) | undefined;
  /** The date, and how patient it is with servers, where they are not the usual ones. */
  network?: Pick<AptContext, 'now' | 'retryDelayMs' | 'limits'> | undefined;
}

export interface InstallResult {
  status: 'planned' | 'installed' | 'unchanged';
  /** Without actions where nothing is to do. */
  plan: InstallPlan;
  /** Null where it was only planned. */
  prefix: PrefixInfo | null;
  /** Version of the driver found; null where none is, and where nobody looked because nothing is to do. */
  driver: string | null;
  hostCompiler: HostCompiler | null;
  /** Besides those of the plan: what was found in packages that is not expected there. */
  warnings: readonly string[];
  /** Null where nothing was installed. */
  spent: Spent | null;
  /** Of the lock that was installed, else of the one inside the prefix: a key for caches. Null where there is none yet. */
  lockDigest: string | null;
}

/**
 * @throws GpuSetupError what `frameworkPrefix`, `requestOf`, `findServing`, `judgeDates` and `executePlan` throw; of a lock
 *   what `lockFileAt`, `pinForHost` and `serveLock` throw, and `lock-other-request`
 */
export async function install(asked: InstallRequest, context: InstallContext): Promise<InstallResult> {
  if (asked.lock !== undefined) return installLocked(asked, asked.lock, context);
  const { folders, emit, signal } = context;
  const recipes = await loadRecipes(folders.config);
  const request = await withoutFrameworks(asked, recipes, emit);
  const sources = await loadSources(folders.config, context.mirrors);
  const { architecture } = request;
  const requested = namedHere(asked, requestOf(request.words, recipes, request, { architecture, sources }));
  // Before any source is asked: the same request again needs no network.
  const there = await existingPrefix(requested.request, folders.home, [
    requested.request.sources,
    ...requested.otherGroups,
  ]);
  if (there !== null)
    return finished({ status: 'unchanged', ...there, warnings: [], driver: null, spent: null }, context);

  const apt: AptContext = { ...context.network, cache: folders.cache, emit, signal, atHand: request.from };
  const quotas = quotasFor(apt, folders.home);
  const choosing = chooseFromSources(requested, sources, apt, folders.home, request.allowOlder === true);
  const planning = await planner(choosing, {
    home: folders.home,
    architecture,
    apt,
    recipe: requested.recipe,
  });
  return carryOut({ ...planning, quotas }, apt, request.dryRun, context);
}

/** Under the name that was typed, else under one that tells it from this machine's own. */
function namedHere<T extends Requested>({ name }: InstallRequest, requested: T): T {
  const { request } = requested;
  return name === undefined
    ? { ...requested, request: { ...request, name: checkName(nameHere(request.name, request.architecture)) } }
    : requested;
}

/** The same of a lock: the name in it is the one that it has on the machine that it is for. */
export function pinnedRequest({ request }: Pin, { name }: Pick<InstallRequest, 'name'>): PrefixRequest {
  return { ...request, name: checkName(name ?? nameHere(request.name, request.architecture)) };
}

/** A lock in the place of words: the packages that it names, or none. */
async function installLocked(
  asked: InstallRequest,
  { file, trusted }: LockToInstall,
  context: InstallContext,
): Promise<InstallResult> {
  const { folders } = context;
  const lock = lockFileAt(file);
  const pin = pinForHost(lock, asked.architecture, file);
  const [recipes, sources] = await Promise.all([
    loadRecipes(folders.config),
    loadSources(folders.config, context.mirrors),
  ]);
  if (asked.words.length > 0) {
    const typed = await withoutFrameworks(asked, recipes, context.emit, true);
    refuseOtherWish(typed, pin, file, recipes, sources);
  }
  const request = pinnedRequest(pin, asked);
  const locked = { file, digest: lockDigest(lock), pin: { ...pin, request }, trusted };
  const there = await unchangedPin(locked, context);
  if (there !== null) return there;
  return installPin({ ...locked, proofs: readProofOf(file, lock) }, { recipes, sources }, asked, context);
}

/** The prefix that is there already with the packages that a lock names; null where there is none of the name. */
export async function unchangedPin(
  { pin: { request, packages }, digest }: Pick<LockToServe, 'pin' | 'digest'>,
  context: InstallContext,
): Promise<InstallResult | null> {
  const there = await existingPrefix(request, context.folders.home, undefined, packages);
  if (there === null) return null;
  const unchanged = { status: 'unchanged', ...there, warnings: [], driver: null, spent: null } as const;
  return { ...(await finished(unchanged, context)), lockDigest: digest };
}

/** What a lock names, from these sources. */
export async function installPin(
  locked: LockToServe,
  { recipes, sources }: { recipes: ReadonlyMap<string, Recipe>; sources: ReadonlyMap<string, Source> },
  { dryRun, from }: Pick<InstallRequest, 'dryRun' | 'from'>,
  context: InstallContext,
): Promise<InstallResult> {
  refuseUntrue(locked.pin, locked.file);
  const { folders, emit, signal } = context;
  const apt: AptContext = { ...context.network, cache: folders.cache, emit, signal, atHand: from };
  const recipe = recipes.get(locked.pin.request.recipe ?? '') ?? null;
  const { architecture } = locked.pin.request;
  const quotas = quotasFor(apt, folders.home);
  const choosing = packagesThere(architecture).then((there) => serveLock(locked, sources, apt, there));
  const planning = await planner(choosing, { home: folders.home, architecture, apt, recipe });
  return carryOut({ ...planning, quotas }, apt, dryRun, context);
}

/** Asked for beside the sources: a server may take its time to answer. */
export function quotasFor({ cache, emit }: AptContext, home: string): Promise<Quotas> {
  return askQuotas([cache, home], emit);
}

/** Executes a plan, unless it was only asked for. */
export async function carryOut(
  { planNow, driver, quotas }: Planner & { quotas: Promise<Quotas> },
  apt: AptContext,
  dryRun: boolean,
  context: InstallContext,
): Promise<InstallResult> {
  const plan = await planNow();
  if (dryRun)
    return {
      status: 'planned',
      plan: { ...plan, warnings: [...plan.warnings, ...(await roomWarnings(plan, apt, await quotas))] },
      prefix: null,
      warnings: [],
      driver,
      hostCompiler: null,
      spent: null,
      lockDigest: plan.lock?.digest ?? null,
    };
  context.onPlan?.(plan);
  const done = await executePlan(plan, {
    apt,
    acceptLicences: context.acceptLicences,
    replan: planNow,
    quotas,
  });
  return finished({ ...done, driver }, context);
}

/** A plan that does not fit is a plan all the same. */
async function roomWarnings(plan: InstallPlan, apt: AptContext, quotas: Quotas): Promise<string[]> {
  try {
    return await checkSpace(plan, apt, quotas);
  } catch (error) {
    if (error instanceof GpuSetupError && error.code === 'disk-full')
      return [`it would be refused: ${error.message}`];
    throw error;
  }
}

function refuseOtherWish(
  asked: InstallRequest,
  pin: Pin,
  file: string,
  recipes: ReadonlyMap<string, Recipe>,
  sources: ReadonlyMap<string, Source>,
): void {
  const { words, architecture } = asked;
  const { request } = requestOf(words, recipes, asked, { architecture, sources });
  if (sameWish(request, pin.request)) return;
  throw new GpuSetupError(
    'lock-other-request',
    `${file} was made for ${wishText(pin.request)}, not for ${wishText(request)}`,
    {
      hint: [
        'without words, what the lock names is installed',
        `written anew: ${lockAgain(file, ...asked.words)}`,
      ],
    },
  );
}

/**
 * A framework among the words stands for the CUDA and the cuDNN that it is built for.
 *
 * @param forAnyHost whether this machine is nothing to the choice
 */
export async function withoutFrameworks<T extends Pick<InstallRequest, 'words' | 'architecture' | 'name'>>(
  asked: T,
  recipes: ReadonlyMap<string, Recipe>,
  emit: Emit,
  forAnyHost = false,
): Promise<T> {
  if (!asked.words.some((word) => !recipes.has(word) && isFrameworkToInstall(word))) return asked;
  const { frameworkPrefix, planMachineThere } = await import('./framework-prefix.ts');
  const there = await planMachineThere(asked.architecture, forAnyHost);
  // What is installed beside a CUDA is no second framework, but goes with the CUDA of the first.
  const beside = asked.words.filter(isInstalledBesideCuda);
  const frameworks = asked.words.filter((word) => !beside.includes(word));
  const { words, name, warnings } = frameworkPrefix(frameworks, recipes, there);
  for (const text of warnings) emit({ type: 'notice', level: 'warning', text });
  const ownName = [name, ...beside.map((word) => nameOfSpec(parseSpec(word)))].join('-');
  return { ...asked, words: [...words, ...beside], name: asked.name ?? ownName };
}

/** With what a person needs to know of the prefix. */
export async function finished(
  done: Omit<InstallResult, 'hostCompiler' | 'lockDigest'>,
  { env }: Pick<InstallContext, 'env'>,
): Promise<InstallResult> {
  const path = done.prefix?.path;
  if (path === undefined) return { ...done, hostCompiler: null, lockDigest: null };
  const own = done.plan.lock === undefined ? await readLock(path) : null;
  return {
    ...done,
    hostCompiler: await hostCompilerOf(path, env),
    lockDigest: done.plan.lock?.digest ?? (own === null ? null : lockDigest(own)),
  };
}
