/** What is different between two sets of pinned packages, by architecture. Pure. */
import type { PackageArchitecture } from '../../../base/architecture.ts';
import type { PlannedPackage } from '../install-plan.ts';
import { pinsOf, sameTaken, takenText, type Lock, type Pin } from '../lockfile.ts';

export interface PackageChange {
  name: string;
  /**
   * `resigned`: the same version in another file, with the same payload; `replaced`: the same version, and not known to
   * hold the same.
   */
  kind: 'added' | 'removed' | 'changed' | 'resigned' | 'replaced';
  /** Version; null where it is not there. */
  from: string | null;
  to: string | null;
}

export interface PinDiff {
  architecture: PackageArchitecture;
  /** `added`, `removed`: one of the two has nothing for this architecture. */
  kind: 'added' | 'removed' | 'same' | 'changed';
  cuda: { from: string | null; to: string | null };
  cudnn: { from: string | null; to: string | null };
  /** Components or parts: of the same packages more or less may be taken. */
  taken: { from: string | null; to: string | null };
  /** By name. */
  packages: readonly PackageChange[];
}

export interface LockDiff {
  same: boolean;
  pins: readonly PinDiff[];
}

export function diffLocks(a: Lock, b: Lock): LockDiff {
  const from = new Map(pinsOf(a).map((pin) => [pin.request.architecture, pin]));
  const to = new Map(pinsOf(b).map((pin) => [pin.request.architecture, pin]));
  const pins = [...new Set([...from.keys(), ...to.keys()])].map((architecture) =>
    diffPins(architecture, from.get(architecture) ?? null, to.get(architecture) ?? null),
  );
  return { same: pins.every(({ kind }) => kind === 'same'), pins };
}

export function diffPins(architecture: PackageArchitecture, a: Pin | null, b: Pin | null): PinDiff {
  const packages = diffPackages(a?.packages ?? [], b?.packages ?? []);
  const same = packages.length === 0 && a !== null && b !== null && sameTaken(a.request, b.request);
  return {
    architecture,
    kind: a === null ? 'added' : b === null ? 'removed' : same ? 'same' : 'changed',
    cuda: { from: a?.cuda ?? null, to: b?.cuda ?? null },
    cudnn: { from: a?.cudnn ?? null, to: b?.cudnn ?? null },
    taken: {
      from: a === null ? null : takenText(a.request),
      to: b === null ? null : takenText(b.request),
    },
    packages,
  };
}

export function diffPackages(
  a: readonly PlannedPackage[],
  b: readonly PlannedPackage[],
): readonly PackageChange[] {
  const from = new Map(a.map((one) => [one.name, one]));
  const to = new Map(b.map((one) => [one.name, one]));
  return [...new Set([...from.keys(), ...to.keys()])].sort().flatMap((name): PackageChange[] => {
    const [before, after] = [from.get(name), to.get(name)];
    const kind = changeOf(before, after);
    return kind === null ? [] : [{ name, kind, from: before?.version ?? null, to: after?.version ?? null }];
  });
}

function changeOf(
  before: PlannedPackage | undefined,
  after: PlannedPackage | undefined,
): PackageChange['kind'] | null {
  if (before === undefined) return 'added';
  if (after === undefined) return 'removed';
  if (before.version !== after.version) return 'changed';
  if (before.sha256 === after.sha256) return null;
  return before.payloadSha256 !== null && before.payloadSha256 === after.payloadSha256
    ? 'resigned'
    : 'replaced';
}
