/** What `search` says where nothing is found: what there is that comes near. */
import { GpuSetupError } from '../base/errors.ts';
import { knownCudas, releasesFor } from '../compat/releases.ts';
import { compareDottedVersions, majorMinor } from '../compat/dotted-version.ts';
import { meansVersion } from '../compat/version-range.ts';
import { nearestVersions } from '../prefix/plan/choose-release.ts';
import { LIBRARIES } from '../prefix/plan/choose-library.ts';
import type { Offer } from '../prefix/plan/offers.ts';
import type { Spec } from '../prefix/plan/request.ts';
import { formatSpec } from '../prefix/plan/spec.ts';

/** More sources are counted, not named. */
const NAMED = 4;

/** What there is. */
export interface Near {
  /** Of every source that was asked: all that it has, null where it could not be read. */
  offers: ReadonlyMap<string, Offer | null>;
  /** Versions of gcc, where one was asked for, and nothing else. */
  gccs: readonly string[];
}

export function nothingFound(specs: readonly Spec[], there: Near): GpuSetupError {
  const { offers: answers } = there;
  const what = specs.map(formatSpec).join(' ') || 'a CUDA toolkit';
  const ids = [...answers.keys()];
  const read = ids.filter((id) => answers.get(id) !== null);
  const cuda = specs.find(({ name }) => name === 'cuda')?.version ?? null;
  return new GpuSetupError(
    'nothing-found',
    releasesFor(cuda).length === 0
      ? `there is no CUDA ${cuda} that gpu-setup knows`
      : read.length === 0
        ? `no enabled source is known to have ${what}`
        : `there is no ${what} in ${read.length > NAMED ? `the ${read.length} sources that may have it` : read.join(', ')}`,
    {
      hint: `${whatIsNear(specs, there)}; gpu-setup search, without a spec, shows everything`,
      details: { sources: read, unread: ids.filter((id) => !read.includes(id)) },
    },
  );
}

/** "nearest: cuda@12.8, cuda@12.6"; "there is cudnn@7.5 for CUDA 10.0" where each is there, but not for the other. */
export function whatIsNear(specs: readonly Spec[], { offers: answers, gccs }: Near): string {
  const gcc = specs.find(({ name }) => name === 'gcc');
  if (gcc !== undefined && gccs.length > 0) return near(gcc, newestFirst(gccs));
  const offers = [...answers.values()].filter((offer) => offer !== null);
  const missing: string[] = [];
  const apart: string[] = [];
  for (const library of LIBRARIES) {
    const spec = specs.find(({ name }) => name === library);
    if (spec === undefined) continue;
    const builds = offers.flatMap((offer) => offer[library]);
    const meant = builds.filter(
      ({ version }) => spec.version === null || meansVersion(version, spec.version),
    );
    if (meant.length > 0)
      apart.push(
        `there is ${formatSpec(spec)} for CUDA ${newestFirst(meant.map(({ cuda }) => cuda)).join(', ')}`,
      );
    else if (builds.length > 0) missing.push(near(spec, newestFirst(builds.map(({ version }) => version))));
  }
  const cuda = specs.find(({ name }) => name === 'cuda');
  if (missing.length + apart.length > 0 || (cuda === undefined && specs.length > 0))
    return [...missing, ...apart].join('; ') || 'no source that was read has any';
  // Without an answer from any source, what the table of releases knows.
  const there = offers.flatMap((offer) => offer.cuda.map(({ version }) => majorMinor(version) ?? version));
  return near(cuda ?? { name: 'cuda', version: null }, there.length > 0 ? newestFirst(there) : knownCudas());
}

function near({ name, version }: Spec, there: readonly string[]): string {
  return nearestVersions(version, there, name).text;
}

function newestFirst(versions: readonly string[]): readonly string[] {
  return [...new Set(versions)].sort((a, b) => compareDottedVersions(b, a));
}
