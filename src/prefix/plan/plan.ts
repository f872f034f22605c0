/** From a request and signed indexes to the list of actions that makes the prefix. Pure: same inputs, same plan. */
import { GpuSetupError } from '../../base/errors.ts';
import type { DpkgStatus } from '../../apt/resolve/dpkg-status.ts';
import type { PackageIndex } from '../../apt/types.ts';
import { packagingOfPackages } from '../../compat/releases.ts';
import { driverWarning } from './driver-advice.ts';
import { licencesFor } from './licence.ts';
import type { Licence } from './licence.ts';
import { withImplied } from '../layout/layout.ts';
import { makeLock, sameRequest } from './lockfile.ts';
import { resolve } from './resolve.ts';
import type { ResolvedPackage } from './resolve.ts';
import type { Action, InstallPlan, Lock, PlannedPackage, PrefixRequest } from './types.ts';

/** What a plan depends on besides the request and the indexes. */
export interface Surroundings {
  home: string;
  /** Names in generations/: the new one gets the next number. */
  generations: readonly string[];
  /** SHA-256 of packages that lie in the cache. */
  cached: ReadonlySet<string>;
  /** Null where the host has no dpkg. */
  installed: DpkgStatus | null;
  /** Version of the driver found; null: none. */
  driver: string | null;
  /** Every licence that may apply. */
  licences: readonly Licence[];
}

/** @throws GpuSetupError what `resolve` throws */
export function planInstall(
  request: PrefixRequest,
  indexes: readonly PackageIndex[],
  surroundings: Surroundings,
): InstallPlan {
  const resolution = resolve(request, indexes, surroundings.installed);
  const { packaging: family, cuda, cudnn } = resolution;
  const components = withImplied(resolution.components);
  const packages = resolution.packages.map(planned);
  const licences = licencesFor(surroundings.licences, family, components).map(({ id, title, url }) => ({
    id,
    title,
    url,
  }));
  const generation = nextGeneration(request.name, surroundings.generations);
  const fetches = packages.map((one): Extract<Action, { action: 'fetch' }> => {
    const cached = surroundings.cached.has(one.sha256);
    return { action: 'fetch', package: one, bytes: one.size, cached };
  });
  const actions: Action[] = [
    ...licences.map(({ id, title }): Action => ({ action: 'accept-licence', licence: id, title })),
    ...fetches,
    ...packages.map((one): Action => ({ action: 'unpack', package: one, family, components })),
    { action: 'compose', generation },
    { action: 'relocate', generation },
    { action: 'record', generation },
    { action: 'activate', name: request.name, generation },
  ];
  const driver = driverWarning(cuda, surroundings.driver);
  return {
    request: { ...request, components: resolution.components },
    cuda,
    cudnn,
    family,
    packages,
    actions,
    bytes: {
      fetch: sum(fetches.filter(({ cached }) => !cached).map(({ bytes }) => bytes)),
      fetchCached: sum(fetches.filter(({ cached }) => cached).map(({ bytes }) => bytes)),
      diskAtMost: sum(
        packages.map(({ installedBytes, size }) => installedBytes ?? size * UNPACKED_PER_PACKED),
      ),
    },
    host: resolution.host,
    warnings: [...resolution.warnings, ...(driver === null ? [] : [driver])],
    licences,
    home: surroundings.home,
    lock: makeLock(request, { cuda, cudnn, packages }, indexes),
  };
}

/** For packages whose index does not say: what xz makes of machine code. */
const UNPACKED_PER_PACKED = 4;

/**
 * The plan for a prefix that exists already.
 *
 * @param there the lock in the prefix of that name; null where it carries none that can be read
 * @returns a plan without actions where the same was asked for
 * @throws GpuSetupError `prefix-exists`: something else was asked for under the same name
 */
export function planExisting(request: PrefixRequest, there: Lock | null, home: string): InstallPlan {
  if (there === null || !sameRequest(request, there.request)) {
    const has =
      there === null ? '' : ` (CUDA ${there.cuda}${there.cudnn === null ? '' : `, cuDNN ${there.cudnn}`})`;
    throw new GpuSetupError(
      'prefix-exists',
      `a prefix named ${request.name} exists already${has}, made from another request`,
      {
        hint: `choose another name with --name, or remove it first: gpu-setup remove ${request.name}`,
        details: { name: request.name },
      },
    );
  }
  return {
    request,
    cuda: there.cuda,
    cudnn: there.cudnn,
    family: packagingOfPackages(there.packages.map(({ name }) => name)),
    packages: there.packages,
    actions: [],
    bytes: { fetch: 0, fetchCached: 0, diskAtMost: 0 },
    host: [],
    warnings: [],
    licences: [],
    home,
    lock: there,
  };
}

/** "cuda10-3" where generations hold cuda10-1 and cuda10-2; a prefix named cuda10-1 has a cuda10-1-1. */
export function nextGeneration(name: string, generations: readonly string[]): string {
  const numbers = generations
    .filter((one) => one.startsWith(`${name}-`))
    .map((one) => one.slice(name.length + 1))
    .filter((rest) => /^\d{1,9}$/.test(rest))
    .map(Number);
  return `${name}-${Math.max(0, ...numbers) + 1}`;
}

function planned({ package: one, components }: ResolvedPackage): PlannedPackage {
  return {
    name: one.name,
    version: one.version,
    architecture: one.architecture,
    sourceId: one.sourceId,
    suite: one.suite,
    path: one.path,
    size: one.size,
    sha256: one.sha256,
    payloadSha256: null,
    installedBytes: one.installedBytes,
    components,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
