/** A lock in the place of a request that has to be resolved: its sources opened, its proof verified, its packages confirmed. */
import type { AptContext } from '../../apt/context.ts';
import { parseDependencies } from '../../apt/index/dependency.ts';
import { openIndex } from '../../apt/index/open-index.ts';
import { openProof, withHost, type ProvenSuite, type SuiteProof } from '../../apt/index/suite-proof.ts';
import type { DpkgStatus } from '../../apt/resolve/dpkg-status.ts';
import { hostRequirement } from '../../apt/resolve/host-requirements.ts';
import type { HostRequirement, Source } from '../../apt/types.ts';
import { GpuSetupError } from '../../base/errors.ts';
import { nearest } from '../../base/suggest.ts';
import { packagingOfPackages } from '../../compat/releases.ts';
import type { Located } from '../../prefix/install/survey.ts';
import { confirmLock, needsProof, sourcesOfLock, type Evidence } from '../../prefix/plan/lock/confirm.ts';
import { withNeeds } from '../../prefix/layout/parts.ts';
import { proofPath } from '../../prefix/plan/lock/proof-file.ts';
import { RENEWAL } from '../../prefix/plan/lock/renewal.ts';
import { plannedSource } from '../../prefix/plan/plan.ts';
import type { PlannedSource } from '../../prefix/plan/install-plan.ts';
import { componentsOf, type Pin } from '../../prefix/plan/lockfile.ts';
import type { Chosen } from '../plan-install.ts';

export interface LockToServe {
  /** Where it lies, for messages. */
  file: string;
  digest: string;
  pin: Pin;
  /** By source id and suite; null where no proof lies beside it. */
  proofs: ReadonlyMap<string, SuiteProof> | null;
  trusted: boolean;
}

/** One suite of the lock: what is asked of it, and what was found. */
interface Suite {
  planned: PlannedSource;
  source: Source;
  now: Evidence['now'];
  proven: ProvenSuite | null;
}

/**
 * @param installed what the host has; null where that is not known
 * @throws GpuSetupError `lock-source-unknown`, `lock-key-unknown`, `proof-differs`, `lock-contradicted`, what the signatures
 *   of a proof give, what `confirmLock` throws
 */
export async function serveLock(
  { file, digest, pin, proofs, trusted }: LockToServe,
  sources: ReadonlyMap<string, Source>,
  apt: AptContext,
  installed: DpkgStatus | null,
): Promise<Chosen> {
  const known = pin.sources.map((planned) => ({ planned, source: sourceOf(planned, sources, file) }));
  const suites = await Promise.all(
    known.map(async ({ planned, source: known }): Promise<Suite> => {
      const proof = proofs?.get(keyOf(planned));
      const source = proof?.key == null ? known : { ...known, keyBytes: proof.key };
      const now = await openIndex(source, planned.suite, apt).catch(failure);
      const here = now instanceof GpuSetupError ? await withHost(source, planned.suite, apt) : now.source;
      const trusting = { ...here, keyFiles: (await withHost(source, planned.suite, apt)).keyFiles };
      const proven = proof === undefined ? null : await openProof(trusting, proof, apt, proofPath(file));
      if (proven !== null) refuseLies(planned, proven, file);
      return { planned, source: here, now, proven };
    }),
  );
  apt.signal?.throwIfAborted();
  const evidence = new Map<string, Evidence>();
  for (const { planned, now, proven } of suites) {
    const wanted = proven !== null && needsProof(pin, planned.id, planned.suite, now);
    evidence.set(keyOf(planned), { now, proof: wanted ? await proven.index() : null });
  }
  const confirmed = confirmLock(pin, (id, suite) => evidence.get(`${id} ${suite}`)!, trusted, file);
  const { request, packages } = pin;
  const packaging = packagingOfPackages(packages.map(({ name }) => name));
  return {
    request,
    indexes: [],
    located: suites.map(({ planned, source }): Located => ({ source, release: { suite: planned.suite } })),
    resolution: {
      packaging,
      cuda: pin.cuda,
      cudnn: pin.cudnn,
      components: componentsOf(pin),
      packages: confirmed.packages,
      ...(request.only === undefined ? {} : { parts: withNeeds(request.only) }),
      host: hostOf(pin, installed),
      warnings: confirmed.warnings,
      pinned: {
        sources: sourcesOfLock(pin, confirmed.pinned, (id, suite) => {
          const { now } = evidence.get(`${id} ${suite}`)!;
          return now instanceof GpuSetupError ? null : plannedSource(now, packaging);
        }).map((one) => ({ ...one, overridden: sources.get(one.id)!.overridden })),
        lock: { digest, trusted, packages: confirmed.pinned },
      },
    },
  };
}

