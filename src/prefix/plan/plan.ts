/** From a resolved request and what is at hand to the whole plan. Pure: same inputs, same plan. */
import { GpuSetupError } from '../../base/errors.ts';
import { needsWithin } from '../../apt/resolve/package-needs.ts';
import type { PackageIndex } from '../../apt/types.ts';
import type { Packaging } from '../../compat/releases.ts';
import type { SourceGroup } from '../../compat/source-group.ts';
import { withImplied } from '../layout/layout.ts';
import { prefixBytes, wantedBytesAtMost } from '../layout/wanted-share.ts';
import { nextGeneration, stateOf, type AtHand } from './at-hand.ts';
import { hardwareWarnings, type Hardware } from './hardware-advice.ts';
import type {
  Action,
  ActionOf,
  InstallPlan,
  LeftOut,
  PlannedPackage,
  PlannedSource,
} from './install-plan.ts';
import { licencesFor, type Licence } from './licence.ts';
import { digestsOf } from './lock/parse-lock.ts';
import { type Lock, sameRequest, wishText } from './lockfile.ts';
import { COMPONENTS } from '../layout/component.ts';
import { neededParts } from '../layout/parts.ts';
import { DEFAULT_COMPONENTS, type PrefixRequest } from './request.ts';
import { resolve, type Resolution, type ResolvedPackage } from './resolve.ts';

/** What a plan depends on besides the request and what it resolved to. */
export interface Survey extends AtHand, Hardware {
  home: string;
  /** URLs of each package's file, by its SHA-256, in the order in which to try them. */
  addresses: ReadonlyMap<string, readonly string[]>;
  /** What is wanted of packages whose members were seen before, by SHA-256 of the package file. */
  seenBytes: ReadonlyMap<string, number>;
}

/**
 * @param indexes that the request was resolved with
 * @param licences every one that may apply
 * @param replaces the generation that the prefix has now, where it is to get another one
 */
export function planInstall(
  request: PrefixRequest,
  resolution: Resolution,
  indexes: readonly PackageIndex[],
  survey: Survey,
  licences: readonly Licence[],
  replaces: string | null = null,
): InstallPlan {
  const { packaging, cuda, cudnn } = resolution;
  const components = withImplied(resolution.components);
  const needs =
    resolution.pinned === undefined ? needsWithin(resolution.packages.map((one) => one.package)) : null;
  const packages = resolution.packages.map((one) =>
    planned({ ...one, ...needsOf(needs?.get(one.package.name) ?? one.needs) }, survey),
  );
  const bySize = [...packages].sort((a, b) => b.size - a.size);
  const fetches = bySize.filter((one) => stateOf(one, survey) === 'missing');
  const unpacks = bySize.filter((one) => stateOf(one, survey) !== 'in-store');
  const generation = nextGeneration(request.name, survey.generations);
  const wantedBytes = (one: PlannedPackage): number =>
    survey.seenBytes.get(one.sha256) ?? wantedBytesAtMost(one, components);
  return {
    request,
    components: resolution.components,
    ...(resolution.parts === undefined
      ? {}
      : { parts: resolution.parts, neededParts: neededParts(request.only ?? []) }),
    cuda,
    cudnn,
    home: survey.home,
    sources: resolution.pinned?.sources ?? sourcesOf(packages, indexes, packaging),
    packages,
    actions: [
      ...licencesFor(licences, packaging, components).map(({ id, title, url }): Action => ({
        action: 'accept-licence',
        licence: id,
        title,
        url,
      })),
      ...fetches.map((one) => fetchOf(one, survey)),
      ...unpacks.map((one): Action => ({
        action: 'unpack',
        package: one.name,
        components,
        bytesAtMost: wantedBytes(one),
      })),
      { action: 'place', generation, packages: packages.map(({ name }) => name), components },
      { action: 'relocate', generation },
      { action: 'record', generation },
      { action: 'activate', name: request.name, generation },
    ],
    leftOut: [
      ...request.components
        .filter((component) => !resolution.components.includes(component))
        .map((name): LeftOut => ({ what: 'component', name, because: 'not-offered' })),
      ...packages.flatMap((one) => needless(one, survey)),
    ],
    bytes: {
      fetch: sum(fetches.map(({ size }) => size)),
      fetchCached: sum(packages.map(({ size }) => size)) - sum(fetches.map(({ size }) => size)),
      diskAtMost: prefixBytes(packages.map(wantedBytes)),
      diskInStore: sum(packages.filter((one) => stateOf(one, survey) === 'in-store').map(wantedBytes)),
      ...wholeBytes(request, indexes),
    },
    host: resolution.host,
    warnings: [
      ...resolution.warnings,
      // Which file comes in the place of one that a lock names, is said there.
      ...(resolution.pinned === undefined
        ? resolution.packages.flatMap((one) => severalDigests(one.package))
        : []),
      ...hardwareWarnings(cuda, survey, components.includes('compat')),
    ],
    ...(resolution.pinned === undefined ? {} : { lock: resolution.pinned.lock }),
    ...(replaces === null ? {} : { replaces }),
  };
}

/** What the packages come to where no parts are named: what naming them saves. Of a lock nobody knows. */
function wholeBytes(
  { only, ...request }: PrefixRequest,
  indexes: readonly PackageIndex[],
): { whole?: number } {
  if (only === undefined || indexes.length === 0) return {};
  const wanted = new Set([...request.components, ...DEFAULT_COMPONENTS]);
  const components = COMPONENTS.filter((one) => wanted.has(one) && one !== 'host-compiler');
  try {
    const { packages } = resolve({ ...request, components, insisted: [] }, indexes, null);
    return { whole: sum(packages.map((one) => one.package.size)) };
  } catch (error) {
    if (error instanceof GpuSetupError) return {};
    throw error;
  }
}

