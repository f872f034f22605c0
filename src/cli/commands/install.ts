/** `install`: a CUDA toolkit with its cuDNN into a prefix of its own. */
import { resolve } from 'node:path';
import { isForeign } from '../../base/architecture.ts';
import { ExitCode } from '../../base/errors.ts';
import { PACKAGINGS } from '../../compat/releases.ts';
import { licencesOf, type InstallPlan } from '../../prefix/plan/install-plan.ts';
import { shellLine } from '../../base/processes/shell-line.ts';
import type { HostCompiler } from '../../prefix/use/host-compiler.ts';
import {
  install as runInstall,
  type InstallContext,
  type InstallRequest,
  type InstallResult,
} from '../../recipe/install.ts';
import { hostLines, planSizes, renderInstalled, renderPlan, toolkitTitle } from '../../report/install.ts';
import { toolchainText } from '../../report/host-toolchain.ts';
import { saysAll } from '../../report/terminal.ts';
import { ARCHITECTURE, architectureOf } from '../architecture-option.ts';
import { textOf } from '../call/parse-arguments.ts';
import { ONLY } from '../only-option.ts';
import { mirrorsOf } from '../configured.ts';
import { ALLOW_OLDER, FROM_LOCK, lockToInstall } from '../lock-options.ts';
import type { CommandDefinition, Context, OptionDefinition, OptionValues, Outcome } from '../command.ts';
import { chooseInstall, OFFERED_COMPONENTS, type ChosenInstall } from '../choose-install.ts';
import { acceptLicences } from '../licence-prompt.ts';

export const summary = 'install a CUDA toolkit with its cuDNN into a prefix of its own';

export const FROM_FOLDERS: OptionDefinition = {
  flags: '--from <folder>',
  description: 'take .deb files that lie there, whatever their names; only what is missing is fetched',
  repeatable: true,
  completes: 'folder',
};

export const command: CommandDefinition = {
  arguments: [
    {
      syntax: '[recipe-or-spec...]',
      description: 'a recipe (cuda10), specs (cuda@10.0 cudnn@7.6), or a framework (tensorflow@1.9)',
      completes: ['spec', 'planned'],
    },
  ],
  options: [
    { flags: '--name <name>', description: 'name of the prefix; the recipe gives one otherwise' },
    { flags: '--source <id>', description: 'take the packages from this source', completes: 'source' },
    {
      flags: '--with <components>',
      description: `install these too: ${Object.keys(OFFERED_COMPONENTS).join(', ')}`,
      repeatable: true,
      completes: 'component',
    },
    {
      flags: '--without <components>',
      description: 'leave these out',
      repeatable: true,
      completes: 'component',
    },
    ONLY,
    ARCHITECTURE,
    { flags: '--locked', description: 'install exactly what ./gpu-setup.lock names, or fail' },
    ...FROM_LOCK,
    ALLOW_OLDER,
    FROM_FOLDERS,
    { flags: '--dry-run', description: 'print the plan: packages, bytes, host requirements, licence' },
    { flags: '--accept-license', description: 'accept the terms of what is downloaded' },
  ],
  examples: [
    ['gpu-setup install', 'choose a recipe and components, on a terminal'],
    ['gpu-setup install cuda10', 'CUDA 10.0 with cuDNN 7.5, from NVIDIA'],
    ['gpu-setup install cuda10 --dry-run', 'what that would download, and from where'],
    ['gpu-setup install cuda11 --source debian-bookworm', "CUDA 11.8 from Debian's own packages"],
    ['gpu-setup install cuda@10.0 cudnn@7.6 --name tf114', 'other versions, under a name of your own'],
    [
      'gpu-setup install cuda@11.8 --only nvcc,cudart',
      'these parts alone, with what they need; gpu-setup search cuda@11.8 lists them',
    ],
    ['gpu-setup install cuda@10.2 gcc@8', 'with a compiler of its own, which its nvcc takes'],
    ['gpu-setup install cuda@11.8 tensorrt@8.6', 'with TensorRT, of the build for that CUDA'],
    ['gpu-setup install tensorflow@1.9', 'the CUDA and cuDNN that a framework is built for'],
    [
      'gpu-setup install cuda11 --architecture arm64',
      'for an arm64 server (Grace, SBSA), made here: the prefix cuda11-arm64',
    ],
    ['gpu-setup install --locked --accept-license', 'what ./gpu-setup.lock names, byte for byte: for CI'],
    [
      'gpu-setup install cuda10 --from /media/stick/debs',
      'packages that were brought along; the rest is fetched',
    ],
    ['gpu-setup install cuda9 --with static --accept-license', 'static libraries too, without a question'],
  ],
  async run(words, options, context) {
    const named = {
      with: list(options, 'with'),
      without: list(options, 'without'),
      only: list(options, 'only'),
    };
    const lock = lockToInstall(options, context);
    const asked =
      words.length > 0 || lock !== undefined
        ? { words, ...named }
        : { ...named, ...(await chosen(named, context)) };
    const result = await runInstall(
      {
        name: textOf(options, 'name'),
        source: textOf(options, 'source'),
        components: context.configuration.settings.components,
        ...asked,
        dryRun: options['dryRun'] === true,
        from: folders(options, context),
        architecture: architectureOf(options),
        lock,
        allowOlder: options['allowOlder'] === true,
      },
      installContext(options, context),
    );
    return outcomeOf(result);
  },
};

