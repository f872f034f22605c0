/**
 * ONNX Runtime: what its providers were built with, and the calls that failed (its macro names library and number of the status).
 *
 *     Failed to create CUDAExecutionProvider. Require cuDNN 9.* and CUDA 12.*
 *     CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0 ; hostname=x ; file=cuda_execution_provider.cc ; line=172 ; expr=cublasCreate(&handle)
 */
import { familyOf, type Sentence } from '../family.ts';
import { mismatch } from '../said.ts';

/** As its macro calls them; of CUDA itself cuda-errors.ts speaks. */
const SENTENCES: readonly Sentence[] = [
  {
    // With "Require cuDNN 9.* and CUDA 12.*" in newer ones
    literal: [
      'failed to create cudaexecutionprovider',
      'wasnt able to be loaded',
      "wasn't able to be loaded",
      'appendexecutionprovider_cuda',
    ],
    pattern:
      /Failed to create CUDAExecutionProvider(?!.{0,300}Require cuDNN)|CUDA_PATH is set but CUDA wasn'?t able to be loaded|AppendExecutionProvider_Cuda: Failed to load/i,
    says: () => ({ kind: 'trouble', what: 'provider-not-loaded', detail: 'CUDA' }),
  },
  {
    literal: 'execution provider is not enabled in this build',
    pattern: /CUDA execution provider is not enabled in this build/i,
    says: () => ({ kind: 'framework', name: 'onnxruntime', version: null, build: 'cpu' }),
  },
  {
    literal: 'require cudnn ',
    pattern: /Require cuDNN (\d{1,2})(?:\.\S{1,6})? and CUDA (\d{1,2})/i,
    says: ([, cudnn, cuda]) => [
      mismatch('cuda', null, cuda!, false),
      { kind: 'version', of: 'cudnn-of-build', version: cudnn! },
      { kind: 'framework', name: 'onnxruntime', version: null, build: null },
    ],
  },
  {
    // The package without GPU: onnxruntime in the place of onnxruntime-gpu
    literal: "specified provider 'cudaexecutionprovider' is not in available provider names",
    pattern: /Specified provider 'CUDAExecutionProvider' is not in available provider names/i,
    says: () => ({ kind: 'framework', name: 'onnxruntime', version: null, build: 'cpu' }),
  },
];

export const family = familyOf('ONNX Runtime', SENTENCES, [
  {
    literal: ['failed to create cudaexecutionprovider', 'failed to create tensorrtexecutionprovider'],
    pattern: /Failed to create (?:CUDA|Tensorrt)ExecutionProvider/i,
  },
]);
