/** The host compiler that a prefix brings with it: from the first archive that has one which its toolkit accepts. */
import type { AptContext } from '../apt/context.ts';
import { openSources } from '../apt/index/open-sources.ts';
import { parseDependencies } from '../apt/index/dependency.ts';
import type { HostRequirement, PackageIndex, Source } from '../apt/types.ts';
import type { PackageArchitecture } from '../base/architecture.ts';
import { GpuSetupError } from '../base/errors.ts';
import { acceptedGcc, isToolchainSource, toolchainSources } from '../compat/host-toolchains.ts';
import type { CompilerFacts } from '../machine/facts.ts';
import { checkAccepted, HOST_COMPILER, rangeText, resolveToolchain } from '../prefix/plan/host-toolchain.ts';
import type { HostToolchain, ToolchainRequest } from '../prefix/plan/host-toolchain.ts';
import type { PrefixRequest } from '../prefix/plan/request.ts';
import { formatSpec } from '../prefix/plan/spec.ts';
import type { Serving } from './find-serving.ts';
import { reasonsOf } from './same-reason.ts';

/**
 * What serves a request, with a host compiler where one was asked for, or where it is wanted if this host has none that fits.
 * An archive that cannot be had gives way to the next one. One that nobody asked for by name is left out, with a warning, where no
 * archive has it.
 *
 * @param compilers of this host; asked only where the answer matters
 * @throws GpuSetupError `gcc-not-accepted`, `gcc-not-available`, and what opening the only archive throws
 */
export async function withToolchain(
  serving: Serving,
  sources: ReadonlyMap<string, Source>,
  apt: AptContext,
  compilers: () => Promise<readonly CompilerFacts[]>,
): Promise<Serving> {
  const { request, indexes, resolution } = serving;
  const archives: Archives = {
    sources,
    open: (id) => openSources([id], sources, apt, []),
    signal: apt.signal,
  };
  const found = await toolchainFor({ request, indexes, cuda: resolution.cuda }, archives, compilers);
  if (found === null) return serving;
  if (found instanceof GpuSetupError) {
    const text = `this host has no compiler that CUDA ${resolution.cuda} takes, and none could be added: ${found.message}`;
    return { ...serving, resolution: { ...resolution, warnings: [...resolution.warnings, text] } };
  }
  const { toolchain, index } = found;
  const known = serving.indexes.some(
    ({ source, release }) => source.id === index.source.id && release.suite === index.release.suite,
  );
  return {
    request,
    indexes: known ? serving.indexes : [...serving.indexes, index],
    resolution: {
      ...resolution,
      components: [...resolution.components, HOST_COMPILER],
      packages: [
        ...resolution.packages,
        ...toolchain.packages.map((one) => ({ package: one, components: [HOST_COMPILER] })),
      ],
      host: resolution.host.filter((one) => !isCompilerOf(toolchain, one, request.architecture)),
      warnings: [...resolution.warnings, ...index.warnings],
    },
  };
}

/**
 * A toolkit of a distribution depends on its compilers: one that comes with the prefix is not for the host to have. The C
 * library that comes with it is for what it compiles, and nothing to the toolkit's own libraries.
 */
function isCompilerOf(
  { packages }: HostToolchain,
  { clause }: HostRequirement,
  architecture: PackageArchitecture,
): boolean {
  const compilers = new Set(
    packages.map(({ name }) => name).filter((name) => /^g(?:\+\+|cc)-[\d.]+$/.test(name)),
  );
  return parseDependencies(clause, architecture)
    .flat()
    .some(({ name }) => compilers.has(name));
}

/** A toolkit, as far as its host compiler depends on it. */
export interface ToolkitToCompile {
  request: Pick<PrefixRequest, 'components' | 'whereNeeded' | 'specs' | 'architecture' | 'sources'>;
  /** "10.0.130" */
  cuda: string;
  /** That it comes from. */
  indexes: readonly PackageIndex[];
}

/** Where host compilers may come from. */
export interface Archives {
  sources: ReadonlyMap<string, Source>;
  /** @throws GpuSetupError where it cannot be read */
  open: (id: string) => Promise<readonly PackageIndex[]>;
  signal?: AbortSignal | undefined;
}

export interface FoundToolchain {
  toolchain: HostToolchain;
  index: PackageIndex;
}

/**
 * The host compiler that a toolkit is installed with.
 *
 * @param compilers of this host; asked only where the answer matters
 * @returns null: none is wanted; an error: one is wanted that nobody asked for by name, and no archive has it
 * @throws GpuSetupError `gcc-not-accepted`; where one was asked for `gcc-not-available`, and what opening the only archive throws
 */