/** Surroundings of everything that makes a prefix. */
export function installContext(options: OptionValues, context: Context): InstallContext {
  return {
    folders: context.folders(),
    env: context.env,
    emit: context.emit,
    signal: context.signal,
    mirrors: mirrorsOf(context),
    onPlan: (plan) => announce(plan, context),
    acceptLicences: (terms) => acceptLicences(terms, options['acceptLicense'] === true, context),
  };
}

type Components = Pick<InstallRequest, 'with' | 'without' | 'only'>;

/** Asked of a person, who is told how to type it the next time. */
async function chosen(named: Components, context: Context): Promise<ChosenInstall> {
  const isFree = Object.values(named).every((words) => words === undefined);
  const answer = await chooseInstall(context, isFree);
  const { words, ...components } = { ...named, ...answer };
  const options = (['with', 'without', 'only'] as const).flatMap((name) =>
    components[name] === undefined ? [] : [`--${name}`, components[name]],
  );
  const line = shellLine(['gpu-setup', 'install', ...words, ...options]);
  context.emit({ type: 'notice', level: 'info', text: `the same without questions: ${line}` });
  return answer;
}

export function folders(options: OptionValues, { cwd }: Context): readonly string[] {
  const named = options['from'];
  return Array.isArray(named) ? named.map((folder: string) => resolve(cwd, folder)) : [];
}

/** `--with a,b --with c` is `a,b,c`. */
export function list(options: OptionValues, name: string): string | undefined {
  const value = options[name];
  return Array.isArray(value) ? value.join(',') : undefined;
}

function announce(plan: InstallPlan, context: Context): void {
  const { emit, stderr } = context;
  announceSizes(plan, context);
  for (const warning of plan.warnings) emit({ type: 'notice', level: 'warning', text: warning });
  if (unmet(plan).length === 0) return;
  for (const line of hostLines(plan, saysAll(stderr))) {
    emit(
      isForeign(plan.request.architecture)
        ? { type: 'notice', level: 'info', text: line }
        : { type: 'notice', level: 'warning', text: `this host: ${line}` },
    );
  }
}

export function announceSizes(plan: InstallPlan, { emit }: Context): void {
  emit({ type: 'notice', level: 'info', text: `${toolkitTitle(plan)}: ${planSizes(plan)}` });
  const toolchain = toolchainText(plan);
  if (toolchain !== null) emit({ type: 'notice', level: 'info', text: `host compiler: ${toolchain}` });
}

function unmet({ host }: InstallPlan): InstallPlan['host'] {
  return host.filter(({ status }) => status !== 'met');
}

/** gpu-setup/install@1 (docs/schema/install.json) */
export function installDocument(result: InstallResult): object {
  const { status, prefix, plan, warnings, driver, hostCompiler, spent, lockDigest } = result;
  const { request, components, cuda, cudnn, home, packages, actions, leftOut, bytes } = plan;
  return {
    schema: 'gpu-setup/install@1',
    status,
    prefix,
    plan: {
      request: { ...request, components },
      ...(plan.parts === undefined ? {} : { parts: plan.parts, neededParts: plan.neededParts ?? [] }),
      cuda,
      cudnn,
      family: plan.sources[0]?.packaging ?? PACKAGINGS[0],
      home,
      sources: plan.sources.map(({ signed: _signed, indexes: _indexes, ...source }) => source),
      packages,
      actions,
      leftOut,
      bytes,
      licences: licencesOf(plan),
    },
    host: unmet(plan),
    warnings: [...plan.warnings, ...warnings],
    driver,
    hostCompiler,
    spent,
    lock: plan.lock ?? (lockDigest === null ? null : { digest: lockDigest, trusted: false, packages: [] }),
  };
}

export function outcomeOf(result: InstallResult): Outcome {
  const { plan, prefix, hostCompiler, spent, lockDigest } = result;
  return {
    exitCode: ExitCode.ok,
    json: installDocument(result),
    text: (terminal) =>
      prefix === null || hostCompiler === null
        ? renderPlan(plan, terminal)
        : renderInstalled(prefix, hostCompiler, spent, lockDigest, terminal),
    hints: hostCompiler === null ? [] : compilerHints(hostCompiler),
  };
}

/** A compiler that is installed later is found without installing the prefix again. */
export function compilerHints(compiler: HostCompiler): readonly string[] {
  if (compiler.state !== 'none') return [];
  return [compiler.hint === null ? compiler.why : `${compiler.why}: ${compiler.hint}`];
}
