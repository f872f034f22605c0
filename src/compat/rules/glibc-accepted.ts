/** CUDA's libraries ask for a C library that is new enough, and its headers clash with those of newer ones. */
import { glibcLimitsOf, isLimited, type GlibcLimit } from '../glibc.ts';
import type { Judgement, KnownFact } from './judgement.ts';
import { judged, known, refused } from './judged.ts';

/**
 * What clashes in headers can be mended by hand, and distributions do so in their packages of CUDA: it is remarked on alone.
 *
 * @param purpose only to `build` are headers read
 */
export function glibcAccepted(cuda: string, glibc: string, purpose: 'run' | 'build'): Judgement {
  const limits = glibcLimitsOf(cuda).filter((limit) => isLimited(limit, glibc));
  const libraries = limits.find(({ fails }) => fails === 'libraries');
  if (libraries !== undefined)
    return refused(
      'libraries-need-glibc',
      `libraries of CUDA ${cuda} ask for glibc ${libraries.below!} or newer, not ${glibc}`,
      factOf(libraries),
    );
  const headers = purpose === 'build' ? limits.find(({ fails }) => fails === 'headers') : undefined;
  if (headers !== undefined)
    return judged(
      'headers-clash-with-glibc',
      'remark',
      `headers of CUDA ${cuda} clash with those of glibc ${headers.from!} and newer, here ${glibc}: what includes both does not compile, unless one of them is mended`,
      factOf(headers),
    );
  return judged('glibc-of-cuda', 'yes', `nothing is known against CUDA ${cuda} on glibc ${glibc}`);
}

const factOf = (limit: GlibcLimit): KnownFact =>
  known(
    limit,
    `glibc ${limit.from === null ? `below ${limit.below!}` : `${limit.from} and newer`}, CUDA ${
      limit.cudaTo === null ? `${limit.cudaFrom!} and later` : `${limit.cudaTo} and older`
    }: ${limit.why}`,
  );
