/** `install`: a CUDA toolkit with its cuDNN into a prefix of its own. */
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AptContext } from '../../apt/context.ts';
import { readDpkgStatus } from '../../apt/resolve/dpkg-status.ts';
import { loadSources } from '../../apt/sources/sources.ts';
import type { Source } from '../../apt/types.ts';
import { hostArchitecture } from '../../base/architecture.ts';
import { ExitCode, systemCode } from '../../base/errors.ts';
import { valueOf } from '../../machine/answer.ts';
import { collectFacts } from '../../machine/facts/collect.ts';
import { liveMachine } from '../../machine/kinds/live.ts';
import type { PrefixInfo } from '../../machine/records/prefix-manifest.ts';
import { packagesAtHand } from '../../prefix/install/survey.ts';
import { executePlan } from '../../prefix/install/install.ts';
import { hostCompilerOf, type HostCompiler } from '../../prefix/use/host-compiler.ts';
import { readLock } from '../../prefix/home/prefix-lock.ts';
import { planExisting, planInstall } from '../../prefix/plan/plan.ts';
import { readPrefix } from '../../prefix/home/prefixes.ts';
import type { Action, InstallPlan, PrefixRequest } from '../../prefix/plan/types.ts';
import { loadLicences, loadRecipes } from '../../recipe/load.ts';
import { requestOf, type Requested } from '../../recipe/request.ts';
import { hostLines, planSizes, renderInstalled, renderPlan, toolkitTitle } from '../../report/install.ts';
import type { CommandDefinition, Context, OptionValues, Outcome } from '../command.ts';
import { acceptLicences } from '../licence-prompt.ts';
import { openSources } from '../open-sources.ts';
import { abortable } from '../call/interruptions.ts';

export const summary = 'install a CUDA toolkit with its cuDNN into a prefix of its own';

export const command: CommandDefinition = {
  arguments: [
    { syntax: '<recipe-or-spec...>', description: 'a recipe (cuda10), or specs (cuda@10.0 cudnn@7.6)' },
  ],
  options: [
    { flags: '--name <name>', description: 'name of the prefix; the recipe gives one otherwise' },
    { flags: '--source <id>', description: 'take the packages from this source' },
    {
      flags: '--with <components>',
      description:
        'install these too: compiler, libraries, runtime, static, cudnn, nccl, profiler, debugger, docs, compat',
      repeatable: true,
    },
    { flags: '--without <components>', description: 'leave these out', repeatable: true },
    { flags: '--dry-run', description: 'print the plan: packages, bytes, host requirements, licence' },
    { flags: '--accept-license', description: 'accept the terms of what is downloaded' },
  ],
  examples: [
    ['gpu-setup install cuda10', 'CUDA 10.0 with cuDNN 7.5, from NVIDIA'],
    ['gpu-setup install cuda10 --dry-run', 'what that would download, and from where'],
    ['gpu-setup install cuda11 --source debian-bookworm', "CUDA 11.8 from Debian's own packages"],
    ['gpu-setup install cuda@10.0 cudnn@7.6 --name tf114', 'other versions, under a name of your own'],
    ['gpu-setup install cuda9 --with static --accept-license', 'static libraries too, without a question'],
  ],
  async run(words, options, context) {
    const { home, config, cache } = context.folders();
    const sources = await loadSources(config);
    const choices = {
      name: text(options, 'name'),
      source: text(options, 'source'),
      with: list(options, 'with'),
      without: list(options, 'without'),
    };
    const requested = requestOf(words, await loadRecipes(config), choices, {
      architecture: hostArchitecture(),
      sources,
    });
    const there = await existingPlan(requested.request, home);
    if (there !== null) return alreadyInstalled(there, context);
    const apt: AptContext = { cache, emit: context.emit, signal: context.signal };
    const { plan, driver } = await makePlan(requested, sources, apt, home);
    if (options['dryRun'] === true) return dryRun(plan, driver);
    announce(plan, context);
    const licences = await acceptLicences(plan.licences, options['acceptLicense'] === true, context);
    const prefix = await executePlan(plan, { apt, sources, licences });
    return installed(plan, prefix, driver, context);
  },
};

