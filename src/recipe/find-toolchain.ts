/** The host compiler that a prefix brings with it: from the first archive that has one which its toolkit accepts. */
import type { AptContext } from '../apt/context.ts';
import { openSources } from '../apt/index/open-sources.ts';
import type { PackageIndex, Source } from '../apt/types.ts';
import { GpuSetupError } from '../base/errors.ts';
import { acceptedGcc, isToolchainSource, toolchainSources } from '../compat/host-toolchains.ts';
import type { CompilerFacts } from '../machine/facts.ts';
import { checkAccepted, HOST_COMPILER, rangeText, resolveToolchain } from '../prefix/plan/host-toolchain.ts';
import type { HostToolchain, ToolchainRequest } from '../prefix/plan/host-toolchain.ts';
import type { PrefixRequest } from '../prefix/plan/request.ts';
import { formatSpec } from '../prefix/plan/spec.ts';
import type { Serving } from './find-serving.ts';

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
  const { request, resolution } = serving;
  const isAsked = request.components.includes(HOST_COMPILER);
  if (!isAsked && request.whereNeeded?.includes(HOST_COMPILER) !== true) return serving;
  const wish: ToolchainRequest = {
    wanted: request.specs.find(({ name }) => name === 'gcc')?.version ?? null,
    cuda: resolution.cuda,
    architecture: request.architecture,
  };
  if (!isAsked && hasFitting(await compilers(), resolution.cuda)) return serving;
  checkAccepted(wish);
  const found = await firstToolchain(wish, serving, sources, apt);
  if (found instanceof GpuSetupError) {
    if (isAsked) throw found;
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
      warnings: [...resolution.warnings, ...index.warnings],
    },
  };
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
  serving: Serving,
  sources: ReadonlyMap<string, Source>,
  apt: AptContext,
): Promise<{ toolchain: HostToolchain; index: PackageIndex } | GpuSetupError> {
  const failures: { id: string; error: GpuSetupError }[] = [];
  for (const id of candidates(wish, serving, sources)) {
    try {
      const held = serving.indexes.filter(({ source }) => source.id === id);
      for (const index of held.length > 0 ? held : await openSources([id], sources, apt, []))
        return { toolchain: resolveToolchain(wish, index), index };
    } catch (error) {
      apt.signal?.throwIfAborted();
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
  { indexes, request }: Serving,
  sources: ReadonlyMap<string, Source>,
): readonly string[] {
  const listed = toolchainSources(cuda, wanted, architecture).map(({ id }) => id);
  const open = new Set(indexes.map(({ source }) => source.id));
  const usable = listed.filter((id) => sources.get(id)?.enabled === true);
  const own = [...sources.values()].filter(
    ({ id, enabled, packaging, overridden, architectures }) =>
      enabled &&
      !overridden &&
      packaging === 'debian' &&
      !isToolchainSource(id) &&
      !request.sources.includes(id) &&
      architectures.includes(architecture),
  );
  return [
    ...usable.filter((id) => open.has(id)),
    ...usable.filter((id) => !open.has(id)),
    ...own.map(({ id }) => id),
  ];
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
  const reasons = failures.map(({ id, error }) =>
    error.message.includes(id) ? error.message : `${id}: ${error.message}`,
  );
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
