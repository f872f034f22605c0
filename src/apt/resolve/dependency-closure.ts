/**
 * Which packages belong to a request: dependencies followed through signed indexes. Pure.
 *
 * Of each clause one alternative is taken: one that is chosen already, else the first for which a package may enter.
 * What no source offers, or what the caller keeps out of the prefix, is a requirement on the host. The driver's
 * packages are neither: they are left out and named.
 */
import { GpuSetupError } from '../../base/errors.ts';
import { nearest } from '../../base/suggest.ts';
import { formatClause, formatDependency } from '../index/dependency.ts';
import { providesIt, type DpkgStatus } from './dpkg-status.ts';
import { isDriverPackage } from '../../compat/driver-packages.ts';
import { hostRequirement } from './host-requirements.ts';
import type { Closure, Dependency, DependencyClause, IndexedPackage, PackageIndex } from '../types.ts';
import { compareVersions, satisfies } from '../index/version.ts';

export interface ClosureOptions {
  /** Exact versions by package name: they win over every bound, with a warning where one is broken. */
  pins?: ReadonlyMap<string, string>;
  /** Whether a package may enter the prefix; all of them where not given. Others are requirements on the host. */
  enters?: (candidate: IndexedPackage) => boolean;
  /** What the host has; null where that is not known. */
  installed: DpkgStatus | null;
}

interface Bound {
  wanted: Dependency;
  by: string;
}

/** A later bound excludes a version chosen before: everything is chosen again, knowing it. */
class Again {
  readonly bound: Bound;
  constructor(bound: Bound) {
    this.bound = bound;
  }
}

const MAX_ROUNDS = 100;

/**
 * The closure of package names over indexes of one architecture, the first index preferred among equal versions. Depends and Pre-Depends
 * are followed, Recommends are not. Throws `package-not-found`, `version-not-found` (both with what there is instead)
 * and `unmet-dependency`.
 */
export function closure(
  roots: readonly string[],
  indexes: readonly PackageIndex[],
  options: ClosureOptions,
): Closure {
  const bounds: Bound[] = [];
  for (let round = 0; ; round++) {
    const outcome = new Round(indexes, options, bounds).run(roots);
    if (!(outcome instanceof Again)) return outcome;
    if (round >= MAX_ROUNDS) throw unmet(outcome.bound, []);
    bounds.push(outcome.bound);
  }
}

/** One walk from the roots, under the bounds that earlier walks ran into. */
class Round {
  private readonly chosen = new Map<string, IndexedPackage>();
  private readonly queue: IndexedPackage[] = [];
  private readonly host = new Map<string, { clause: DependencyClause; wantedBy: Set<string> }>();
  private readonly drivers = new Map<string, { name: string; wantedBy: string }>();
  private readonly warnings = new Set<string>();
  private readonly candidates = new Map<string, readonly IndexedPackage[]>();
  private readonly indexes: readonly PackageIndex[];
  private readonly options: ClosureOptions;
  private readonly bounds: readonly Bound[];

  constructor(indexes: readonly PackageIndex[], options: ClosureOptions, bounds: readonly Bound[]) {
    this.indexes = indexes;
    this.options = options;
    this.bounds = bounds;
  }

  run(roots: readonly string[]): Closure | Again {
    for (const name of roots) {
      if (!this.chosen.has(name)) this.choose(this.root(name));
    }
    for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) {
      for (const clause of [...next.preDepends, ...next.depends]) {
        const again = this.meet(clause, next);
        if (again !== null) return again;
      }
    }
    const { installed } = this.options;
    return {
      packages: [...this.chosen.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
      host: [...this.host.values()].map(({ clause, wantedBy }) =>
        hostRequirement(clause, [...wantedBy].sort(), installed),
      ),
      refusedDrivers: [...this.drivers.values()],
      warnings: [...this.warnings],
    };
  }

  private root(name: string): IndexedPackage {
    if (isDriverPackage(name)) {
      throw new GpuSetupError('driver-package', `${name} belongs to the driver, which no prefix holds`, {
        hint: 'install the driver with the system: gpu-setup doctor says which one',
      });
    }
    const [best] = this.eligible(name, null);
    if (best !== undefined) return best;
    const all = this.all(name);
    const bound = this.bounds.find(({ wanted }) => wanted.name === name);
    if (bound !== undefined && all.length > 0) throw unmet(bound, all);
    const pin = this.options.pins?.get(name);
    const sources = this.indexes.map(({ source }) => source.id).join(', ');
    if (pin !== undefined && all.length > 0) {
      throw new GpuSetupError('version-not-found', `${sources} have no ${name} ${pin}`, {
        hint: `there is ${all
          .slice(0, 8)
          .map(({ version }) => version)
          .join(', ')}`,
        details: { package: name, version: pin },
      });
    }
    const similar = nearest(name, new Set(this.indexes.flatMap((index) => [...index.names()])));
    throw new GpuSetupError('package-not-found', `${sources} have no package ${name}`, {
      hint:
        similar.length > 0
          ? `did you mean ${similar.join(', ')}?`
          : 'gpu-setup search shows what the sources offer',
      details: { package: name, nearest: similar },
    });
  }

  private choose(found: IndexedPackage): void {
    this.chosen.set(found.name, found);
    this.queue.push(found);
    this.warnOfTwins(found);
  }

