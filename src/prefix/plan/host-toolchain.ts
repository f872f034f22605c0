/** The host compiler of a prefix: which gcc of one signed index, and the packages that it is made of. Pure. */
import type { PackageArchitecture } from '../../base/architecture.ts';
import { GpuSetupError } from '../../base/errors.ts';
import { parseDependencies } from '../../apt/index/dependency.ts';
import { ofArchitecture } from '../../apt/index/package-index.ts';
import { closure } from '../../apt/resolve/dependency-closure.ts';
import type { HostRequirement, IndexedPackage, PackageIndex } from '../../apt/types.ts';
import { compareDottedVersions, majorMinor } from '../../compat/dotted-version.ts';
import {
  acceptedGcc,
  cudasTaking,
  gccOfRoot,
  gccsOffered,
  isAccepted,
  isLeftOut,
  toolchainRoot,
  type AcceptedGcc,
} from '../../compat/host-toolchains.ts';
import { mayMeanVersion, meansVersion } from '../../compat/version-range.ts';
import { nearestVersions } from './choose-release.ts';
import { upstreamOf } from './package-version.ts';
import { formatSpec } from './spec.ts';
import type { PlannedPackage } from './install-plan.ts';
import type { Component } from '../layout/component.ts';

/** The component that a host compiler is. */
export const HOST_COMPILER: Component = 'host-compiler';

export interface HostToolchain {
  /** "10.2.1" */
  gcc: string;
  packages: readonly IndexedPackage[];
}

export interface ToolchainRequest {
  /** Version or range of gcc that was asked for; null: the newest that the toolkit accepts. */
  wanted: string | null;
  /** The toolkit that it is for: "10.0.130". */
  cuda: string;
  architecture: PackageArchitecture;
}

/**
 * The newest gcc of an index that the toolkit accepts and that was asked for, with what its dependencies bring.
 *
 * @throws GpuSetupError `gcc-not-available`: the index has none, or lacks what it needs
 */
export function resolveToolchain(request: ToolchainRequest, whole: PackageIndex): HostToolchain {
  const { wanted, cuda, architecture } = request;
  const index = ofArchitecture(whole, architecture);
  const accepted = acceptedGcc(cuda);
  const there = compilersOf(index);
  const best = there.find(
    ({ gcc, version }) => isAccepted(gcc, accepted) && (wanted === null || meansVersion(version, wanted)),
  );
  if (best === undefined) throw notAvailable(request, accepted, index, there);
  const { packages, lacking } = packagesOfGcc(best.gcc, index, architecture);
  if (lacking !== null) {
    throw new GpuSetupError(
      'gcc-not-available',
      `gcc ${best.gcc} of ${index.source.id} needs ${lacking}, which is not in it`,
      {
        hint: 'the archive is not whole: take another mirror of it',
        details: { wanted, cuda, accepted, available: [] },
      },
    );
  }
  return { gcc: best.version, packages };
}

/** @returns `lacking`: a dependency that the index does not have; null: it has all of them */
function packagesOfGcc(
  gcc: string,
  index: PackageIndex,
  architecture: PackageArchitecture,
): { packages: readonly IndexedPackage[]; lacking: string | null } {
  const { packages, host } = closure([toolchainRoot(gcc)], [index], {
    enters: ({ name }) => !isLeftOut(name),
    installed: null,
  });
  const lacking = host.find(
    ({ clause }) =>
      !parseDependencies(clause, architecture)
        .flat()
        .some(({ name }) => isLeftOut(name)),
  );
  return { packages, lacking: lacking?.clause ?? null };
}

/** What packages depend on to have a compiler: "g++-10 | clang-11 | gcc-9", "build-essential". */
const COMPILER_PACKAGE = /^(?:g\+\+|gcc)(?:-\d+(?:\.\d+)?)?$|^c(?:\+\+)?-compiler$|^build-essential$/;

/** Of what the host has to have, that which it still has to where the prefix brings a compiler of its own. */
export function besidesCompiler(
  host: readonly HostRequirement[],
  architecture: PackageArchitecture,
): readonly HostRequirement[] {
  return host.filter(
    ({ clause }) =>
      !parseDependencies(clause, architecture)
        .flat()
        .some(({ name }) => COMPILER_PACKAGE.test(name)),
  );
}

/** A host compiler that an archive has. */
export interface OfferedToolchain extends HostToolchain {
  source: string;
  /** CUDA releases that take it, newest first: "11.8". */
  cuda: readonly string[];
}

/**
 * The host compilers of archives that can be installed, newest first.
 *
 * @param wanted version or range of gcc; null: each
 */
