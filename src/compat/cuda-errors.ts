/** Errors of CUDA's libraries by number and by name. Data: data/cuda-errors.json. */
import table from './data/cuda-errors.json' with { type: 'json' };
import { withSource, type Sourced } from './sourced.ts';

/** `cuda`: the driver's API, and the runtime from CUDA 10.1 on; the runtime before has numbers of its own. */
export type ErrorLibrary = 'cuda' | 'cudart-before-10.1' | 'nvml' | 'cublas' | 'cudnn' | 'nccl';

export interface CudaError extends Sourced {
  library: ErrorLibrary;
  number: number;
  /** "CUDA_ERROR_NO_BINARY_FOR_GPU", "cudaErrorNoKernelImageForDevice" */
  names: readonly string[];
  /** What it says, or what usually causes it. */
  meaning: string;
  /** Of CUDA's own: "driver", "arch", "memory", "program", ...; null elsewhere. */
  category: string | null;
}

const errorOf = (row: (typeof table.errors)[number]): CudaError =>
  withSource(table.sources, row) as CudaError;

export function errorByNumber(library: ErrorLibrary, number: number): CudaError | null {
  const row = table.errors.find((one) => one.library === library && one.number === number);
  return row === undefined ? null : errorOf(row);
}

/** By one of its names, in any case; of a name that has two numbers, today's. */
export function errorByName(name: string): CudaError | null {
  const wanted = name.toLowerCase();
  const row = table.errors.find(({ names }) => names.some((one) => one.toLowerCase() === wanted));
  return row === undefined ? null : errorOf(row);
}