export async function toolchainFor(
  toolkit: ToolkitToCompile,
  archives: Archives,
  compilers: () => Promise<readonly CompilerFacts[]>,
): Promise<FoundToolchain | GpuSetupError | null> {
  const { request, cuda } = toolkit;
  const isAsked = request.components.includes(HOST_COMPILER);
  if (!isAsked && request.whereNeeded?.includes(HOST_COMPILER) !== true) return null;
  const wish: ToolchainRequest = {
    wanted: request.specs.find(({ name }) => name === 'gcc')?.version ?? null,
    cuda,
    architecture: request.architecture,
  };
  if (!isAsked && hasFitting(await compilers(), cuda)) return null;
  checkAccepted(wish);
  const found = await firstToolchain(wish, toolkit, archives);
  if (isAsked && found instanceof GpuSetupError) throw found;
  return found;
}

/** nvcc names a g++ of this version by itself: bin/nvcc looks for one. */
function hasFitting(compilers: readonly CompilerFacts[], cuda: string): boolean {
  const { max } = acceptedGcc(cuda);
  return compilers.some(
    ({ family, language, major }) =>
      family === 'gcc' && language === 'c++' && major !== null && (max === null || major <= max),
  );
}

async function firstToolchain(
  wish: ToolchainRequest,
  toolkit: ToolkitToCompile,
  { sources, open, signal }: Archives,
): Promise<FoundToolchain | GpuSetupError> {
  const failures: { id: string; error: GpuSetupError }[] = [];
  for (const id of candidates(wish, toolkit, sources)) {
    try {
      const held = toolkit.indexes.filter(({ source }) => source.id === id);
      for (const index of held.length > 0 ? held : await open(id))
        return { toolchain: resolveToolchain(wish, index), index };
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof GpuSetupError)) throw error;
      failures.push({ id, error });
    }
  }
  return nobodyHas(wish, failures);
}

/**
 * Sources that are open already come first: a toolkit and the compiler of its own distribution were built for each other.
 * Then those that the table takes to have it, then archives that the user has configured.
 */
function candidates(
  { cuda, wanted, architecture }: ToolchainRequest,
  { indexes, request }: Pick<ToolkitToCompile, 'indexes' | 'request'>,
  sources: ReadonlyMap<string, Source>,
): readonly string[] {
  const listed = toolchainSources(cuda, wanted, architecture).map(({ id }) => id);
  const open = new Set(indexes.map(({ source }) => source.id));
  const usable = listed.filter((id) => sources.get(id)?.enabled === true);
  const own = [...sources.values()].filter(
    (one) => isOwnArchive(one, architecture) && !request.sources.includes(one.id),
  );
  return [
    ...usable.filter((id) => open.has(id)),
    ...usable.filter((id) => !open.has(id)),
    ...own.map(({ id }) => id),
  ];
}

/** Whether the user configured it, and it may hold a compiler. */
function isOwnArchive(
  { id, enabled, packaging, overridden, architectures }: Source,
  architecture: PackageArchitecture,
): boolean {
  return (
    enabled &&
    !overridden &&
    packaging === 'debian' &&
    !isToolchainSource(id) &&
    architectures.includes(architecture)
  );
}

/** Whether a host compiler may be taken from a source. */
export function mayHaveToolchain(source: Source, architecture: PackageArchitecture): boolean {
  return isToolchainSource(source.id)
    ? source.enabled && source.architectures.includes(architecture)
    : isOwnArchive(source, architecture);
}

function nobodyHas(
  { wanted, cuda }: ToolchainRequest,
  failures: readonly { id: string; error: GpuSetupError }[],
): GpuSetupError {
  if (failures.length === 1) return failures[0]!.error;
  const what =
    wanted === null
      ? `gcc that CUDA ${cuda} takes (${rangeText(acceptedGcc(cuda))})`
      : formatSpec({ name: 'gcc', version: wanted });
  const reasons = reasonsOf(failures.map(({ id, error }) => ({ id, message: error.message })));
  return new GpuSetupError(
    'gcc-not-available',
    failures.length === 0
      ? `gpu-setup knows no archive with a ${what}`
      : `no archive has a ${what}: ${reasons.join('; ')}`,
    {
      hint: [
        ...new Set(failures.flatMap(({ error }) => error.hints)),
        `to do without it, add --without ${HOST_COMPILER}`,
      ],
      retryable: failures.some(({ error }) => error.retryable),
      details: { wanted, cuda, sources: failures.map(({ id, error }) => ({ id, code: error.code })) },
    },
  );
}

/** What a toolkit is resolved from: its sources have no host compiler of their own. */
export function toolkitRequest(request: PrefixRequest): PrefixRequest {
  return { ...request, components: request.components.filter((one) => one !== HOST_COMPILER) };
}
