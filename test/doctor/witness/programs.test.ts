/**
 * Protects: what programs say in their own words, built from their sources' format strings, each in at least two forms; and that what
 * goes well, or is another program's matter, gives no error.
 */
import { describe, expect, it } from 'vitest';
import { readLog, understandLog } from '../../../src/doctor/diagnose.ts';
import { linesOfLog } from '../../../src/doctor/text/lines.ts';
import { witness } from '../../../src/doctor/witness/read.ts';

const first = (text: string): string | undefined => readLog(text)[0]?.code;

describe('programs say what is wrong', () => {
  it.each([
    [
      'gpu-arch-not-in-build',
      'mmv.cu:51: ERROR: CUDA kernel mul_mat_vec has no device code compatible with CUDA arch 520. ggml-cuda.cu was compiled for: 520',
    ],
    ['gpu-arch-not-in-build', 'flash_attn_ext_f16 has no device code compatible with CUDA arch 750'],
    [
      'gpu-arch-not-in-build',
      'Mismatched GPU Architecture: The installed PaddlePaddle package was compiled for 61 70 75 80, but your current GPU is 89.',
    ],
    [
      'torch-cpu-build',
      'ValueError: (InvalidArgument) Cannot use GPU because you have installed CPU version PaddlePaddle.',
    ],
    [
      'torch-cpu-build',
      'mxnet.base.MXNetError: [10:00:00] src/storage/storage.cc:137: Compile with USE_CUDA=1 to enable GPU usage',
    ],
    [
      'torch-cpu-build',
      'F0101 00:00:00.000000     1 common.cpp:66] Cannot use GPU in CPU-only Caffe: check mode.',
    ],
    [
      'out-of-gpu-memory',
      'Out of memory error on GPU 0. Cannot allocate 1.000000GB memory on GPU 0, 7.9GB memory has been allocated and available memory is only 100.0MB.',
    ],
    [
      'out-of-gpu-memory',
      'ValueError: No available memory for the cache blocks. Try increasing `gpu_memory_utilization` when initializing the engine.',
    ],
    [
      'out-of-gpu-memory',
      'ValueError: Free memory on device (3.27/15.98 GiB) on startup is less than desired GPU memory utilization (0.9, 14.39 GiB).',
    ],
    [
      'out-of-gpu-memory',
      'ValueError: Free memory on device cuda:0 (7.34/15.49 GiB) on startup is less than desired GPU memory utilization (0.8, 12.39 GiB).',
    ],
    [
      'out-of-gpu-memory',
      'jaxlib.xla_extension.XlaRuntimeError: RESOURCE_EXHAUSTED: Out of memory while trying to allocate 4294967296 bytes.',
    ],
    ['out-of-gpu-memory', 'Failed to allocate memory for requested buffer of size 1073741824'],
    [
      'out-of-gpu-memory',
      'THCudaCheck FAIL file=/pytorch/aten/src/THC/generic/THCStorage.cu line=58 error=2 : out of memory',
    ],
    [
      'out-of-gpu-memory',
      'RuntimeError: cublas runtime error : resource allocation failed at /pytorch/aten/src/THC/THCGeneral.cpp:250',
    ],
    [
      'out-of-gpu-memory',
      'cusolver error: CUSOLVER_STATUS_ALLOC_FAILED, when calling `cusolverDnCreate(handle)`',
    ],
    [
      'gpu-feature-unsupported',
      'ValueError: The quantization method fp8 is not supported for the current GPU. Minimum capability: 80. Current capability: 75.',
    ],
    [
      'cudnn-version-mismatch',
      'RuntimeError: cuDNN version incompatibility: PyTorch was compiled  against (8, 7, 0) but found runtime version (8, 5, 0).',
    ],
    ['cudnn-version-mismatch', 'RuntimeError: cuDNN error: CUDNN_STATUS_SUBLIBRARY_VERSION_MISMATCH'],
    ['cudnn-version-mismatch', 'RuntimeError: cuDNN error: CUDNN_STATUS_SUBLIBRARY_LOADING_FAILED'],
  ])('%s: %s', (code, line) => {
    expect(first(line)).toBe(code);
  });
});

describe('no error', () => {
  it.each([
    'W1114 22:57:32.420543    32 device_context.cc:447] Please NOTE: device: 0, GPU Compute Capability: 8.6, Driver API Version: 11.2, Runtime API Version: 11.1',
    'W1114 22:57:32.436527    32 device_context.cc:465] device: 0, cuDNN Version: 8.0.',
    'WARNING: device: 0. The installed Paddle is compiled with CUDNN 8.1, but CUDNN version in your machine is 8.0, which may cause serious incompatible bug.',
    'PaddlePaddle works well on 1 GPU.',
    'ggml_cuda_init: found 1 CUDA devices:\n  Device 0: NVIDIA GeForce RTX 3090, compute capability 8.6, VMM: yes',
    'ValueError: Free memory on device xpu:0 (18.79/28.57 GiB) on startup is less than desired GPU memory utilization (0.7, 20.0 GiB).',
    'INFO worker.py:267] the current vLLM instance can use total_gpu_memory (23.64GiB) x gpu_memory_utilization (0.90) = 21.28GiB',
    'I0101 00:00:00.000000     1 caffe.cpp:218] Using GPUs 0',
  ])('%s', (line) => {
    expect(readLog(line).filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

describe('seen, not understood', () => {
  it.each([
    ['llama.cpp', 'ggml_cuda_init: failed to initialize CUDA: (null)'],
    [
      'PyTorch',
      'RuntimeError: cublas runtime error : the moon is missing at /pytorch/aten/src/THC/THCBlas.cu:259',
    ],
  ])('%s: %s', (family, line) => {
    expect(
      witness(linesOfLog(line))
        .of('not-understood')
        .map((one) => one.family),
    ).toEqual([family]);
  });

  it('without a table nobody is told to install PyTorch', () => {
    const [mxnet] = readLog('src/storage/storage.cc:137: Compile with USE_CUDA=1 to enable GPU usage');
    expect(JSON.stringify(mxnet?.fix)).not.toMatch(/torch/i);
    expect(understandLog('x').understood.testimony).toEqual([]);
  });
});
