/**
 * Environment variables that a recording keeps: those that decide which CUDA, compiler, library or Python is taken, and
 * those that say what kind of machine this is. All others stay private.
 */
const VARIABLES: ReadonlySet<string> = new Set([
  // programs and libraries
  ...[
    'PATH',
    'LD_LIBRARY_PATH',
    'LD_PRELOAD',
    'LIBRARY_PATH',
    'CPATH',
    'C_INCLUDE_PATH',
    'CPLUS_INCLUDE_PATH',
  ],
  ...[
    'PKG_CONFIG_PATH',
    'CMAKE_PREFIX_PATH',
    'CC',
    'CXX',
    'CUDACXX',
    'CUDAHOSTCXX',
    'CFLAGS',
    'CXXFLAGS',
    'LDFLAGS',
  ],
  // CUDA and cuDNN
  ...[
    'CUDA_HOME',
    'CUDA_PATH',
    'CUDA_ROOT',
    'CUDADIR',
    'CUDA_BIN_PATH',
    'CUDA_TOOLKIT_ROOT_DIR',
    'CUDAToolkit_ROOT',
  ],
  ...['CUDA_VERSION', 'CUDNN_VERSION', 'CUDNN_ROOT', 'CUDNN_PATH', 'CUDNN_HOME', 'NCCL_VERSION', 'NCCL_HOME'],
  ...[
    'CUDA_VISIBLE_DEVICES',
    'CUDA_DEVICE_ORDER',
    'CUDA_LAUNCH_BLOCKING',
    'CUDA_MODULE_LOADING',
    'CUDA_CACHE_PATH',
  ],
  ...['CUDA_CACHE_DISABLE', 'CUDA_FORCE_PTX_JIT', 'CUDA_DISABLE_PTX_JIT', 'CUDA_MPS_PIPE_DIRECTORY'],
  ...[
    'NVCC_CCBIN',
    'NVCC_PREPEND_FLAGS',
    'NVCC_APPEND_FLAGS',
    'TORCH_CUDA_ARCH_LIST',
    'TF_FORCE_GPU_ALLOW_GROWTH',
  ],
  // containers
  ...[
    'NVIDIA_VISIBLE_DEVICES',
    'NVIDIA_DRIVER_CAPABILITIES',
    'NVIDIA_REQUIRE_CUDA',
    'NVIDIA_DISABLE_REQUIRE',
  ],
  ...[
    'NVARCH',
    'container',
    'KUBERNETES_SERVICE_HOST',
    'SINGULARITY_NAME',
    'SINGULARITY_CONTAINER',
    'APPTAINER_NAME',
    'SNAP',
    'FLATPAK_ID',
  ],
  ...['WSL_DISTRO_NAME', 'WSL_INTEROP'],
  // jobs
  ...['SLURM_JOB_ID', 'SLURM_JOB_GPUS', 'SLURM_STEP_GPUS', 'SLURM_GPUS_ON_NODE', 'SLURM_GPUS'],
  // Python
  ...[
    'CONDA_PREFIX',
    'CONDA_DEFAULT_ENV',
    'CONDA_EXE',
    'CONDA_SHLVL',
    'VIRTUAL_ENV',
    'PYTHONPATH',
    'PYTHONHOME',
  ],
  // where things of this user lie, and how programs speak
  ...[
    'HOME',
    'TMPDIR',
    'LANG',
    'LC_ALL',
    'XDG_DATA_HOME',
    'XDG_CONFIG_HOME',
    'XDG_CACHE_HOME',
    'XDG_RUNTIME_DIR',
  ],
  ...[
    'XDG_SESSION_TYPE',
    'DISPLAY',
    'WAYLAND_DISPLAY',
    'SUDO_UID',
    'GPU_SETUP_HOME',
    'GPU_SETUP_CONFIG',
    'GPU_SETUP_CACHE',
  ],
]);

export function isListedVariable(name: string): boolean {
  return VARIABLES.has(name);
}

export function listedVariables(): readonly string[] {
  return [...VARIABLES];
}
