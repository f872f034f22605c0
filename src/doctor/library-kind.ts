/** Whose a library is, by its name alone: the driver's, a toolkit's, or of what is published beside the toolkit. */
export type LibraryKind = 'driver' | 'cuda' | 'cudnn' | 'nccl' | 'tensorrt';

/** @param soname "libcudart.so.12", "libcudart.so"; null for a library that is none of NVIDIA's for CUDA */
export function kindOfLibrary(soname: string): LibraryKind | null {
  const name = /^lib([\w+-]{1,60}?)\.so/.exec(soname)?.[1];
  if (name === undefined) return null;
  return KINDS.find(([, names]) => names.test(name))?.[0] ?? null;
}

const KINDS: readonly (readonly [LibraryKind, RegExp])[] = [
  ['driver', /^(?:cuda|nvidia-\w+|nvcuvid|nvoptix|cudadebugger)$/i],
  ['cudnn', /^cudnn\w{0,40}$/i],
  ['nccl', /^nccl$/i],
  ['tensorrt', /^(?:nvinfer\w{0,40}|nvonnxparser|nvparsers)$/i],
  [
    'cuda',
    /^(?:cudart|cublas|cublasLt|cublas_device|nvblas|cufft|cufftw|curand|cusolver|cusolverMg|cusparse|cusparseLt|cudss|nvrtc|nvrtc-builtins|nvJitLink|nvfatbin|cupti|nvToolsExt|npp\w{1,10}|nvjpeg|cufile|cufile_rdma|nvvm|cudadevrt|cuinj64|accinj64)$/i,
  ],
];
