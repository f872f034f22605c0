/** Host compilers in a search: those that archives have, and which one a release is installed with on this host. */
import type { AptContext } from '../apt/context.ts';
import { openSources } from '../apt/index/open-sources.ts';
import type { PackageIndex, Source } from '../apt/types.ts';
import type { PackageArchitecture } from '../base/architecture.ts';
import { GpuSetupError } from '../base/errors.ts';
import { withCompanions } from '../compat/releases.ts';
import { HOST_COMPILER, toolchainsOffered, type HostToolchain } from '../prefix/plan/host-toolchain.ts';
import { bytesOf, type Bytes, type OpenedSources, type ReleaseOffer } from '../prefix/plan/release-offers.ts';
import { compilersThere } from './machine-of-request.ts';
import { toolchainFor, type Archives, type FoundToolchain } from './find-toolchain.ts';
import type { Selection } from './request.ts';

/** A release, and what this host lacks to compile for it. */
export interface FoundRelease extends ReleaseOffer {
  /** Null: this host has one that fits, or nobody looked because no version of CUDA was asked for. */
  hostCompiler: NeededCompiler | null;
}

/** A host compiler that can be in a prefix: "10.2.1". */
export interface FoundCompiler {
  gcc: string;
  source: string;
  /** How many. */
  packages: number;
  bytes: Bytes;
}

export interface NeededCompiler {
  /**
   * Asked for by name; taken by an install of what was asked for, because this host has none that fits; or, because it has none, to be
   * had with --with host-compiler.
   */
  why: 'asked' | 'automatic' | 'offered';
  /** Null: none can be had, and `error` says why. */
  offer: FoundCompiler | null;
  error: { code: string; message: string } | null;
}

/** One that an archive has. */
export interface OfferedCompiler extends FoundCompiler {
  /** CUDA releases that take it, newest first: "11.8". */
  cuda: readonly string[];
}

/** Newest first. @param wanted version or range of gcc; null: each */
export function foundCompilers(
  wanted: string | null,
  indexes: readonly PackageIndex[],
  architecture: PackageArchitecture,
): readonly OfferedCompiler[] {
  return toolchainsOffered(wanted, indexes, architecture).map((one) => ({
    ...compilerOf(one, one.source),
    cuda: one.cuda,
  }));
}

/** What is known when releases were found. */
export interface CompilerSearch {
  opened: OpenedSources;
  sources: ReadonlyMap<string, Source>;
  architecture: PackageArchitecture;
  apt: AptContext;
}

function compilerOf({ gcc, packages }: HostToolchain, source: string): FoundCompiler {
  return { gcc, source, packages: packages.length, bytes: bytesOf(packages, [HOST_COMPILER])! };
}

/** What an install of each release gets for a compiler: the same question that the install asks. */
export async function withCompilers(
  releases: readonly FoundRelease[],
  { specs, components, whereNeeded }: Selection,
  { opened: known, sources, architecture, apt }: CompilerSearch,
): Promise<readonly FoundRelease[]> {
  if (!components.includes('compiler')) return releases;
  const quiet: AptContext = { ...apt, emit: () => {} };
  const opened = new Map<string, Promise<readonly PackageIndex[]>>();
  const archives: Archives = {
    sources,
    open: (id) => {
      const opening = opened.get(id) ?? openSources([id], sources, quiet, []);
      opened.set(id, opening);
      return opening;
    },
    signal: apt.signal,
  };
  const here = compilersThere(architecture);
  const why = components.includes(HOST_COMPILER)
    ? 'asked'
    : whereNeeded.includes(HOST_COMPILER)
      ? 'automatic'
      : 'offered';
  const found: FoundRelease[] = [];
  for (const release of releases) {
    const ids = withCompanions(release.packaged[0]!.sources[0]!);
    const indexes = ids.flatMap((id) => known.get(id) ?? []);
    const request = { specs, components, whereNeeded: [HOST_COMPILER], architecture, sources: ids };
    const toolkit = { request, indexes, cuda: release.cuda };
    const one = await toolchainFor(toolkit, archives, () => here).catch((error: unknown) => {
      if (error instanceof GpuSetupError) return error;
      throw error;
    });
    found.push({ ...release, hostCompiler: one === null ? null : neededCompiler(one, why) });
  }
  return found;
}

function neededCompiler(found: FoundToolchain | GpuSetupError, why: NeededCompiler['why']): NeededCompiler {
  return found instanceof GpuSetupError
    ? { why, offer: null, error: { code: found.code, message: found.message } }
    : { why, offer: compilerOf(found.toolchain, found.index.source.id), error: null };
}
