/** The packages of a request, from what the sources offer today. */
import type { AptContext } from '../apt/context.ts';
import type { Source } from '../apt/types.ts';
import { dateOfIndex, judgeDates } from '../prefix/home/release-dates.ts';
import { findServing, type Serving } from './find-serving.ts';
import { withToolchain } from './find-toolchain.ts';
import { compilersThere, packagesThere } from './machine-of-request.ts';
import type { Requested } from './request.ts';

/**
 * @param home that remembers what these sources offered before
 * @param allowOlder whether an index that is older than one seen before is taken
 * @param forAnyHost whether it is to be right on every machine: what this host has (packages, compilers) is not asked
 * @throws GpuSetupError what `findServing` throws, `release-older-than-seen`
 */
export async function chooseFromSources(
  requested: Pick<Requested, 'request' | 'otherGroups'>,
  sources: ReadonlyMap<string, Source>,
  apt: AptContext,
  home: string,
  allowOlder: boolean,
  forAnyHost = false,
): Promise<Serving> {
  const { architecture } = requested.request;
  const host = forAnyHost ? null : await packagesThere(architecture);
  const serving = await findServing(requested, sources, apt, host);
  const { request, indexes, resolution } = await withToolchain(serving, sources, apt, async () =>
    forAnyHost ? [] : compilersThere(architecture),
  );
  const used = new Set(resolution.packages.map(({ package: { sourceId, suite } }) => `${sourceId} ${suite}`));
  const dates = indexes.map(dateOfIndex).filter(({ id, suite }) => used.has(`${id} ${suite}`));
  const warnings = await judgeDates(home, dates, allowOlder);
  return {
    request,
    indexes,
    resolution: { ...resolution, warnings: [...resolution.warnings, ...warnings] },
  };
}
