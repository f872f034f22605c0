/**
 * What CUDA's libraries and the frameworks over them printed, from public issue threads (`source`), with what a person who knows would
 * conclude first. Every third one was kept aside while their families were widened (`aside`).
 */
import type { CollectedLine } from './collected-lines.ts';

export const COLLECTED_FRAMEWORKS: readonly CollectedLine[] = [
  // NCCL
  {
    source: 'verl-project/verl 161',
    text: 'torch.distributed.DistBackendError: NCCL error in: ../torch/csrc/distributed/c10d/NCCLUtils.hpp:275, invalid usage (run with NCCL_DEBUG=WARN for details), NCCL version 2.20.5\nncclInvalidUsage: This usually reflects invalid usage of NCCL library.\nLast error:\nDuplicate GPU detected : rank 1 and rank 0 both on CUDA device 10',
    codes: ['ranks-share-gpu'],
  },
  {
    source: 'horovod/horovod 3929',
    text: '[1,2]<stdout>:node:29880:30398 [0] init.cc:497 NCCL WARN Duplicate GPU detected : rank 2 and rank 0 both on CUDA device 1000',
    codes: ['ranks-share-gpu'],
  },
  {
    source: 'csguoh/MambaIR 39',
    text: 'torch.distributed.DistBackendError: NCCL error in: ../torch/csrc/distributed/c10d/ProcessGroupNCCL.cpp:1333, invalid usage (run with NCCL_DEBUG=WARN for details), NCCL version 2.18.6\nLast error:\nDuplicate GPU detected : rank 2 and rank 0 both on CUDA device 4000',
    codes: ['ranks-share-gpu'],
    aside: true,
  },
  {
    source: 'PKU-YuanGroup/Open-Sora-Plan 386',
    text: "host:3018451:3018451 [0] enqueue.cc:1085 NCCL WARN Cuda failure 'out of memory'",
    codes: ['out-of-gpu-memory'],
  },
  // TensorRT
  {
    source: 'NVIDIA/TensorRT 2195',
    text: '[08/01/2022-15:41:44] [TRT] [E] 1: [stdArchiveReader.cpp::StdArchiveReader::35] Error Code 1: Serialization (Serialization assertion safeVersionRead == safeSerializationVersion failed.Version tag does not match. Note: Current Version: 0, Serialized Engine Version: 96)\n[08/01/2022-15:41:44] [TRT] [E] 4: [runtime.cpp::deserializeCudaEngine::50] Error Code 4: Internal Error (Engine deserialization failed.)',
    codes: ['tensorrt-version-mismatch'],
  },
  {
    source: 'yuvraj108c/ComfyUI-Dwpose-Tensorrt 5',
    text: '[E] IRuntime::deserializeCudaEngine: Error Code 1: Serialization (Serialization assertion stdVersionRead == kSERIALIZATION_VERSION failed.Version tag does not match. Note: Current Version: 237, Serialized Engine Version: 239)',
    codes: ['tensorrt-version-mismatch'],
  },
  {
    source: 'seanavery/yolov5-tensorrt 7',
    text: '[TensorRT] ERROR: coreReadArchive.cpp (38) - Serialization Error in verifyHeader: 0 (Version tag does not match)\n[TensorRT] ERROR: INVALID_CONFIG: Deserialize the cuda engine failed.',
    codes: ['tensorrt-version-mismatch'],
    aside: true,
  },
  // OpenCL
  {
    source: 'KhronosGroup/OpenCL-Guide 33',
    text: 'clGetPlatformIDs(-1001)',
    codes: ['opencl-icd-missing'],
  },
  {
    source: 'inducer/pyopencl 329',
    text: 'pyopencl._cl.LogicError: clGetPlatformIDs failed: PLATFORM_NOT_FOUND_KHR',
    codes: ['opencl-icd-missing'],
  },
  {
    source: 'dizcza/docker-hashcat 5',
    text: 'clGetPlatformIDs(): CL_PLATFORM_NOT_FOUND_KHR',
    codes: ['opencl-icd-missing'],
    aside: true,
  },
  {
    source: '10gic/vanitygen-plusplus 100',
    text: 'clGetPlatformIDs(0): Unknown code -1001',
    codes: ['opencl-icd-missing'],
  },
  // llama.cpp, ollama
  {
    source: 'abetlen/llama-cpp-python 1890',
    text: 'ggml_cuda_init: failed to initialize CUDA: no CUDA-capable device is detected',
    codes: [
      'no-nvidia-gpu',
      'container-no-gpu',
      'cuda-visible-devices-empty',
      'driver-not-installed',
      'module-not-loaded',
      'device-nodes-missing',
      'device-permission-denied',
    ],
  },
  {
    source: 'NixOS/nixpkgs 349617',
    text: 'time=2024-10-18T19:07:48.147+02:00 level=DEBUG source=gpu.go:537 msg="Unable to load cudart library" library=/lib/libcudart.so.12 error="cudart init failure: 35"\ncudaSetDevice err: 35',
    codes: ['driver-too-old-for-cuda'],
  },
  {
    source: 'ollama/ollama 8647',
    text: 'time=2025-01-29T03:21:43.859+01:00 level=WARN source=gpu.go:449 msg="error looking up nvidia GPU memory" error="cuda driver library failed to get device context 999"',
    codes: ['uvm-missing', 'cuda-broken-after-suspend', 'driver-library-mismatch'],
    aside: true,
  },
  // TensorFlow and JAX over XLA
  {
    source: 'tensorflow/tensorflow 60790',
    text: 'W tensorflow/compiler/xla/service/gpu/llvm_gpu_backend/gpu_backend_lib.cc:274] libdevice is required by this HLO module but was not found at ./libdevice.10.bc\nW tensorflow/core/framework/op_kernel.cc:1830] OP_REQUIRES failed at xla_ops.cc:362 : INTERNAL: libdevice not found at ./libdevice.10.bc',
    codes: ['toolkit-missing', 'nvcc-not-on-path'],
  },
  {
    source: 'jax-ml/jax 4452',
    text: "W external/org_tensorflow/tensorflow/compiler/xla/service/gpu/nvptx_compiler.cc:70] Can't find libdevice directory ${CUDA_DIR}/nvvm/libdevice. This may result in compilation or runtime failures, if the program we try to run uses routines from libdevice.",
    codes: ['toolkit-missing', 'nvcc-not-on-path'],
  },
  {
    source: 'j-towns/vdvae-jax 1',
    text: 'RuntimeError: Internal: libdevice not found at ./libdevice.10.bc',
    codes: ['toolkit-missing', 'nvcc-not-on-path'],
    aside: true,
  },
  {
    source: 'tensorflow/tensorflow 1158',
    text: 'E tensorflow/stream_executor/cuda/cuda_driver.cc:406] failed call to cuInit: CUDA_ERROR_NO_DEVICE\nI tensorflow/stream_executor/cuda/cuda_diagnostics.cc:189] libcuda reported version is: 384.111.0\nI tensorflow/stream_executor/cuda/cuda_diagnostics.cc:193] kernel reported version is: 384.90.0\nE tensorflow/stream_executor/cuda/cuda_diagnostics.cc:303] kernel version 384.90.0 does not match DSO version 384.111.0 -- cannot find working devices in this configuration',
    codes: ['driver-library-mismatch'],
  },
  {
    source: 'JdeRobot/BehaviorMetrics 385',
    text: "tensorflow/stream_executor/platform/default/dso_loader.cc:64] Could not load dynamic library 'libcusolver.so.11'; dlerror: libcusolver.so.11: cannot open shared object file: No such file or directory\nW tensorflow/core/common_runtime/gpu/gpu_device.cc:1850] Cannot dlopen some GPU libraries. Please make sure the missing libraries mentioned above are installed properly if you would like to use GPU.",
    codes: ['cuda-lib-not-found', 'tf-built-for-other-cuda'],
  },
  {
    source: 'jax-ml/jax 22416',
    text: "RuntimeError: Unable to initialize backend 'cuda': INVALID_ARGUMENT: Mismatched PJRT plugin PJRT API version (0.54) and framework PJRT API version 0.51).",
    codes: ['jax-plugin-mismatch'],
  },
  {
    source: 'ma-gilles/recovar 64',
    text: 'RuntimeWarning: JAX plugin jax_cuda12_plugin version 0.9.2 is installed, but it is not compatible with the installed jaxlib version 0.9.0.1',
    codes: ['jax-plugin-mismatch'],
    aside: true,
  },
  // xFormers
  {
    source: 'deforum/deforum-stable-diffusion 377',
    text: "WARNING[XFORMERS]: xFormers can't load C++/CUDA extensions. xFormers was built for:\n    PyTorch 2.2.0+cu121 with CUDA 1201 (you have 2.3.0+cu121)\n    Python  3.10.13 (you have 3.10.12)",
    codes: ['extension-built-for-other-torch'],
  },
  {
    source: 'facebookresearch/xformers 982',
    text: "WARNING[XFORMERS]: xFormers can't load C++/CUDA extensions. xFormers was built for:\n    PyTorch 2.2.0+cu121 with CUDA 1201 (you have 2.2.0+cpu)\n    Python  3.11.7 (you have 3.11.0)",
    codes: ['torch-cpu-build'],
  },
  {
    source: 'Engineer-of-Stuff/stable-diffusion-paperspace 111',
    text: "WARNING[XFORMERS]: xFormers can't load C++/CUDA extensions. xFormers was built for:\nPyTorch 2.1.0+cu121 with CUDA 1201 (you have 2.0.1+cu118)",
    codes: ['extension-built-for-other-torch'],
    aside: true,
  },
  // bitsandbytes
  {
    source: 'bitsandbytes-foundation/bitsandbytes 386',
    text: 'CUDA SETUP: Detected CUDA version 121\nCUDA SETUP: Required library version not found: libbitsandbytes_cuda121_nocublaslt.so. Maybe you need to compile it from source?\nCUDA SETUP: Defaulting to libbitsandbytes_cpu.so...',
    codes: ['torch-cpu-build', 'cuda-lib-not-found', 'cuda-lib-wrong-version'],
  },
  {
    source: 'bitsandbytes-foundation/bitsandbytes 1522',
    text: 'RuntimeError: \n        CUDA Setup failed despite GPU being available. Inspect the CUDA SETUP outputs above to fix your environment!',
    codes: ['torch-cpu-build', 'cuda-lib-not-found'],
  },
  {
    source: 'bitsandbytes-foundation/bitsandbytes 332',
    text: 'CUDA SETUP: WARNING! libcuda.so not found! Do you have a CUDA driver installed? If you are on a cluster, make sure you are on a CUDA machine!\nCUDA SETUP: Required library version not found: libbitsandbytes_cpu.so. Maybe you need to compile it from source?',
    codes: ['libcuda-missing'],
    aside: true,
  },
];
