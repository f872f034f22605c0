/** What of a package set is here already, and what it means for a plan. Pure. */
import type { InstallPlan, PlannedPackage } from './install-plan.ts';

export interface AtHand {
  /** Names in generations/: a new one gets the next number. */
  generations: readonly string[];
  /** SHA-256 of package files that lie in the cache. */
  cached: ReadonlySet<string>;
  /** Payloads of packages of which store or staging folder hold all that is wanted, by SHA-256 of the package file. */
  unpacked: ReadonlyMap<string, { payloadSha256: string }>;
}

/** What is to be done with a package before it can be placed: nothing, unpacking it, or fetching it too. */
export type PackageState = 'in-store' | 'in-cache' | 'missing';

export function stateOf(
  { sha256 }: Pick<PlannedPackage, 'sha256'>,
  { cached, unpacked }: AtHand,
): PackageState {
  if (unpacked.has(sha256)) return 'in-store';
  return cached.has(sha256) ? 'in-cache' : 'missing';
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

/**
 * Why a plan does not fit what is here now, in words; empty where it does. What came into the cache does not matter: that
 * is where fetching looks first.
 */
export function changesSince(plan: InstallPlan, now: AtHand): readonly string[] {
  const place = plan.actions.find((action) => action.action === 'place');
  const next = nextGeneration(plan.request.name, now.generations);
  const packages = plan.packages.flatMap((one) => {
    const [planned, found] = [plannedState(plan, one), stateOf(one, now)];
    const fits = planned === found || (planned === 'missing' && found === 'in-cache');
    return fits ? [] : [`${one.name} is ${WORDS[found]}`];
  });
  return place === undefined || place.generation === next
    ? packages
    : [...packages, `the next generation is ${next}`];
}

const WORDS: Readonly<Record<PackageState, string>> = {
  'in-store': 'in the store now',
  'in-cache': 'in the cache, not in the store',
  missing: 'no longer here',
};

/** What the plan took a package for. */
export function plannedState(
  { leftOut }: Pick<InstallPlan, 'leftOut'>,
  { name }: PlannedPackage,
): PackageState {
  const row = leftOut.find((one) => one.what === 'fetch' && one.name === name);
  return row?.what === 'fetch' ? row.because : 'missing';
}