function text(options: OptionValues, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/** `--with a,b --with c` is `a,b,c`. */
function list(options: OptionValues, name: string): string | undefined {
  const value = options[name];
  return Array.isArray(value) ? value.join(',') : undefined;
}

/** Before anything is fetched: the same request again needs no network. Null where no prefix has the name. */
async function existingPlan(request: PrefixRequest, home: string): Promise<InstallPlan | null> {
  const path = join(home, 'prefixes', request.name);
  if ((await lstat(path).catch(() => null)) === null) return null;
  return planExisting(request, await readLock(path), home);
}

async function makePlan(
  { request, recipe, otherGroups }: Requested,
  sources: ReadonlyMap<string, Source>,
  apt: AptContext,
  home: string,
): Promise<{ plan: InstallPlan; driver: string | null }> {
  const [indexes, driver, installed, generations] = await Promise.all([
    openSources(request.sources, sources, apt, otherGroups),
    driverFound(apt.signal),
    readDpkgStatus(),
    namesIn(join(home, 'generations')),
  ]);
  const named = recipe?.licences;
  const surroundings = {
    home,
    generations,
    installed,
    driver,
    licences: loadLicences().filter(({ id }) => named === undefined || named.includes(id)),
  };
  const draft = planInstall(request, indexes, { ...surroundings, cached: new Set() });
  const cached = await packagesAtHand(draft, apt, sources);
  return { plan: planInstall(request, indexes, { ...surroundings, cached }), driver };
}

/** The loaded module counts; where none is loaded, the libraries of the driver that is installed. */
async function driverFound(signal: AbortSignal | undefined): Promise<string | null> {
  const looking = collectFacts(liveMachine());
  const { kernelDriver, driverLibraries, nvidiaSmi } = await (signal === undefined
    ? looking
    : abortable(looking, signal));
  return (
    valueOf(kernelDriver.moduleVersion) ??
    valueOf(nvidiaSmi)?.driverVersion ??
    valueOf(driverLibraries.version) ??
    null
  );
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    // A home that cannot be read is told by the executor, which knows what is wrong with it.
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(systemCode(error) ?? '')) return [];
    throw error;
  }
}

function announce(plan: InstallPlan, { emit }: Context): void {
  emit({ type: 'notice', level: 'info', text: `${toolkitTitle(plan)}: ${planSizes(plan)}` });
  for (const warning of plan.warnings) emit({ type: 'notice', level: 'warning', text: warning });
  if (unmet(plan).length === 0) return;
  for (const line of hostLines(plan)) emit({ type: 'notice', level: 'warning', text: `this host: ${line}` });
}

function unmet({ host }: InstallPlan): InstallPlan['host'] {
  return host.filter(({ status }) => status !== 'met');
}

type Status = 'installed' | 'unchanged' | 'planned';

/** gpu-setup/install@1 (docs/schema/install.json) */
function document(
  status: Status,
  plan: InstallPlan,
  rest: { prefix: PrefixInfo | null; hostCompiler: HostCompiler | null; driver: string | null },
): unknown {
  const { request, lock, actions, licences, bytes, warnings, home, cuda, cudnn, family } = plan;
  return {
    schema: 'gpu-setup/install@1',
    status,
    prefix: rest.prefix,
    plan: {
      request,
      cuda,
      cudnn,
      family,
      home,
      sources: lock.sources.map(({ id, suite, overridden, signedWith, date }) => ({
        id,
        suite,
        overridden,
        signedWith,
        date,
      })),
      packages: plan.packages,
      actions: actions.map(actionRow),
      bytes,
      licences,
    },
    host: unmet(plan),
    warnings,
    driver: rest.driver,
    hostCompiler: rest.hostCompiler,
  };
}

/** Packages by name: they stand whole in `packages`. */
function actionRow(action: Action): unknown {
  return 'package' in action ? { ...action, package: action.package.name } : action;
}

function dryRun(plan: InstallPlan, driver: string | null): Outcome {
  return {
    exitCode: ExitCode.ok,
    json: document('planned', plan, { prefix: null, hostCompiler: null, driver }),
    text: (terminal) => renderPlan(plan, terminal),
  };
}

async function alreadyInstalled(plan: InstallPlan, context: Context): Promise<Outcome> {
  const { home, request } = plan;
  const path = join(home, 'prefixes', request.name);
  const { prefix } = await readPrefix({ name: request.name, path, home, own: true });
  const compiler = await hostCompilerOf(path, context.env);
  return {
    exitCode: ExitCode.ok,
    json: document('unchanged', plan, { prefix, hostCompiler: compiler, driver: null }),
    text: (terminal) => renderInstalled(prefix, compiler, false, terminal),
    hints: compilerHints(compiler),
  };
}

async function installed(
  plan: InstallPlan,
  prefix: PrefixInfo,
  driver: string | null,
  context: Context,
): Promise<Outcome> {
  const compiler = await hostCompilerOf(prefix.path, context.env);
  return {
    exitCode: ExitCode.ok,
    json: document('installed', plan, { prefix, hostCompiler: compiler, driver }),
    text: (terminal) => renderInstalled(prefix, compiler, true, terminal),
    hints: compilerHints(compiler),
  };
}

/** A compiler that is installed later is found without installing the prefix again. */
function compilerHints(compiler: HostCompiler): readonly string[] {
  if (compiler.state !== 'none') return [];
  return [compiler.hint === null ? compiler.why : `${compiler.why}: ${compiler.hint}`];
}
