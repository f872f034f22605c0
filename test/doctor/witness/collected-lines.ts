/**
 * Lines as programs wrote them, from public issue threads (`source`), with what a person who knows would say of each. Every third one
 * was kept aside while the families were written (`aside`): what those reach is what a log that nobody here has read can expect.
 */
export interface CollectedLine {
  source: string;
  text: string;
  /** What is right to conclude first, one of them; empty: nothing is wrong. */
  codes: readonly string[];
  aside?: true;
}

export const COLLECTED: readonly CollectedLine[] = [
  // The dynamic loader, and who passes on what it said
  {
    source: 'tensorflow/tensorflow 56413',
    text: "2022-06-09 15:50:37.711160: W tensorflow/stream_executor/platform/default/dso_loader.cc:64] Could not load dynamic library 'libcudart.so.11.0'; dlerror: libcudart.so.11.0: cannot open shared object file: No such file or directory",
    codes: ['cuda-lib-not-found', 'tf-built-for-other-cuda'],
  },
  {
    source: 'microsoft/onnxruntime 19616',
    text: '[ONNXRuntimeError] : 1 : FAIL : Failed to load library libonnxruntime_providers_cuda.so with error: libcudnn.so.8: cannot open shared object file: No such file or directory',
    codes: ['cudnn-missing'],
  },
  {
    source: 'memoavatar/memo 13',
    text: 'FAIL : Failed to load library libonnxruntime_providers_cuda.so with error: libcudnn_adv.so.9: cannot open shared object file: No such file or directory',
    codes: ['cudnn-missing'],
    aside: true,
  },
  {
    source: 'CannyLab/tsne-cuda 126',
    text: 'ImportError: libcudart.so.11.0: cannot open shared object file: No such file or directory',
    codes: ['cuda-lib-wrong-version', 'cuda-lib-not-found'],
  },
  {
    source: 'pytorch/pytorch 134929',
    text: 'ImportError: /opt/conda/lib/python3.10/site-packages/torch/lib/../../../../libcusparse.so.12: undefined symbol: __nvJitLinkComplete_12_4, version libnvJitLink.so.12',
    codes: ['conda-shadows-cuda', 'pip-nvidia-libs-mixed', 'cuda-lib-wrong-version'],
  },
  {
    source: 'infiniflow/ragflow 4466',
    text: 'ImportError: /home/u/ragflow/.venv/lib/python3.12/site-packages/torch/lib/../../nvidia/cusparse/lib/libcusparse.so.12: undefined symbol: __nvJitLinkAddData_12_1, version libnvJitLink.so.12',
    codes: ['pip-nvidia-libs-mixed', 'cuda-lib-wrong-version'],
    aside: true,
  },
  {
    source: 'jax-ml/jax 30050',
    text: 'RuntimeError: jaxlib/cuda/versions_helpers.cc:81: operation cusparseGetProperty(MAJOR_VERSION, &major) failed: The cuSPARSE library was not found.',
    codes: ['cuda-lib-not-found', 'cuda-lib-wrong-version'],
  },
  {
    source: 'jax-ml/jax 20519',
    text: 'CUDA backend failed to initialize: Unable to load cuDNN. Is it installed? (Set TF_CPP_MIN_LOG_LEVEL=0 and rerun for more info.)',
    codes: ['cudnn-missing'],
  },
  {
    source: 'NVIDIA/cuvs 1794',
    text: 'ImportError: /venv/lib/python3.11/site-packages/nvidia/cusparse/lib/libcusparse.so.12: undefined symbol: __nvJitLinkGetErrorLogSize_12_9, version libnvJitLink.so.12',
    codes: ['pip-nvidia-libs-mixed', 'cuda-lib-wrong-version'],
    aside: true,
  },
  {
    source: 'Dao-AILab/flash-attention 723',
    text: 'ImportError: /usr/local/lib/python3.8/dist-packages/flash_attn_2_cuda.cpython-38-x86_64-linux-gnu.so: undefined symbol: _ZN3c104cuda9SetDeviceEi',
    codes: ['extension-built-for-other-torch'],
  },
  {
    source: 'sgl-project/sglang 851',
    text: 'ImportError: /usr/local/lib/python3.10/dist-packages/transformer_engine_extensions.cpython-310-x86_64-linux-gnu.so: undefined symbol: _ZN2at4_ops5zeros4callEN3c108ArrayRefINS2_6SymIntEEENS2_8optionalINS2_10ScalarTypeEEENS6_INS2_6LayoutEEE',
    codes: ['extension-built-for-other-torch'],
  },
  {
    source: 'Dao-AILab/flash-attention 1689',
    text: 'ImportError: /root/fa3-env/lib/python3.10/site-packages/flash_attn_3-3.0.0b1-py3.10-linux-x86_64.egg/flash_attn_3_cuda.cpython-310-x86_64-linux-gnu.so: undefined symbol: _ZNK3c105Error4whatEv',
    codes: ['extension-built-for-other-torch'],
    aside: true,
  },
  {
    source: 'Dao-AILab/flash-attention 236',
    text: 'ImportError: libtorch_cuda_cu.so: cannot open shared object file: No such file or directory',
    codes: ['extension-built-for-other-torch'],
  },
  // cuDNN of another version
  {
    source: 'tensorflow/tensorflow 39842',
    text: 'Loaded runtime CuDNN library: 7.5.0 but source was compiled with: 7.6.5. CuDNN library major and minor version needs to match or have higher minor version in case of CuDNN 7.0 or later version.',
    codes: ['cudnn-version-mismatch'],
  },
  {
    source: 'balancap/SSD-Tensorflow 340',
    text: 'Loaded runtime CuDNN library: 7301 (compatibility version 7300) but source was compiled with 7003 (compatibility version 7000).  If using a binary install, upgrade your CuDNN library to match.',
    codes: ['cudnn-version-mismatch'],
    aside: true,
  },
  {
    source: 'conda-forge/jax-feedstock 149',
    text: 'CUDA backend failed to initialize: Unable to use CUDA because of the following issues with CUDA components:\nOutdated cuDNN installation found.\nVersion JAX was built against: 8907\nMinimum supported: 9100\nInstalled version: 8907\nThe local installation version must be no lower than 9100.',
    codes: ['cudnn-version-mismatch'],
  },
  {
    source: 'jax-ml/jax 18027',
    text: 'CUDA backend failed to initialize: Found cuDNN version 8600, but JAX was built against version 8902, which is newer. The copy of cuDNN that is installed must be at least as new as the version against which JAX was built.',
    codes: ['cudnn-version-mismatch'],
  },
  {
    source: 'jax-ml/jax 18027',
    text: 'CUDA backend failed to initialize: Found CUDA version 12010, but JAX was built against version 12020, which is newer. The copy of CUDA that is installed must be at least as new as the version against which JAX was built.',
    codes: ['cuda-lib-wrong-version'],
    aside: true,
  },
  // Which GPUs a build has code for
  {
    source: 'pytorch/pytorch 16712',
    text: 'UserWarning:\n    Found GPU0 GeForce GTX 670M which is of cuda capability 2.1.\n    PyTorch no longer supports this GPU because it is too old. warnings.warn(old_gpu_warn % (d, name, major, capability[1]))',
    codes: ['torch-cuda-arch-unsupported'],
  },
  {
    source: 'pytorch/pytorch 182250',
    text: 'UserWarning: Found GPU0 Tesla V100-PCIE-32GB which is of compute capability (CC) 7.0.\nThe following list shows the CCs this version of PyTorch was built for and the hardware CCs it supports:\n- 7.5 which supports hardware CC >=7.5,<8.0\n- 8.0 which supports hardware CC >=8.0,<9.0 except {8.7}\n- 9.0 which supports hardware CC >=9.0,<10.0\nPlease follow the instructions at https://pytorch.org/get-started/locally/ to install a PyTorch release that supports one of these CUDA versions: 12.6, 12.8',
    codes: ['torch-cuda-arch-unsupported'],
  },
  {
    source: 'eugr/spark-vllm-docker 15',
    text: 'Found GPU0 NVIDIA GB10 which is of cuda capability 12.1. Minimum and Maximum cuda capability supported by this version of PyTorch is (8.0) - (12.0)',
    codes: [],
    aside: true,
  },
  {
    source: 'fedbiomed/fedbiomed 464',
    text: 'NVIDIA RTX A6000 with CUDA capability sm_86 is not compatible with the current PyTorch installation.\nThe current PyTorch install supports CUDA capabilities sm_37 sm_50 sm_60 sm_70.',
    codes: ['torch-cuda-arch-unsupported'],
  },
  {
    source: 'Dao-AILab/flash-attention 1230',
    text: 'RuntimeError: FlashAttention only supports Ampere GPUs or newer.',
    codes: ['gpu-feature-unsupported'],
  },
  {
    source: 'pytorch/pytorch 56552',
    text: 'Found GPU0 Quadro K2100M which is of cuda capability 3.0.\n    PyTorch no longer supports this GPU because it is too old.\n    The minimum cuda capability supported by this library is 3.7.',
    codes: ['torch-cuda-arch-unsupported'],
    aside: true,
  },
  // Builds without CUDA
  {
    source: 'jax-ml/jax 29068',
    text: 'WARNING:2025-05-27 20:22:28,949:jax._src.xla_bridge:791: An NVIDIA GPU may be present on this machine, but a CUDA-enabled jaxlib is not installed. Falling back to cpu.',
    codes: ['torch-cpu-build'],
  },
  {
    source: 'bitsandbytes-foundation/bitsandbytes 82',
    text: 'CUDA SETUP: Required library version not found: libbitsandbytes_cuda100.so. Maybe you need to compile it from source?',
    codes: ['cuda-lib-wrong-version', 'cuda-lib-not-found'],
  },
  {
    source: 'bitsandbytes-foundation/bitsandbytes 1559',
    text: "Could not find the bitsandbytes CUDA binary at PosixPath('/notebooks/bitsandbytes/bitsandbytes/libbitsandbytes_cuda124.so')",
    codes: ['cuda-lib-wrong-version', 'cuda-lib-not-found'],
    aside: true,
  },
  {
    source: 'microsoft/onnxruntime 22809',
    text: '[W:onnxruntime:Default, onnxruntime_pybind_state.cc:965 CreateExecutionProviderInstance] Failed to create CUDAExecutionProvider. Require cuDNN 8.* and CUDA 12.*. Please install all dependencies as mentioned in the GPU requirements page',
    codes: ['cuda-lib-wrong-version', 'cuda-lib-not-found', 'cudnn-missing'],
  },
  {
    source: 'bmaltais/kohya_ss 2787',
    text: 'E external/local_xla/xla/stream_executor/cuda/cuda_dnn.cc:447] Loaded runtime CuDNN library: 8.7.0 but source was compiled with: 8.9.4.  CuDNN library needs to have matching major version and equal or higher minor version.',
    codes: ['cudnn-version-mismatch'],
  },
  {
    source: 'NVIDIA/Model-Optimizer 87',
    text: 'A module that was compiled using NumPy 1.x cannot be run in\nNumPy 2.1.2 as it may crash. To support both 1.x and 2.x\nversions of NumPy, modules must be compiled with NumPy 2.0.',
    codes: ['protobuf-or-numpy-too-new'],
    aside: true,
  },
  // CUDA's own errors
  {
    source: 'pytorch/pytorch 88639',
    text: 'UserWarning: CUDA initialization: CUDA unknown error - this may be due to an incorrectly set up environment, e.g. changing env variable CUDA_VISIBLE_DEVICES after program start. Setting the available devices to be zero.',
    codes: ['cuda-broken-after-suspend', 'uvm-missing'],
  },
  {
    source: 'tensorflow/tensorflow 41937',
    text: 'tensorflow/stream_executor/cuda/cuda_driver.cc:318] failed call to cuInit: CUDA_ERROR_UNKNOWN: unknown error',
    codes: ['cuda-broken-after-suspend', 'uvm-missing'],
  },
  {
    source: 'mumax/3 167',
    text: 'panic: CUDA_ERROR_UNKNOWN',
    codes: ['cuda-broken-after-suspend', 'uvm-missing'],
    aside: true,
  },
  {
    source: 'google-research/omniglue 14',
    text: 'failed call to cuInit: CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE',
    codes: ['compat-lib-unsupported'],
  },
  {
    source: 'NVIDIA/nccl-tests 12',
    text: "Cuda failure common.cu:891 'CUDA driver version is insufficient for CUDA runtime version'",
    codes: ['driver-too-old-for-cuda', 'container-no-gpu'],
  },
  {
    source: 'C0untFloyd/roop-unleashed 465',
    text: 'onnxruntime::CudaCall CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version ; GPU=-2011338632 ; expr=cudaSetDevice(info_.device_id);',
    codes: ['driver-too-old-for-cuda', 'container-no-gpu'],
    aside: true,
  },
  {
    source: 'NVIDIA/cutlass 2866',
    text: 'cuda.bindings.runtime.CUDAError: cudaErrorInsufficientDriver',
    codes: ['driver-too-old-for-cuda', 'container-no-gpu'],
  },
  {
    source: 'tensorflow/tensorflow 40920',
    text: 'E tensorflow/stream_executor/cuda/cuda_driver.cc:406] failed call to cuInit: CUDA_ERROR_NO_DEVICE',
    codes: [
      'cuda-visible-devices-empty',
      'container-no-gpu',
      'no-nvidia-gpu',
      'module-not-loaded',
      'device-nodes-missing',
    ],
  },
  {
    source: 'kenshohara/3D-ResNets-PyTorch 91',
    text: 'THCudaCheck FAIL file=/pytorch/aten/src/THC/THCGeneral.cpp line=70 error=30 : unknown error',
    codes: ['cuda-broken-after-suspend', 'uvm-missing'],
    aside: true,
  },
  {
    source: 'pytorch/pytorch.github.io 72',
    text: 'RuntimeError: cuda runtime error (8) : invalid device function',
    codes: ['gpu-arch-not-in-build'],
  },
  // Looked for when the families were written: none of these was seen before
  {
    source: 'daswer123/xtts-finetune-webui 18',
    text: 'Unable to load any of {libcudnn_ops.so.9.1.0, libcudnn_ops.so.9.1, libcudnn_ops.so.9, libcudnn_ops.so}\nInvalid handle. Cannot load symbol cudnnCreateTensorDescriptor',
    codes: ['cudnn-missing'],
    aside: true,
  },
  {
    source: 'SYSTRAN/faster-whisper 297',
    text: 'Could not load library libcudnn_ops_infer.so.8. Error: libcudnn_ops_infer.so.8: cannot open shared object file: No such file or directory\nPlease make sure libcudnn_ops_infer.so.8 is in your library path!',
    codes: ['cudnn-missing'],
    aside: true,
  },
  {
    source: 'linuxserver/docker-faster-whisper 15',
    text: 'RuntimeError: cuBLAS failed with status CUBLAS_STATUS_ALLOC_FAILED',
    codes: ['out-of-gpu-memory'],
    aside: true,
  },
  {
    source: 'chenfei-wu/TaskMatrix 379',
    text: 'RuntimeError: Unexpected error from cudaGetDeviceCount(). Did you run some cuda functions before calling NumCudaDevices() that might have \nalready set an error? Error 804: forward compatibility was attempted on non supported HW',
    codes: ['compat-lib-unsupported'],
    aside: true,
  },
  {
    source: 'haotian-liu/LLaVA 683',
    text: 'RuntimeError: Unexpected error from cudaGetDeviceCount(). Did you run some cuda functions before calling NumCudaDevices() that might have already set an error? Error 802: system not yet initialized',
    codes: ['fabricmanager-not-running'],
    aside: true,
  },
  {
    source: 'shariqfarooq123/AdaBins 79',
    text: 'RuntimeError: Unexpected error from cudaGetDeviceCount(). Did you run some cuda functions before calling NumCudaDevices() that might have already set an error? Error 101: invalid device ordinal',
    codes: ['cuda-visible-devices-empty'],
    aside: true,
  },
  {
    source: 'yhlleo/DeepSegmentor 31',
    text: 'RuntimeError: Unexpected error from cudaGetDeviceCount(). Did you run some cuda functions before calling NumCudaDevices() that might have already set an error? Error 803: system has unsupported display driver / cuda driver combination',
    codes: ['driver-library-mismatch'],
    aside: true,
  },
  {
    source: 'vllm-project/vllm 6562',
    text: 'Failed to import from vllm._C with ImportError("/lib64/libc.so.6: version `GLIBC_2.32\' not found (required by /root/vllm/_C.abi3.so)")',
    codes: ['glibc-too-old', 'libstdcxx-too-old'],
    aside: true,
  },
  {
    source: 'vllm-project/vllm 41103',
    text: "ImportError: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found",
    codes: ['glibc-too-old', 'libstdcxx-too-old'],
    aside: true,
  },
  {
    source: 'microsoft/onnxruntime 1001',
    text: "UserWarning: Cannot load onnxruntime.capi. Error: '/lib64/libstdc++.so.6: version `GLIBCXX_3.4.20' not found (required by /opt/app-root/lib/python3.6/site-packages/onnxruntime/capi/onnxruntime_pybind11_state.so)'",
    codes: ['libstdcxx-too-old'],
    aside: true,
  },
  {
    source: 'PaddlePaddle/PaddleNLP 2980',
    text: 'RuntimeError: (PreconditionNotMet) The third-party dynamic library (libcublas.so) that Paddle depends on is not configured correctly. (error code is libcublas.so: cannot open shared object file: No such file or directory)',
    codes: ['cuda-lib-not-found', 'cuda-lib-wrong-version'],
    aside: true,
  },
  {
    source: 'PaddlePaddle/PaddleOCR 1304',
    text: 'The third-party dynamic library (libcudnn.so) that Paddle depends on is not configured correctly.(error code is /usr/local/cuda/lib64/libcudnn.so: cannot open shared object file: No such file or directory)',
    codes: ['cudnn-missing'],
    aside: true,
  },
  {
    source: 'PaddlePaddle/Paddle 50195',
    text: 'RuntimeError: (PreconditionNotMet) Cannot load cudnn shared library. Cannot invoke method cudnnGetVersion.',
    codes: ['cudnn-missing'],
  },
  {
    source: 'cupy/cupy 9318',
    text: 'CuPy failed to load libnvrtc.so.13: OSError: libnvrtc.so.13: cannot open shared object file: No such file or directory',
    codes: ['cuda-lib-not-found', 'cuda-lib-wrong-version'],
    aside: true,
  },
  {
    source: 'chainer/chainer 4813',
    text: 'nvrtc: error: failed to open libnvrtc-builtins.so.\n  Make sure that libnvrtc-builtins.so is installed correctly.',
    codes: ['cuda-lib-not-found', 'cuda-lib-wrong-version'],
    aside: true,
  },
  {
    source: 'cupy/cupy 1790',
    text: 'ImportError: libcuda.so.1: cannot open shared object file: No such file or directory',
    codes: ['libcuda-missing', 'container-no-gpu'],
    aside: true,
  },
];
