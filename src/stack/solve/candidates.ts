/** What a strand may be made of: builds and toolkits, newest first. Whether one fits is for the rules to say. */
import { CUDA_RELEASES } from '../../compat/cuda-releases.ts';
import { cudnnForCuda } from '../../compat/cudnn.ts';
import { compareDottedVersions } from '../../compat/dotted-version.ts';
import { buildsOf, type FrameworkBuild } from '../../compat/frameworks.ts';
import type { Wanted } from '../types.ts';
import { cudaMeant, cudnnMeant, versionsOfFrameworkMeant } from './meant.ts';
import type { Strand } from './strands.ts';

export interface Candidate {
  build: FrameworkBuild | null;
  /** A release: "10.0"; null where the table does not say which. */
  cuda: string | null;
  /** As far as it matters: "7.5", "9.1.0.70"; null where none is asked for. */
  cudnn: string | null;
}

export function candidatesOf({ framework, parts }: Strand): readonly Candidate[] {
  if (framework === null) return toolkits(parts);
  return framework.wanted.build === CPU ? withoutGpu(framework) : builds(framework);
}

/** Tag of a build that leaves the GPU alone. */
const CPU = 'cpu';

export const needsGpu = ({ build }: Candidate): boolean => build?.build !== CPU;

type Built = Candidate & { build: FrameworkBuild };

const known = new WeakMap<FrameworkBuild, readonly Built[]>();

/** A build under every CUDA that it is for, newest first; made once, since plans ask again and again. */
function underEach(build: FrameworkBuild): readonly Built[] {
  let all = known.get(build);
  if (all === undefined) {
    all = releasesFor(build).map((cuda) => ({
      build: cuda === null ? build : { ...build, cuda, cudaTo: cuda },
      cuda,
      cudnn: build.cudnn,
    }));
    known.set(build, all);
  }
  return all;
}

/** Every build of the version and the tag that are wanted, newest first. */
function builds({ name, wanted }: NonNullable<Strand['framework']>): Built[] {
  const meant = versionsOfFrameworkMeant(wanted, name);
  return buildsOf(name)
    .filter(
      (build) => meant.includes(build.version) && (wanted.build === null || build.build === wanted.build),
    )
    .flatMap(underEach);
}

/** The tables have builds for GPUs alone: of each release that is meant, what it is without one. */
function withoutGpu({ name, wanted }: NonNullable<Strand['framework']>): Candidate[] {
  const releases = new Map(
    builds({ name, wanted: { ...wanted, build: null } })
      .toReversed()
      .map(({ build }) => [build.version, build]),
  );
  return [...releases.values()].toReversed().map((build) => ({
    build: { ...build, build: CPU, cuda: null, cudaTo: null, cudnn: null, minDriver: null },
    cuda: null,
    cudnn: null,
  }));
}

/** Releases that a build is for, newest first. */
function releasesFor({ cuda, cudaTo }: FrameworkBuild): readonly (string | null)[] {
  if (cuda === null) return [null];
  const releases = NEWEST_FIRST.filter(
    (one) => compareDottedVersions(one, cuda) >= 0 && compareDottedVersions(one, cudaTo ?? cuda) <= 0,
  );
  return releases.length === 0 ? [cuda] : releases;
}

const NEWEST_FIRST = CUDA_RELEASES.toReversed();

function toolkits(parts: readonly Wanted[]): Candidate[] {
  const cudnn = parts.find(({ name }) => name === 'cudnn');
  const cuda = parts.find(({ name }) => name === 'cuda');
  const releases = cuda === undefined ? NEWEST_FIRST : cudaMeant(cuda);
  return releases.flatMap((release) =>
    cudnn === undefined ? [{ build: null, cuda: release, cudnn: null }] : withCudnn(release, cudnn),
  );
}

/**
 * Of the cuDNN releases that are meant the newest for each range of GPUs; where none is for this CUDA, the wanted one, for the rules
 * to refuse.
 */
function withCudnn(cuda: string, wanted: Wanted): Candidate[] {
  const meant = cudnnMeant(wanted, cuda);
  const newest = new Map(
    cudnnForCuda(cuda)
      .filter(({ cudnn }) => meant.includes(cudnn))
      .toReversed()
      .map((row) => [row.minComputeCapability, row.cudnn]),
  );
  const versions = newest.size === 0 ? [wanted.version] : [...newest.values()].toReversed();
  return versions.map((cudnn) => ({ build: null, cuda, cudnn }));
}
