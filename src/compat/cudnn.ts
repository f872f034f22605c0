/** cuDNN releases and what they are built for. Data: data/cudnn.json. */
import text from 'json-text:src/compat/data/cudnn';
import { compareDottedVersions, majorMinor } from './dotted-version.ts';
import type { Confidence } from './rules/judgement.ts';
import type { Sourced } from './sourced.ts';

export interface CudnnRow extends Sourced {
  /** "7.6.5.32"; fewer numbers where no source has them all. */
  cudnn: string;
  /** The CUDA releases that this build is for, both inclusive. */
  cudaFrom: string;
  cudaTo: string;
  /** "7" */
  major: string;
  /** "libcudnn.so.7" */
  soname: string;
  minComputeCapability: string | null;
  /** Linux driver */
  minDriver: string | null;
  /** Fields that are remembered, or taken over from a neighbouring release. */
  recalled: readonly string[];
}

type Row = [
  cudnn: string,
  cudaFrom: string,
  cudaTo: string,
  minComputeCapability: string | null,
  minDriver: string | null,
  source: number,
  confidence: Confidence,
  recalled: string[],
];

let rows: readonly CudnnRow[] | undefined;

/** Every build of every release, newest first. */
export function cudnnReleases(): readonly CudnnRow[] {
  if (rows !== undefined) return rows;
  const table = JSON.parse(text) as { sources: readonly string[]; rows: readonly Row[] };
  return (rows = table.rows.map(
    ([cudnn, cudaFrom, cudaTo, minComputeCapability, minDriver, source, confidence, recalled]) => {
      const major = cudnn.split('.')[0]!;
      return {
        cudnn,
        cudaFrom,
        cudaTo,
        major,
        soname: `libcudnn.so.${major}`,
        minComputeCapability,
        minDriver,
        source: table.sources[source]!,
        confidence,
        recalled,
      };
    },
  ));
}

/** A plan asks for the same few toolkits thousands of times. */
const byCuda = new Map<string, readonly CudnnRow[]>();

/** Releases that are built for a toolkit, newest first. @param cuda "10.0" or "10.0.130" */
export function cudnnForCuda(cuda: string): readonly CudnnRow[] {
  const wanted = majorMinor(cuda);
  if (wanted === null) return [];
  let found = byCuda.get(wanted);
  if (found === undefined) {
    found = cudnnReleases().filter(
      ({ cudaFrom, cudaTo }) =>
        compareDottedVersions(wanted, cudaFrom) >= 0 && compareDottedVersions(wanted, cudaTo) <= 0,
    );
    byCuda.set(wanted, found);
  }
  return found;
}