const keyOf = ({ id, suite }: Pick<PlannedSource, 'id' | 'suite'>): string => `${id} ${suite}`;

/** That an index cannot be read need not matter: a proof may be enough. */
function failure(error: unknown): GpuSetupError {
  if (error instanceof GpuSetupError && error.code !== 'interrupted') return error;
  throw error;
}

/** Where packages come from, and whose key counts, says this machine: a lock that says otherwise is not for it. */
function sourceOf(
  { id, suite, signedWith }: PlannedSource,
  sources: ReadonlyMap<string, Source>,
  file: string,
): Source {
  const source = sources.get(id);
  if (source === undefined || !source.suites.includes(suite)) {
    const near = source === undefined ? nearest(id, sources.keys(), 1)[0] : undefined;
    const what = source === undefined ? `the source ${id}` : `the suite ${suite} of ${id}`;
    throw new GpuSetupError(
      'lock-source-unknown',
      `${file} takes packages from ${what}, which is unknown here`,
      {
        hint:
          `put the ${id}.sources that it was made with into the configuration's apt-sources folder` +
          (near === undefined ? '' : `; the nearest one here is ${near}`),
        details: { file, source: id, suite },
      },
    );
  }
  const pinned = source.signedBy.some(({ exactly, fingerprint }) => exactly || fingerprint === signedWith);
  if (!pinned) {
    throw new GpuSetupError(
      'lock-key-unknown',
      `${file} says that ${id} was signed with ${signedWith}, a key that may not sign it here`,
      {
        hint: [
          `keys that may: ${source.signedBy.map(({ fingerprint }) => fingerprint).join(', ')} (${source.file})`,
          `use the .sources file that the lock was made with, or write the lock anew: ${RENEWAL}`,
        ],
        details: { file, source: id, signedWith },
      },
    );
  }
  return source;
}

/** What a lock says of what was signed decides which of two indexes is the older one. */
function refuseLies(planned: PlannedSource, { release }: ProvenSuite, file: string): void {
  const other = planned.indexes.find(({ path, sha256 }) => release.files.get(path)?.sha256 !== sha256);
  const lies = [
    ...(planned.date === release.date ? [] : [`the date ${planned.date}`, `${release.date}`]),
    ...(planned.signedWith === release.signedWith
      ? []
      : [`the key ${planned.signedWith}`, release.signedWith]),
    ...(other === undefined
      ? []
      : [`another digest for ${other.path}`, release.files.get(other.path)?.sha256 ?? 'none']),
  ];
  if (lies.length === 0) return;
  throw new GpuSetupError(
    'lock-contradicted',
    `${file} gives ${lies[0]} for ${planned.id}, and what was signed ${lies[1]}`,
    { details: { file, source: planned.id, lock: lies[0], signed: lies[1] } },
  );
}

function hostOf({ host = [], request }: Pin, installed: DpkgStatus | null): readonly HostRequirement[] {
  return host.flatMap(({ clause, wantedBy }) =>
    parseDependencies(clause, request.architecture).map((one) => hostRequirement(one, wantedBy, installed)),
  );
}
