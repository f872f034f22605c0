/**
 * Holds what a lock names against signed indexes: the one that each source has today, and the one that the lock's proof
 * carries. Pure. What comes out is what `resolve` gives where no lock is: the same planner goes on from there.
 *
 * A package file is right where a verified index lists its digest. That a file holds the payload that the lock says is
 * never believed of a file that no index lists, since then the lock alone would say what lands in the prefix.
 */
import type { IndexedPackage, ListedFile, PackageIndex } from '../../../apt/types.ts';
import { GpuSetupError } from '../../../base/errors.ts';
import type { PinnedPackage, PlannedPackage, PlannedSource } from '../install-plan.ts';
import type { Pin } from '../lockfile.ts';
import type { ResolvedPackage } from '../resolve.ts';
import { unconfirmed, type Unconfirmed } from './unconfirmed.ts';

/** What is known of one suite of a source. */
export interface Evidence {
  /** Its index of today; or why that could not be read. */
  now: PackageIndex | GpuSetupError;
  /** What the lock's proof carries of it; null without one. */
  proof: PackageIndex | null;
}

export interface Confirmed {
  packages: readonly ResolvedPackage[];
  pinned: readonly PinnedPackage[];
  warnings: readonly string[];
}

/** Of a pinned package: what is right in its place, and who says so. */
interface Choice {
  by: PinnedPackage['by'];
  index: PinnedPackage['index'];
  file: ListedFile;
  alternatives: readonly ListedFile[];
  /** The index's own entry; null where only the lock names the package. */
  entry: IndexedPackage | null;
}

/**
 * @param evidenceOf by source id and suite; there is some for each source of the lock
 * @param trusted whether the lock's word alone is enough (--trust-lock)
 * @param file of the lock, for messages
 * @throws GpuSetupError `lock-contradicted`, and what `unconfirmed` gives
 */
export function confirmLock(
  pin: Pin,
  evidenceOf: (sourceId: string, suite: string) => Evidence,
  trusted: boolean,
  file: string,
): Confirmed {
  const dates = new Map(pin.sources.map((one) => [`${one.id} ${one.suite}`, one.date]));
  const packages: ResolvedPackage[] = [];
  const pinned: PinnedPackage[] = [];
  const open: Unconfirmed[] = [];
  for (const one of pin.packages) {
    const evidence = evidenceOf(one.sourceId, one.suite);
    const date = dates.get(`${one.sourceId} ${one.suite}`) ?? null;
    const choice = choose(one, evidence, date, trusted, file);
    const { name, version, sha256 } = one;
    if (!('by' in choice)) {
      open.push({ one, index: choice.index, now: evidence.now });
      continue;
    }
    pinned.push({ name, version, sha256, by: choice.by, index: choice.index });
    packages.push({
      package: { ...(choice.entry ?? bare(one)), ...choice.file, alternatives: choice.alternatives },
      ...saidOf(one),
    });
  }
  if (open.length > 0) throw unconfirmed(open, file);
  return { packages, pinned, warnings: warningsOf(pinned) };
}

/** Whether anything of a suite is not in its index of today: only then the proof's index has to be read. */
export function needsProof(pin: Pin, sourceId: string, suite: string, now: Evidence['now']): boolean {
  return pin.packages.some(
    (one) =>
      one.sourceId === sourceId &&
      one.suite === suite &&
      (now instanceof GpuSetupError || !filesIn(now, one).some(({ sha256 }) => sha256 === one.sha256)),
  );
}

/**
 * Sources as the lock has them; of one whose index of today gave other files than the lock names, that index.
 *
 * @param now by source id and suite
 */
export function sourcesOfLock(
  pin: Pin,
  pinned: readonly PinnedPackage[],
  now: (sourceId: string, suite: string) => PlannedSource | null,
): readonly PlannedSource[] {
  const byName = new Map(pinned.map((one) => [one.name, one]));
  return pin.sources.map((source) => {
    const resigned = pin.packages.some(({ name, sourceId, suite }) => {
      const found = byName.get(name);
      return (
        sourceId === source.id && suite === source.suite && found?.by === 'index' && found.index !== 'listed'
      );
    });
    return (resigned ? now(source.id, source.suite) : null) ?? source;
  });
}

function choose(
  one: PlannedPackage,
  { now, proof }: Evidence,
  date: string | null,
  trusted: boolean,
  file: string,
): Choice | { index: PinnedPackage['index'] } {
  const listed = now instanceof GpuSetupError ? [] : filesIn(now, one);
  const proven = proof === null ? [] : filesIn(proof, one);
  const own = { path: one.path, size: one.size, sha256: one.sha256 };
  // With its payload known, any other file that the index signed may come in its place: it is held against that.
  const others = one.payloadSha256 === null ? [] : listed.filter(({ sha256 }) => sha256 !== one.sha256);
  const entry = entryIn(now, one) ?? entryIn(proof, one);
  for (const [files, by] of [
    [listed, 'index'],
    [proven, 'proof'],
  ] as const) {
    const same = files.find(({ sha256 }) => sha256 === one.sha256);
    if (same === undefined) continue;
    refuseOther(one, same, by, file);
    return { by, index: stateOf(one, now, listed, date), file: own, alternatives: others, entry };
  }
  refuseOtherThanProven(one, proven, file);
  const index = stateOf(one, now, listed, date);
  const [first, ...more] = others;
  if (first !== undefined) return { by: 'index', index, file: first, alternatives: more, entry };
  return trusted ? { by: 'lock', index, file: own, alternatives: [], entry } : { index };
}

