import { describe, expect, it } from 'vitest';
import { errorByName, errorByNumber } from '../../src/compat/cuda-errors.ts';

describe('errors of CUDA', () => {
  it('are found by number within a library', () => {
    expect(errorByNumber('cuda', 35)?.names).toEqual(['cudaErrorInsufficientDriver']);
    expect(errorByNumber('cuda', 209)?.names).toContain('cudaErrorNoKernelImageForDevice');
    expect(errorByNumber('cudart-before-10.1', 48)?.names).toContain('cudaErrorNoKernelImageForDevice');
    expect(errorByNumber('nvml', 18)?.names).toEqual(['NVML_ERROR_LIB_RM_VERSION_MISMATCH']);
    expect(errorByNumber('cublas', 13)?.names).toEqual(['CUBLAS_STATUS_EXECUTION_FAILED']);
    expect(errorByNumber('cuda', 12345)).toBeNull();
  });

  it('are found by every name, in any case', () => {
    expect(errorByName('CUDA_ERROR_NO_BINARY_FOR_GPU')?.number).toBe(209);
    expect(errorByName('cudaerrornokernelimagefordevice')?.number).toBe(209);
    expect(errorByName('CUDNN_STATUS_VERSION_MISMATCH')?.library).toBe('cudnn');
    expect(errorByName('ncclSystemError')).toMatchObject({ library: 'nccl', number: 2 });
    expect(errorByName('CUDA_ERROR_BOGUS')).toBeNull();
  });
});
