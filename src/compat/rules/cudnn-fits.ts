/** A cuDNN is built for certain CUDA releases, and its newer ones leave older GPUs out. */
import { cudnnForCuda, cudnnReleases, type CudnnRow } from '../cudnn.ts';
import { beginsWithVersion, compareDottedVersions, majorOf } from '../dotted-version.ts';
import type { GpuTraitsKnown, Judgement, KnownFact } from './judgement.ts';
import { judged, known, knownField, refused } from './judged.ts';
import { gpuInWords } from './words.ts';

/** @param cudnn a version or the beginning of one: "7.5", "9.1.0.70" */
export function cudnnFits(cudnn: string, cuda: string): Judgement {
  const builds = cudnnReleases().filter((row) => beginsWithVersion(row.cudnn, cudnn));
  const own = buildsFor(cudnn, cuda)[0];
  if (own !== undefined)
    return judged('cudnn-built-for-cuda', 'yes', `cuDNN ${own.cudnn} is built for CUDA ${cuda}`, isFor(own));
  if (builds.length === 0) return judged('cudnn-built-for-cuda', 'unknown', `cuDNN ${cudnn} is in no table`);
  // Old releases are not all in the table: only that nothing of its major was ever built for this CUDA's is certain.
  const related = cudnnReleases().filter(
    ({ major, cudaFrom }) => major === String(majorOf(cudnn)) && majorOf(cudaFrom) === majorOf(cuda),
  );
  const text = `cuDNN ${cudnn} is built for CUDA ${releasesOf(builds)}, not for ${cuda}`;
  return related.length === 0
    ? refused('cudnn-built-for-cuda', text, ...builds.slice(0, 3).map(isFor))
    : judged('cudnn-built-for-cuda', 'remark', text, ...builds.slice(0, 3).map(isFor));
}

/** Whether a cuDNN that is meant and built for this CUDA has code for a GPU. */
export function cudnnReachesGpu(
  cudnn: string,
  cuda: string,
  gpu: Pick<GpuTraitsKnown, 'name' | 'computeCapability'>,
): Judgement {
  const builds = buildsFor(cudnn, cuda);
  const capability = gpu.computeCapability;
  if (builds.length === 0 || capability === null)
    return judged('cudnn-reaches-gpu', 'unknown', `which GPUs cuDNN ${cudnn} has code for is not known`);
  const row = newestCudnnFor(cudnn, cuda, [capability]) ?? builds.at(-1)!;
  const least = row.minComputeCapability;
  const text =
    least === null
      ? `from which GPU on cuDNN ${row.cudnn} has code is not known`
      : `cuDNN ${row.cudnn} is for compute capability ${least} or newer`;
  const fact = knownField(row, 'minComputeCapability', text);
  return reaches(row, capability)
    ? judged('cudnn-reaches-gpu', 'yes', text, fact)
    : refused('cudnn-reaches-gpu', `${text}, not for ${gpuInWords(gpu)}`, fact);
}

/** The newest release that is meant, built for a CUDA, and has code for every one of these compute capabilities. */
export function newestCudnnFor(
  cudnn: string,
  cuda: string,
  capabilities: readonly string[],
): CudnnRow | undefined {
  return buildsFor(cudnn, cuda).find((row) => capabilities.every((one) => reaches(row, one)));
}

const reaches = ({ minComputeCapability: least }: CudnnRow, capability: string): boolean =>
  least === null || compareDottedVersions(capability, least) >= 0;

/** Those that are meant, newest first. */
const buildsFor = (cudnn: string, cuda: string): CudnnRow[] =>
  cudnnForCuda(cuda).filter((row) => beginsWithVersion(row.cudnn, cudnn));

const isFor = (row: CudnnRow): KnownFact =>
  known(row, `cuDNN ${row.cudnn} is built for CUDA ${rangeOf(row)}`);

const rangeOf = ({ cudaFrom, cudaTo }: CudnnRow): string =>
  cudaFrom === cudaTo ? cudaFrom : `${cudaFrom} to ${cudaTo}`;

const releasesOf = (rows: readonly CudnnRow[]): string => [...new Set(rows.map(rangeOf))].join(', ');