function stateOf(
  one: PlannedPackage,
  now: Evidence['now'],
  listed: readonly ListedFile[],
  date: string | null,
): PinnedPackage['index'] {
  if (now instanceof GpuSetupError) return 'unread';
  if (listed.some(({ sha256 }) => sha256 === one.sha256)) return 'listed';
  const then = date === null ? null : Date.parse(date);
  const there = now.release.date === null ? null : Date.parse(now.release.date);
  if (then !== null && there !== null && there < then) return 'behind';
  return listed.length > 0 ? 'resigned' : 'moved-on';
}

/** What an index takes for right for this name, version and architecture. */
function filesIn(index: PackageIndex, one: PlannedPackage): readonly ListedFile[] {
  const found = entryIn(index, one);
  if (found === null) return [];
  const { path, size, sha256, alternatives } = found;
  return [{ path, size, sha256 }, ...alternatives];
}

function entryIn(
  index: PackageIndex | GpuSetupError | null,
  { name, version, architecture }: PlannedPackage,
): IndexedPackage | null {
  if (index === null || index instanceof GpuSetupError) return null;
  return (
    index.packages(name).find((other) => other.version === version && other.architecture === architecture) ??
    null
  );
}

/** The digest is right, and with it everything that a lock can say of the file. */
function refuseOther(one: PlannedPackage, signed: ListedFile, by: 'index' | 'proof', file: string): void {
  const said =
    one.size !== signed.size
      ? [`${one.size} bytes`, `${signed.size} bytes`]
      : one.path !== signed.path
        ? [`the path ${one.path}`, signed.path]
        : null;
  if (said === null) return;
  const who = by === 'index' ? `the signed index of ${one.sourceId}` : "the lock's proof";
  throw new GpuSetupError(
    'lock-contradicted',
    `${file} gives ${said[0]} for ${one.name} ${one.version}, ${who} ${said[1]}`,
    { details: { file, package: one.name, lock: said[0], signed: said[1] } },
  );
}

/** The proof is of the day on which the lock was made: what it signed in place of the lock's file, nobody signed anew since. */
function refuseOtherThanProven(one: PlannedPackage, proven: readonly ListedFile[], file: string): void {
  const [signed] = proven;
  if (signed === undefined) return;
  throw new GpuSetupError(
    'lock-contradicted',
    `${file} gives the digest ${one.sha256} for ${one.name} ${one.version}, the lock's proof ${signed.sha256}`,
    { details: { file, package: one.name, lock: one.sha256, signed: signed.sha256 } },
  );
}

/** What a lock says of a package besides its file. */
export function saidOf({
  components,
  payloadSha256,
  needs,
}: PlannedPackage): Pick<ResolvedPackage, 'components' | 'payloadSha256' | 'needs'> {
  return { components, payloadSha256, ...(needs === undefined ? {} : { needs }) };
}

/** What a lock knows of a package, where no index is asked. */
export function bare({
  components: _components,
  payloadSha256: _payload,
  needs: _needs,
  ...one
}: PlannedPackage): IndexedPackage {
  return {
    ...one,
    depends: [],
    preDepends: [],
    recommends: [],
    provides: [],
    alternatives: [],
    description: '',
    section: null,
  };
}

/** One sentence per case, with every package in it. */
function warningsOf(pinned: readonly PinnedPackage[]): readonly string[] {
  const named = (wanted: (one: PinnedPackage) => boolean): string =>
    pinned
      .filter(wanted)
      .map(({ name }) => name)
      .join(', ');
  const cases: readonly (readonly [string, string])[] = [
    [
      named(({ by }) => by === 'lock'),
      'taken on the word of the lock alone (--trust-lock), confirmed by no index and no proof:',
    ],
    [
      named(({ by, index }) => by === 'index' && index === 'resigned'),
      "signed anew since the lock was made, and taken where the payload is the lock's:",
    ],
    [
      named(({ by, index }) => by === 'index' && index === 'behind'),
      "the index of today is older than the lock and lists other files, which are taken where the payload is the lock's:",
    ],
    [
      named(({ by, index }) => by === 'proof' && (index === 'moved-on' || index === 'resigned')),
      "the index of today is newer than the lock and no longer lists its files; the lock's proof confirms:",
    ],
    [
      named(({ by, index }) => by === 'proof' && index === 'behind'),
      "the index of today is older than the lock; the lock's proof confirms:",
    ],
    [
      named(({ by, index }) => by === 'proof' && index === 'unread'),
      "no index of today could be read; the lock's proof confirms:",
    ],
  ];
  return cases.flatMap(([names, text]) => (names === '' ? [] : [`${text} ${names}`]));
}
