/** Errors of CUDA's libraries by number and by name. Data: data/cuda-errors.json. */
import text from 'json-text:src/compat/data/cuda-errors';
import { withSource, type Sourced } from './sourced.ts';

/** `cuda`: the driver's API, and the runtime from CUDA 10.1 on; the runtime before has numbers of its own. */
export type ErrorLibrary =
  | 'cuda'
  | 'cudart-before-10.1'
  | 'nvml'
  | 'cublas'
  | 'cudnn'
  | 'cusparse'
  | 'cufft'
  | 'cusolver'
  | 'curand'
  | 'nccl'
  | 'nvrtc'
  | 'nvjpeg'
  | 'npp'
  | 'nvvm'
  | 'cutensor'
  | 'optix'
  | 'nvenc';

export interface CudaError extends Sourced {
  library: ErrorLibrary;
  number: number;
  /** "CUDA_ERROR_NO_BINARY_FOR_GPU", "cudaErrorNoKernelImageForDevice" */
  names: readonly string[];
  /** What it says, or what usually causes it. */
  meaning: string;
  /** Whose matter it is: "driver", "arch", "memory", "program", ...; null: no failure. Numbers of the old runtime have none. */
  category: string | null;
}

interface Table {
  sources: readonly string[];
  errors: readonly (Omit<CudaError, 'source'> & { source: number })[];
}

let errors: readonly CudaError[] | undefined;

function allErrors(): readonly CudaError[] {
  if (errors !== undefined) return errors;
  const table = JSON.parse(text) as Table;
  return (errors = table.errors.map((row) => withSource(table.sources, row)));
}

export function errorByNumber(library: ErrorLibrary, number: number): CudaError | null {
  return allErrors().find((one) => one.library === library && one.number === number) ?? null;
}

/** By one of its names, in any case; of a name that has two numbers, today's. */
export function errorByName(name: string): CudaError | null {
  const wanted = name.toLowerCase();
  return allErrors().find(({ names }) => names.some((one) => one.toLowerCase() === wanted)) ?? null;
}

/** Of libraries that the table does not hold: null. */
export function errorOf(library: string, number: number | null, name: string | null): CudaError | null {
  return (
    allErrors().find(
      (one) =>
        one.library === library && (number === null ? one.names.includes(name ?? '') : one.number === number),
    ) ?? null
  );
}