/** The same plan, which takes what somebody put into the generation before on into the new one. */
export function keeping(plan: InstallPlan, paths: readonly string[]): InstallPlan {
  const { replaces, actions } = plan;
  if (paths.length === 0 || replaces === undefined) return plan;
  return {
    ...plan,
    actions: actions.flatMap((action): Action[] =>
      action.action === 'activate'
        ? [{ action: 'keep', generation: action.generation, from: replaces, paths }, action]
        : [action],
    ),
  };
}

/**
 * The plan for a prefix that exists already.
 *
 * @param there the lock in the prefix of that name; null where it has none
 * @param groups of sources that may serve the request; its own otherwise
 * @returns a plan without actions where the same was asked for
 * @throws GpuSetupError `prefix-exists`: something else was asked for under the same name
 */
export function planExisting(
  request: PrefixRequest,
  there: Lock | null,
  home: string,
  groups?: readonly SourceGroup[],
): InstallPlan {
  const lacks = there?.cudnn === null && request.insisted?.includes('cudnn') === true;
  if (there === null || lacks || !sameRequest(request, there.request, groups)) {
    const what =
      there === null
        ? 'without a lock that says what it was made from'
        : there.request.architecture !== request.architecture
          ? `for ${there.request.architecture}, and this is for ${request.architecture}`
          : `(CUDA ${there.cuda}${there.cudnn === null ? '' : `, cuDNN ${there.cudnn}`}), made for ${wishText(there.request)} from ${there.request.sources.join(', ')}`;
    throw new GpuSetupError('prefix-exists', `a prefix named ${request.name} exists already ${what}`, {
      hint: `choose another name with --name, or remove it first: gpu-setup remove ${request.name}`,
      details: { name: request.name },
    });
  }
  return {
    request,
    components: request.components,
    cuda: there.cuda,
    cudnn: there.cudnn,
    home,
    sources: there.sources,
    packages: there.packages,
    actions: [],
    leftOut: [],
    bytes: { fetch: 0, fetchCached: 0, diskAtMost: 0, diskInStore: 0 },
    host: [],
    warnings: [],
  };
}

function planned(
  { package: one, components, needs, payloadSha256: pinned = null }: ResolvedPackage,
  survey: Survey,
): PlannedPackage {
  const right = [{ path: one.path, size: one.size, sha256: one.sha256 }, ...one.alternatives];
  const file =
    ['in-store', 'in-cache'].flatMap((state) => right.filter((some) => stateOf(some, survey) === state))[0] ??
    right[0]!;
  const alternatives = right.filter((other) => other !== file);
  return {
    name: one.name,
    version: one.version,
    architecture: one.architecture,
    sourceId: one.sourceId,
    suite: one.suite,
    ...file,
    payloadSha256: pinned ?? survey.unpacked.get(file.sha256)?.payloadSha256 ?? null,
    installedBytes: one.installedBytes,
    components,
    ...needsOf(needs),
    ...(alternatives.length > 0 ? { alternatives } : {}),
  };
}

const needsOf = (needs: readonly string[] | undefined): Pick<PlannedPackage, 'needs'> =>
  needs === undefined ? {} : { needs };

/** A publisher's slip that is no danger: both digests are signed. */
function severalDigests({ name, version, sourceId, alternatives }: ResolvedPackage['package']): string[] {
  if (alternatives.length === 0) return [];
  const digests = `${alternatives.length + 1} digests`;
  return [
    `the signed index of ${sourceId} gives ${digests} for ${name} ${version}: a file that fits any is taken`,
  ];
}

function fetchOf(
  { name, size, sha256, alternatives = [] }: PlannedPackage,
  { addresses }: Survey,
): ActionOf<'fetch'> {
  const from = [sha256, ...alternatives.map((other) => other.sha256)].flatMap(
    (digest) => addresses.get(digest) ?? [],
  );
  return { action: 'fetch', package: name, bytes: size, from: [...new Set(from)] };
}

function needless(one: PlannedPackage, survey: Survey): LeftOut[] {
  const { name } = one;
  switch (stateOf(one, survey)) {
    case 'missing':
      return [];
    case 'in-cache':
      return [{ what: 'fetch', name, because: 'in-cache' }];
    case 'in-store':
      return [
        { what: 'fetch', name, because: 'in-store' },
        { what: 'unpack', name, because: 'in-store' },
      ];
  }
}

function sourcesOf(
  packages: readonly PlannedPackage[],
  indexes: readonly PackageIndex[],
  packaging: Packaging,
): readonly PlannedSource[] {
  const used = new Set(packages.map(({ sourceId, suite }) => `${sourceId} ${suite}`));
  return indexes
    .filter(({ source, release }) => used.has(`${source.id} ${release.suite}`))
    .map((index) => plannedSource(index, packaging));
}

/** What was signed, without the text of it. @param packaging of a source that does not say its own */
export function plannedSource(
  { source, release }: Pick<PackageIndex, 'source' | 'release'>,
  packaging: Packaging,
): PlannedSource {
  return {
    id: source.id,
    suite: release.suite,
    packaging: source.packaging ?? packaging,
    overridden: source.overridden,
    signedWith: release.signedWith,
    date: release.date,
    signed: digestsOf(release.proof),
    indexes: release.indexes,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
