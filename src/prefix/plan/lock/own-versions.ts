/**
 * What a lock that is to be installed says of itself, held against its own packages: the prefix has its CUDA from there,
 * and the doctor, `list` and every advice from the prefix.
 */
import { beginsWithVersion, majorMinor } from '../../../compat/dotted-version.ts';
import { allReleases } from '../../../compat/releases.ts';
import { mayMeanVersion } from '../../../compat/version-range.ts';
import type { Pin } from '../lockfile.ts';
import { upstreamOf } from '../package-version.ts';
import { formatSpec } from '../spec.ts';
import { badLock } from './parse-lock.ts';

/** @throws GpuSetupError `bad-lock` */
export function refuseUntrue(pin: Pin, file: string): void {
  const untrue = untrueVersion(pin);
  if (untrue !== null) throw badLock(file, untrue);
}

/** What is untrue, with its place: "cuda: 12.4.99, and libcudart11.0 is of 11.8.89"; null where nothing is. */
function untrueVersion({ request, cuda, cudnn, packages }: Pin): string | null {
  if (packages.length === 0) return 'packages: there is none';
  const asked = request.specs.find(({ name }) => name === 'cuda');
  if (asked?.version != null && !mayMeanVersion(majorMinor(cuda) ?? cuda, asked.version))
    return `cuda: ${cuda}, and the request is for ${formatSpec(asked)}`;
  const telling = new Set(allReleases().map(({ versionOf }) => versionOf));
  const toolkit = packages.find(({ name, version }) => telling.has(name) && !isOf(version, cuda));
  if (toolkit !== undefined) return `cuda: ${cuda}, and ${toolkit.name} is of ${upstreamOf(toolkit.version)}`;
  const library = packages.filter(({ components }) => components.includes('cudnn'));
  if (cudnn !== null && !library.some(({ version }) => isOf(version, cudnn)))
    return `cudnn: ${cudnn}, and no package is of it`;
  return null;
}

/** A patch has the version of what it is for at its beginning. */
const isOf = (version: string, wanted: string): boolean => beginsWithVersion(upstreamOf(version), wanted);
