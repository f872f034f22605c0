/** Installing a prefix, from the words that were typed to the prefix that is there: what every caller goes through. */
import type { AptContext } from '../apt/context.ts';
import { readDpkgStatus } from '../apt/resolve/dpkg-status.ts';
import type { Mirrors } from '../apt/sources/mirrors.ts';
import { loadSources } from '../apt/sources/sources.ts';
import type { Source } from '../apt/types.ts';
import { abortable } from '../base/abortable.ts';
import type { PackageArchitecture } from '../base/architecture.ts';
import type { Emit } from '../base/events.ts';
import type { Folders } from '../base/folders.ts';
import { valueOf } from '../machine/answer.ts';
import type { CompilerFacts } from '../machine/facts.ts';
import { probeCompilers } from '../machine/facts/toolkit/compilers.ts';
import { hardwareOf } from '../machine/facts/hardware.ts';
import { liveMachine } from '../machine/kinds/live.ts';
import type { PrefixInfo } from '../machine/records/prefix-manifest.ts';
import type { AskForLicences } from '../prefix/install/actions/accept-licences.ts';
import { executePlan, type Spent } from '../prefix/install/execute-plan.ts';
import { existingPrefix } from '../prefix/install/existing.ts';
import { survey } from '../prefix/install/survey.ts';
import type { Hardware } from '../prefix/plan/hardware-advice.ts';
import type { InstallPlan } from '../prefix/plan/install-plan.ts';
import { planInstall } from '../prefix/plan/plan.ts';
import { hostCompilerOf, type HostCompiler } from '../prefix/use/host-compiler.ts';
import { isFramework } from '../stack/wanted.ts';
import { findServing } from './find-serving.ts';
import { withToolchain } from './find-toolchain.ts';
import { loadLicences, loadRecipes } from './load.ts';
import type { Recipe } from './recipe.ts';
import { requestOf, type Requested, type RequestOptions } from './request.ts';

export interface InstallRequest extends RequestOptions {
  /** A recipe, or specs: `cuda10`, `cuda@10.0 cudnn@7.6`. */
  words: readonly string[];
  architecture: PackageArchitecture;
  /** Plans, and goes no further. */
  dryRun: boolean;
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
}

/** @throws GpuSetupError what `frameworkPrefix`, `requestOf`, `findServing` and `executePlan` throw */
export async function install(asked: InstallRequest, context: InstallContext): Promise<InstallResult> {
  const { folders, emit, signal } = context;
  const recipes = await loadRecipes(folders.config);
  const request = await withoutFrameworks(asked, recipes, emit);
  const sources = await loadSources(folders.config, context.mirrors);
  const requested = requestOf(request.words, recipes, request, {
    architecture: request.architecture,
    sources,
  });
  // Before any source is asked: the same request again needs no network.
  const there = await existingPrefix(requested.request, folders.home, [
    requested.request.sources,
    ...requested.otherGroups,
  ]);
  if (there !== null)
    return finished({ status: 'unchanged', ...there, warnings: [], driver: null, spent: null }, context);

  const apt: AptContext = { cache: folders.cache, emit, signal };
  const { planNow, driver } = await planner(requested, sources, apt, folders.home);
  const plan = await planNow();
  if (request.dryRun)
    return { status: 'planned', plan, prefix: null, warnings: [], driver, hostCompiler: null, spent: null };

  context.onPlan?.(plan);
  const done = await executePlan(plan, { apt, acceptLicences: context.acceptLicences, replan: planNow });
  return finished({ ...done, driver }, context);
}

/** A framework among the words stands for the CUDA and the cuDNN that it is built for. */
async function withoutFrameworks(
  asked: InstallRequest,
  recipes: ReadonlyMap<string, Recipe>,
  emit: Emit,
): Promise<InstallRequest> {
  if (!asked.words.some((word) => !recipes.has(word) && isFramework(word))) return asked;
  const { frameworkPrefix } = await import('./framework-prefix.ts');
  const { words, name, warnings } = await frameworkPrefix(asked.words, recipes, liveMachine());
  for (const text of warnings) emit({ type: 'notice', level: 'warning', text });
  return { ...asked, words, name: asked.name ?? name };
}

/** What was asked is resolved once; how it is done depends on what is at hand, and may be asked again. */
async function planner(
  requested: Requested,
  sources: ReadonlyMap<string, Source>,
  apt: AptContext,
  home: string,
): Promise<{ planNow: () => Promise<InstallPlan>; driver: string | null }> {
  const [{ request, indexes, resolution }, hardware] = await Promise.all([
    readDpkgStatus()
      .then((installed) => findServing(requested, sources, apt, installed))
      .then((serving) => withToolchain(serving, sources, apt, compilersHere)),
    hardwareHere(apt.signal),
  ]);
  const { recipe } = requested;
  const licences = loadLicences().filter(({ id }) => recipe === null || recipe.licences.includes(id));
  const planNow = async (): Promise<InstallPlan> => {
    const found = await survey(resolution, indexes, { home, ...hardware, apt });
    return planInstall(request, resolution, indexes, found, licences);
  };
  return { planNow, driver: hardware.driver };
}

async function compilersHere(): Promise<readonly CompilerFacts[]> {
  return valueOf(await probeCompilers(liveMachine())) ?? [];
}

/** A probe may wait for seconds on a driver that hangs. */
function hardwareHere(signal: AbortSignal | undefined): Promise<Hardware> {
  const looking = hardwareOf(liveMachine());
  return signal === undefined ? looking : abortable(looking, signal);
}

async function finished(
  done: Omit<InstallResult, 'hostCompiler'>,
  { env }: InstallContext,
): Promise<InstallResult> {
  const path = done.prefix?.path;
  return { ...done, hostCompiler: path === undefined ? null : await hostCompilerOf(path, env) };
}