  private meet(clause: DependencyClause, by: IndexedPackage): Again | null {
    if (clause.some((wanted) => this.isChosen(wanted))) return null;
    // One alternative of a driver's is enough: whatever the clause says, the machine's driver meets it.
    const driver = clause.find(({ name }) => isDriverPackage(name));
    if (driver !== undefined) {
      if (!this.drivers.has(driver.name))
        this.drivers.set(driver.name, { name: driver.name, wantedBy: by.name });
      return null;
    }
    for (const wanted of clause) {
      const found = this.candidate(wanted);
      if (found !== undefined) {
        this.choose(found);
        return null;
      }
    }
    return this.unmetHere(clause, by);
  }

  /** No package may enter for this clause: a pin or an earlier choice stands against it, or it is the host's. */
  private unmetHere(clause: DependencyClause, by: IndexedPackage): Again | null {
    const subject = `${by.name} ${by.version}`;
    for (const wanted of clause) {
      const offered = this.offered(wanted.name);
      const fits = offered.some(({ version }) => satisfies(version, wanted.relation, wanted.version));
      const pin = this.options.pins?.get(wanted.name);
      if (pin === undefined && fits && this.chosen.has(wanted.name))
        return new Again({ wanted, by: subject });
      const pinned = offered.find(({ version }) => version === pin);
      if (pinned !== undefined) {
        this.warnings.add(`${subject} asks for ${formatDependency(wanted)}, but the release set has ${pin}`);
        if (!this.chosen.has(wanted.name)) this.choose(pinned);
        return null;
      }
    }
    if (clause.every(({ name }) => this.offered(name).length > 0)) {
      const offered = clause.flatMap(({ name }) => this.offered(name));
      throw unmet({ wanted: clause[0]!, by: subject }, offered, clause);
    }
    const key = formatClause(clause);
    const known = this.host.get(key);
    if (known === undefined) this.host.set(key, { clause, wantedBy: new Set([by.name]) });
    else known.wantedBy.add(by.name);
    return null;
  }

  private offered(name: string): IndexedPackage[] {
    return this.all(name).filter((found) => this.enters(found));
  }

  private isChosen(wanted: Dependency): boolean {
    const chosen = this.chosen.get(wanted.name);
    if (chosen !== undefined && satisfies(chosen.version, wanted.relation, wanted.version)) return true;
    return this.providers(wanted).some(
      (provider) => this.chosen.get(provider.name)?.version === provider.version,
    );
  }

  private candidate(wanted: Dependency): IndexedPackage | undefined {
    // One version of a name per prefix: where another one is chosen, it is for unmetHere to say so.
    if (this.chosen.has(wanted.name)) return undefined;
    const [own] = this.eligible(wanted.name, wanted);
    if (own !== undefined) return own;
    return this.providers(wanted).find(
      (provider) =>
        !isDriverPackage(provider.name) &&
        !this.chosen.has(provider.name) &&
        this.allowed(provider) &&
        this.enters(provider),
    );
  }

  /** Packages of a name that may enter and that pins, bounds and `wanted` allow; best first. */
  private eligible(name: string, wanted: Dependency | null): IndexedPackage[] {
    return this.all(name).filter(
      (found) =>
        this.allowed(found) &&
        (wanted === null || satisfies(found.version, wanted.relation, wanted.version)) &&
        this.enters(found),
    );
  }

  private allowed({ name, version }: IndexedPackage): boolean {
    const pin = this.options.pins?.get(name);
    if (pin !== undefined) return version === pin;
    return this.bounds.every(
      ({ wanted }) => wanted.name !== name || satisfies(version, wanted.relation, wanted.version),
    );
  }

  private enters(found: IndexedPackage): boolean {
    return this.options.enters?.(found) ?? true;
  }

  /** Newest first; of equal versions the one of the earlier index. */
  private all(name: string): readonly IndexedPackage[] {
    let found = this.candidates.get(name);
    if (found === undefined) {
      found = this.indexes
        .flatMap((index) => index.packages(name))
        .sort((a, b) => compareVersions(b.version, a.version));
      this.candidates.set(name, found);
    }
    return found;
  }

  private providers(wanted: Dependency): IndexedPackage[] {
    return this.indexes
      .flatMap((index) => index.providers(wanted.name))
      .filter(({ provides }) => providesIt(provides, wanted));
  }

  private warnOfTwins(found: IndexedPackage): void {
    const twin = this.all(found.name).find(
      ({ version, architecture, sha256 }) =>
        version === found.version && architecture === found.architecture && sha256 !== found.sha256,
    );
    if (twin === undefined) return;
    this.warnings.add(
      `${found.name} ${found.version} differs between ${found.sourceId} and ${twin.sourceId}: the one of ${found.sourceId} is taken`,
    );
  }
}

function unmet(
  { wanted, by }: Bound,
  offered: readonly IndexedPackage[],
  clause?: DependencyClause,
): GpuSetupError {
  const asked = clause === undefined ? formatDependency(wanted) : formatClause(clause);
  const there = offered.slice(0, 8).map(({ name, version }) => `${name} ${version}`);
  return new GpuSetupError(
    'unmet-dependency',
    `${by} needs ${asked}, which does not fit with the rest of the request`,
    {
      hint:
        there.length > 0
          ? `the sources have ${there.join(', ')}: ask for another version, or for fewer things in one prefix`
          : 'ask for another version, or for fewer things in one prefix',
      details: { neededBy: by, clause: asked },
    },
  );
}
