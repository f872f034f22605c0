/** What is at hand for an install, read once. Writes nothing into the home. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AptContext } from '../../apt/context.ts';
import { pathToFileURL } from 'node:url';
import { addressesOf } from '../../apt/package/addresses.ts';
import { filesAtHand } from '../../apt/package/files-at-hand.ts';
import { packagesInCache } from '../../apt/package/package-cache.ts';
import type { Source } from '../../apt/types.ts';
import { systemCode } from '../../base/errors.ts';
import { stateOf, type AtHand } from '../plan/at-hand.ts';
import type { Hardware } from '../plan/hardware-advice.ts';
import type { InstallPlan, PlannedPackage } from '../plan/install-plan.ts';
import { packageLayout } from '../plan/package-layout.ts';
import type { Survey } from '../plan/plan.ts';
import type { Resolution } from '../plan/resolve.ts';
import { heldOf, payloadFolders, type Payload } from './payloads.ts';

/** @param indexes of the sources that the packages come from, or what of them says where they are */
export async function survey(
  resolution: Resolution,
  indexes: readonly Located[],
  surroundings: Hardware & { home: string; apt: AptContext },
): Promise<Survey> {
  const { home, driver, gpus, apt } = surroundings;
  const packages = resolution.packages.flatMap(({ package: one, components, payloadSha256 = null }) =>
    [one, ...one.alternatives].map((file) => ({ ...one, ...file, components, payloadSha256 })),
  );
  const sources = indexes.map(({ source }) => ({
    id: source.id,
    packaging: source.packaging ?? resolution.packaging,
  }));
  const found = await surveyHome({ ...resolution, sources, packages, home }, apt);
  const missing = packages.filter((one) => stateOf(one, found) === 'missing');
  const atHand = await filesAtHand(apt.atHand ?? [], missing, apt.signal);
  const uris = new Map(
    indexes.map(({ source, release }) => [`${source.id} ${release.suite}`, source.uris] as const),
  );
  return {
    home,
    driver,
    gpus,
    ...found,
    addresses: new Map(
      packages.map(({ sha256, sourceId, suite, path }) => [
        sha256,
        [
          ...(atHand.has(sha256) ? [pathToFileURL(atHand.get(sha256)!).href] : []),
          ...addressesOf(uris.get(`${sourceId} ${suite}`) ?? [], path, apt),
        ],
      ]),
    ),
  };
}

/** Where the packages of a suite are. */
export interface Located {
  source: Pick<Source, 'id' | 'uris' | 'packaging'>;
  release: { suite: string };
}

export interface HomeSurvey extends AtHand {
  unpacked: ReadonlyMap<string, Payload>;
  /** What is wanted of packages whose members were seen before, by SHA-256 of the package file. */
  seenBytes: ReadonlyMap<string, number>;
}

/** @param plan also one that is still to be made: packages, and what is wanted of them */
export async function surveyHome(
  plan: Pick<InstallPlan, 'home' | 'cuda' | 'components' | 'parts'> &
    Parameters<typeof packageLayout>[0] & {
      packages: readonly Pick<PlannedPackage, 'name' | 'size' | 'sha256' | 'payloadSha256'>[];
    },
  apt: AptContext,
): Promise<HomeSurvey> {
  const { home, cuda, components, parts, packages } = plan;
  const folders = payloadFolders(home);
  const wanted = { layout: packageLayout(plan), cuda, components, parts };
  const unpacked = new Map<string, Payload>();
  const seen = new Map<string, number>();
  for (const one of packages) {
    apt.signal?.throwIfAborted();
    const held = await heldOf(one, wanted, folders);
    if (held === null) continue;
    if (held.payload !== null) unpacked.set(one.sha256, held.payload);
    seen.set(one.sha256, held.bytes);
  }
  return {
    generations: await namesIn(join(home, 'generations')),
    cached: await packagesInCache(packages, apt),
    unpacked,
    seenBytes: seen,
  };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    // A home that cannot be read is told by the executor, which knows what is wrong with it.
    if (systemCode(error) !== undefined) return [];
    throw error;
  }
}
