/** Which CUDA releases something is for that has versions of its own. */
import { cudnnReleases } from './cudnn.ts';
import { compareDottedVersions } from './dotted-version.ts';
import { buildsMeant, buildsOf } from './frameworks.ts';
import { toolchainSources } from './host-toolchains.ts';
import { NCCL_BUILDS } from './nccl.ts';
import { knownCudas } from './releases.ts';
import type { NamedVersion } from './spec-name.ts';
import { meansVersion } from './version-range.ts';

/** Both inclusive. */
interface Span {
  from: string;
  to: string;
}

/**
 * Releases that can be installed and that tables name for what is meant, newest first; empty where none does. From CUDA 11 on a
 * build serves other releases of its major too, which are not in the list.
 *
 * @param spec `tensorrt@8.6`, `cudnn@7.5`, `nccl`, `gcc@7`
 */
export function cudasFor({ name, version }: NamedVersion): readonly string[] {
  if (name === 'gcc')
    return knownCudas().filter((cuda) => toolchainSources(cuda, version, 'amd64').length > 0);
  const spans = Object.hasOwn(SPANS, name) ? SPANS[name]!(version) : [];
  return knownCudas().filter((cuda) =>
    spans.some(
      ({ from, to }) => compareDottedVersions(cuda, from) >= 0 && compareDottedVersions(cuda, to) <= 0,
    ),
  );
}

const SPANS: Readonly<Record<string, (version: string | null) => readonly Span[]>> = {
  cudnn: (version) =>
    cudnnReleases()
      .filter(({ cudnn }) => version === null || meansVersion(cudnn, version))
      .map(({ cudaFrom, cudaTo }) => ({ from: cudaFrom, to: cudaTo })),
  nccl: (version) =>
    NCCL_BUILDS.filter(({ nccl }) => version === null || meansVersion(nccl, version)).map(({ cuda }) => ({
      from: cuda,
      to: cuda,
    })),
  tensorrt: (version) =>
    (version === null ? buildsOf('tensorrt') : buildsMeant('tensorrt', version)).flatMap(
      ({ cuda, cudaTo }) => (cuda === null ? [] : [{ from: cuda, to: cudaTo ?? cuda }]),
    ),
};
