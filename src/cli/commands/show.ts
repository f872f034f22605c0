/** gpu-setup show NAME */
import { isForeign } from '../../base/architecture.ts';
import { ExitCode, GpuSetupError, usageError } from '../../base/errors.ts';
import { escapeLine } from '../../base/escape.ts';
import { timeText } from '../../base/time-text.ts';
import type { PrefixInfo } from '../../machine/records/prefix-manifest.ts';
import { compatUse, type CompatUse } from '../../prefix/use/forward-compat.ts';
import { hostCompilerOf, SYSROOT_NOTE, type HostCompiler } from '../../prefix/use/host-compiler.ts';
import { readRecord } from '../../prefix/home/builds.ts';
import { freedBytes } from '../../prefix/home/freed-bytes.ts';
import { findInstalled, type BuildPlace } from '../../prefix/home/installed.ts';
import { licenceTexts } from '../../prefix/home/licence-texts.ts';
import { olderGenerations, type OlderGeneration } from '../../prefix/home/older-generations.ts';
import { readLock } from '../../prefix/home/prefix-lock.ts';
import { readPrefix, type PrefixPlace } from '../../prefix/home/prefixes.ts';
import { whyThere, type Why } from '../../prefix/plan/why-there.ts';
import { renderBuildRecord } from '../../report/build.ts';
import { olderText } from '../../report/installed.ts';
import { renderLicenceTexts } from '../../report/licence-texts.ts';
import { installedToolchain } from '../../report/host-toolchain.ts';
import { partsText } from '../../report/parts.ts';
import { style } from '../../report/style.ts';
import { table } from '../../report/table.ts';
import type { Terminal } from '../../report/terminal.ts';
import { bytesText } from '../../report/units.ts';
import { whyText } from '../../report/why-there.ts';
import type { SbomForm } from '../../report/sbom/sbom.ts';
import { jsonPieces } from '../call/json-pieces.ts';
import { textOf } from '../call/parse-arguments.ts';
import { version } from '../version.ts';
import type { CommandDefinition, Context, Outcome } from '../command.ts';

export const summary = 'what a prefix or a build holds and where it came from';

export const command: CommandDefinition = {
  arguments: [
    {
      syntax: '<name>',
      description: 'a prefix or a build, as gpu-setup list names it',
      completes: ['prefix', 'built'],
    },
  ],
  options: [
    {
      flags: '--licenses',
      description: 'print the licence texts that the packages of a prefix brought along',
    },
    {
      flags: '--sbom <form>',
      description:
        'print the bill of materials of a prefix: SPDX 2.3 or CycloneDX 1.6, in JSON, the same bytes each time',
      choices: ['spdx', 'cyclonedx'] satisfies SbomForm[],
    },
  ],
  examples: [
    ['gpu-setup show cuda10 --licenses', "NVIDIA's and everybody's terms, each text once"],
    [
      'gpu-setup show cuda10',
      'versions, packages with their sources and why each is there, host compiler, disk space',
    ],
    ['gpu-setup show darknet-1', 'the source of a build, what it was built against, its libraries'],
    [
      'gpu-setup show cuda10 --sbom spdx > cuda10.spdx.json',
      'its packages for who checks vulnerabilities and licences',
    ],
    ['gpu-setup show cuda10 --json', 'the same as one JSON document'],
  ],
  async run([name], options, context) {
    const form = textOf(options, 'sbom') as SbomForm | undefined;
    const isLicences = options['licenses'] === true;
    if (isLicences && form !== undefined)
      throw usageError('options-conflict', '--licenses and --sbom exclude each other', {
        hint: 'the documents of --sbom hold the licence texts too',
      });
    const found = await findInstalled(context.folders(), name!);
    if (isLicences || form !== undefined) {
      const option = isLicences ? '--licenses' : '--sbom';
      if (found.kind !== 'prefix')
        throw usageError('options-conflict', `${option} is for prefixes, and "${name}" is a build`);
      return form === undefined ? showLicences(found.place) : showSbom(found.place, form, context);
    }
    return found.kind === 'prefix' ? showPrefix(found.place, context) : showBuild(found.place);
  },
};

async function showPrefix(place: PrefixPlace, { env }: Context): Promise<Outcome> {
  const { prefix } = await readPrefix(place);
  const compiler = await hostCompilerOf(place.path, env);
  const compat = prefix.components.includes('compat') ? await compatUse(place.path) : null;
  const why = await whyOf(place);
  const older = (await olderGenerations(place.home)).filter((one) => one.prefix === place.name);
  return {
    exitCode: ExitCode.ok,
    json: {
      ...prefix,
      packages: prefix.packages.map((one) => ({ ...one, why: why.get(one.name) ?? null })),
      hostCompiler: compiler,
      forwardCompat: compat,
      olderGenerations: older,
    },
    text: (terminal) => showText(prefix, { compiler, compat, older, why }, terminal),
  };
}