export function toolchainsOffered(
  wanted: string | null,
  opened: readonly PackageIndex[],
  architecture: PackageArchitecture,
): readonly OfferedToolchain[] {
  return opened
    .flatMap((whole) => {
      const index = ofArchitecture(whole, architecture);
      return compilersOf(index)
        .filter(({ version }) => wanted === null || meansVersion(version, wanted))
        .flatMap(({ gcc, version }): OfferedToolchain[] => {
          const { packages, lacking } = packagesOfGcc(gcc, index, architecture);
          const cuda = cudasTaking(gcc, index.source.id, architecture);
          return lacking === null ? [{ gcc: version, source: index.source.id, packages, cuda }] : [];
        });
    })
    .sort((a, b) => compareDottedVersions(b.gcc, a.gcc) || (a.source < b.source ? -1 : 1));
}

interface OfferedGcc {
  /** As in package names: "10", "4.9". */
  gcc: string;
  /** "10.2.1" */
  version: string;
}

/** Newest first. */
function compilersOf(index: PackageIndex): readonly OfferedGcc[] {
  return [...index.names()]
    .flatMap((name): OfferedGcc[] => {
      const gcc = gccOfRoot(name);
      const [newest] = gcc === null ? [] : index.packages(name);
      return gcc === null || newest === undefined ? [] : [{ gcc, version: upstreamOf(newest.version) }];
    })
    .sort((a, b) => compareDottedVersions(b.gcc, a.gcc));
}

/**
 * Whether a toolkit takes a gcc at all: asked before any archive is.
 *
 * @throws GpuSetupError `gcc-not-accepted`: its headers refuse every gcc that was meant
 */
export function checkAccepted({ wanted, cuda, architecture }: ToolchainRequest): void {
  if (wanted === null) return;
  const accepted = acceptedGcc(cuda);
  const offered = gccsOffered(architecture);
  const meant = offered.filter((gcc) => mayMeanVersion(gcc, wanted));
  if (meant.length === 0) return;
  if (meant.some((gcc) => isAccepted(gcc, accepted))) return;
  const fitting = offered.filter((gcc) => isAccepted(gcc, accepted));
  throw new GpuSetupError(
    'gcc-not-accepted',
    `CUDA ${majorMinor(cuda) ?? cuda} takes ${rangeText(accepted)}, and gcc ${wanted} is not among them`,
    {
      hint: `${nearestVersions(wanted, fitting, 'gcc').text}; without a version, as in --with ${HOST_COMPILER}, the newest that fits is taken`,
      details: { wanted, cuda, accepted, available: fitting },
    },
  );
}

function notAvailable(
  { wanted, cuda }: ToolchainRequest,
  accepted: AcceptedGcc,
  index: PackageIndex,
  there: readonly OfferedGcc[],
): GpuSetupError {
  const fitting = there.filter(({ gcc }) => isAccepted(gcc, accepted)).map(({ version }) => version);
  const spec = formatSpec({ name: 'gcc', version: wanted });
  return new GpuSetupError(
    'gcc-not-available',
    wanted === null
      ? `CUDA ${majorMinor(cuda) ?? cuda} takes ${rangeText(accepted)}, and ${index.source.id} has none of them`
      : `there is no ${spec} in ${index.source.id}`,
    {
      hint:
        fitting.length === 0
          ? `leave it out with --without ${HOST_COMPILER}`
          : nearestVersions(wanted, fitting, 'gcc').text,
      details: { wanted, cuda, accepted, available: fitting },
    },
  );
}

/** "gcc 6 to 10" */
export function rangeText({ min, max }: AcceptedGcc): string {
  if (max === null) return min === null ? 'any gcc' : `gcc ${min} and newer`;
  return min === null ? `gcc up to ${max}` : `gcc ${min} to ${max}`;
}

export interface PlannedToolchain {
  /** "10.2.1" */
  gcc: string;
  source: string;
  packages: readonly PlannedPackage[];
}

/** The host compiler among the packages of a plan or lock; null where there is none. */
export function toolchainOf(packages: readonly PlannedPackage[]): PlannedToolchain | null {
  const own = packages.filter(isOfToolchain);
  const root = own.find(({ name }) => gccOfRoot(name) !== null);
  return root === undefined ? null : { gcc: upstreamOf(root.version), source: root.sourceId, packages: own };
}

/** Whether a package is here for the host compiler: its files have places of their own. */
export function isOfToolchain({ components }: Pick<PlannedPackage, 'components'>): boolean {
  return components.includes(HOST_COMPILER);
}
