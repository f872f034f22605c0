/** CUDA's libraries and wheels ask for a C library that is new enough; CUDA's headers clash with those of newer ones. */
import { compareDottedVersions } from '../dotted-version.ts';
import type { FrameworkBuild } from '../frameworks.ts';
import { glibcLimitsOf, type GlibcLimit } from '../glibc.ts';
import type { Judgement, KnownFact } from './judgement.ts';
import { judged, known, knownField, refused } from './judged.ts';
import { buildInWords } from './words.ts';

/**
 * What clashes in headers can be mended by hand, and distributions do so in their packages of CUDA: it is remarked on alone.
 *
 * @param purpose only to `build` are headers read
 */
export function glibcAccepted(cuda: string, glibc: string, purpose: 'run' | 'build'): Judgement {
  const limits = glibcLimitsOf(cuda);
  const libraries = limits.find(
    (limit) => limit.purpose === 'run' && compareDottedVersions(glibc, limit.glibc) < 0,
  );
  if (libraries !== undefined)
    return refused(
      'libraries-need-glibc',
      `libraries of CUDA ${cuda} ask for glibc ${libraries.glibc} or newer, not ${glibc}`,
      symptomOf(libraries, cuda),
    );
  const headers = limits.find(
    (limit) => limit.purpose === 'build' && compareDottedVersions(glibc, limit.glibc) >= 0,
  );
  if (purpose === 'build' && headers !== undefined)
    return judged(
      'headers-clash-with-glibc',
      'remark',
      `headers of CUDA ${cuda} clash with those of glibc ${headers.glibc} and newer, here ${glibc}: what includes both does not compile, unless one of them is mended`,
      symptomOf(headers, cuda),
    );
  return judged('glibc-of-cuda', 'yes', `nothing is known against CUDA ${cuda} on glibc ${glibc}`);
}

/** Whether pip finds a wheel that loads there. */
export function glibcAcceptedByBuild(build: FrameworkBuild, glibc: string): Judgement {
  const least = build.minGlibc;
  if (least === null)
    return judged('glibc-of-build', 'unknown', `which glibc ${buildInWords(build)} asks for is in no table`);
  const text = `${buildInWords(build)} asks for glibc ${least} or newer`;
  const fact = knownField(build, 'minGlibc', text);
  return compareDottedVersions(glibc, least) >= 0
    ? judged('glibc-of-build', 'yes', text, fact)
    : refused('glibc-of-build', `${text}, not ${glibc}`, fact);
}

const symptomOf = (limit: GlibcLimit, cuda: string): KnownFact =>
  known(limit, `CUDA ${cuda}: ${limit.symptom}`);