/** Of a prefix whose lock is gone or damaged the rest is shown all the same: which of them it is, verify says. */
async function whyOf({ path }: PrefixPlace): Promise<ReadonlyMap<string, Why>> {
  try {
    const lock = await readLock(path);
    return lock === null ? new Map() : whyThere(lock);
  } catch (error) {
    if (error instanceof GpuSetupError) return new Map();
    throw error;
  }
}

async function showLicences({ name, path }: PrefixPlace): Promise<Outcome> {
  const texts = await licenceTexts(path);
  return {
    exitCode: ExitCode.ok,
    json: { schema: 'gpu-setup/licences@1', name, path, texts },
    text: (terminal) => renderLicenceTexts(texts, terminal),
    isData: true,
  };
}

/** One document, with --json and without. */
async function showSbom(place: PrefixPlace, form: SbomForm, { env }: Context): Promise<Outcome> {
  const [{ sbom }, { billOfMaterials }, { loadLicences }] = await Promise.all([
    import('../../report/sbom/sbom.ts'),
    import('../../prefix/home/bill-of-materials.ts'),
    import('../../recipe/load.ts'),
  ]);
  const made = { catalogue: loadLicences(), epoch: env['SOURCE_DATE_EPOCH'], version };
  const document = sbom(form, await billOfMaterials(place), made);
  return {
    exitCode: ExitCode.ok,
    json: document,
    text: () => [...jsonPieces(document)].join(''),
    isData: true,
  };
}

/** @throws GpuSetupError `build-damaged` */
async function showBuild({ home, name, path }: BuildPlace): Promise<Outcome> {
  const record = await readRecord(home, name);
  if (record === null) {
    throw new GpuSetupError('build-damaged', `${path} has no build.json that can be read, or no program`, {
      hint: `gpu-setup remove ${name}, then build it again`,
      details: { name, path },
    });
  }
  const bytes = await freedBytes(path);
  return {
    exitCode: ExitCode.ok,
    json: { ...record, status: 'reused', bytes },
    text: (terminal) => renderBuildRecord(record, bytes, terminal),
  };
}

function showText(
  prefix: PrefixInfo,
  {
    compiler,
    compat,
    older,
    why,
  }: {
    compiler: HostCompiler;
    compat: CompatUse | null;
    older: readonly OlderGeneration[];
    why: ReadonlyMap<string, Why>;
  },
  terminal: Terminal,
): string {
  const paint = style(terminal);
  const toolchain = installedToolchain(prefix.packages);
  const facts: [string, string][] = [
    ['path', prefix.path],
    ['architecture', architectureText(prefix)],
    ['CUDA', prefix.cuda],
    ['cuDNN', prefix.cudnn ?? 'none'],
    ['recipe', prefix.recipe ?? 'none (specs were given)'],
    ['components', prefix.components.join(', ')],
    ...(prefix.parts === undefined
      ? []
      : [['parts', partsText(prefix.parts, prefix.neededParts ?? [])] as [string, string]]),
    ['host compiler', compilerText(compiler)],
    ...(toolchain === null
      ? []
      : ([
          ['', toolchain],
          ['', SYSROOT_NOTE],
        ] satisfies [string, string][])),
    ...(compat === null ? [] : [['compat', compatText(compat)] as [string, string]]),
    ['on disk', diskText(prefix)],
    ['installed', timeText(prefix.installedAt)],
    ...older.map((one): [string, string] => ['older generation', `${one.name}, used by ${olderText(one)}`]),
  ];
  const packages = prefix.packages.map(({ name, version, source }) => {
    const reason = why.get(name);
    return [name, version, source, ...(reason === undefined ? [] : [whyText(reason, terminal)])];
  });
  const head = ['PACKAGE', 'VERSION', 'SOURCE', ...(why.size === 0 ? [] : ['WHY'])];
  const heading = `${paint.bold(escapeLine(prefix.name))}\n`;
  return `${heading}${table([], facts, terminal)}\n${table(head, packages, terminal)}`;
}

function architectureText({ architecture }: PrefixInfo): string {
  if (architecture === undefined) return 'that of the machine which made it';
  return isForeign(architecture) ? `${architecture} (this machine has another)` : architecture;
}

function compilerText(compiler: HostCompiler): string {
  if (compiler.state === 'found') return compiler.path;
  if (compiler.state === 'not-applicable') return 'none needed (no nvcc here)';
  return compiler.hint === null ? compiler.why : `${compiler.why}; ${compiler.hint}`;
}

/** Of the libraries of forward compatibility. */
function compatText({ used, why }: CompatUse): string {
  return `${used ? 'used here' : 'not used here'}: ${why}`;
}

function diskText({ bytes, sharing }: PrefixInfo): string {
  const how = { reflink: 'reflinks', hardlink: 'hard links', copy: 'copies' }[sharing];
  return `${bytesText(bytes.own)} of its own, ${bytesText(bytes.shared)} shared with the store (${how})`;
}
