/**
 * Lines of compilers, CMake and package managers as they were written, from public issue threads (`source`), with what a person who
 * knows would conclude first. A third of them was collected after the families were written (`aside`).
 */
import type { CollectedLine } from './collected-lines.ts';

export const COLLECTED_BUILDS: readonly CollectedLine[] = [
  // nvcc, ptxas
  {
    source: 'NVlabs/tiny-cuda-nn 239',
    text: "nvcc fatal   : Unsupported gpu architecture 'compute_89'",
    codes: ['gpu-too-new-for-cuda'],
  },
  {
    source: 'zai-org/VisualGLM-6B 94',
    text: "nvcc fatal   : Unsupported gpu architecture 'compute_86'\nninja: build stopped: subcommand failed.",
    codes: ['gpu-too-new-for-cuda'],
  },
  {
    source: 'utcs-scea/altis 19',
    text: "ptxas fatal   : Value 'sm_30' is not defined for option 'gpu-name'",
    codes: ['gpu-arch-dropped'],
  },
  {
    source: 'HazyResearch/butterfly 23',
    text: "nvcc fatal   : Value 'sm_30' is not defined for option 'gpu-architecture'\nerror: command '/usr/local/cuda/bin/nvcc' failed with exit status 1",
    codes: ['gpu-arch-dropped'],
  },
  {
    source: 'triton-lang/triton 8539',
    text: "ptxas fatal   : Value 'sm_121a' is not defined for option 'gpu-name'",
    codes: ['gpu-too-new-for-cuda'],
  },
  {
    source: 'amazon-science/FeatGraph 12',
    text: "nvcc fatal   : Value 'sm_80' is not defined for option 'gpu-architecture'\nCuda compilation tools, release 10.1, V10.1.243",
    codes: ['gpu-too-new-for-cuda'],
  },
  {
    source: 'DARMA-tasking/vt 1413',
    text: "nvcc warning : The 'compute_35', 'compute_37', 'compute_50', 'sm_35', 'sm_37' and 'sm_50' architectures are deprecated, and may be removed in a future release (Use -Wno-deprecated-gpu-targets to suppress warning).",
    codes: [],
  },

  // Host compilers and headers
  {
    source: 'tianzhi0549/FCOS 37',
    text: '/usr/local/cuda-9.0/include/crt/host_config.h:119:2: error: #error -- unsupported GNU version! gcc versions later than 6 are not supported!',
    codes: ['host-compiler-too-new'],
  },
  {
    source: 'ninja-build/ninja 2595',
    text: "/usr/include/crt/host_config.h:139:2: error: #error -- unsupported GNU version! gcc versions later than 11 are not supported! The nvcc flag '-allow-unsupported-compiler' can be used to override this version check; however, using an unsupported host compiler may cause compilation failure or incorrect run time execution. Use at your own risk.",
    codes: ['host-compiler-too-new'],
  },
  {
    source: 'orlovk, NVIDIA/nccl 102',
    text: "/usr/include/c++/6/tuple:605:4: error: parameter packs not expanded with '...':",
    codes: ['host-compiler-too-new'],
  },
  {
    source: 'Dookoo2/CUDACyclone 10',
    text: '/usr/include/c++/11/bits/std_function.h:435:145: error: parameter packs not expanded with ‘...’:',
    codes: ['host-compiler-too-new'],
  },
  {
    source: 'NVIDIA/nccl 1700',
    text: '/usr/include/x86_64-linux-gnu/bits/mathcalls.h(79): error: exception specification is incompatible with that of previous function "cospi" (declared at line 2601 of /usr/local/cuda/bin/../targets/x86_64-linux/include/crt/math_functions.h)',
    codes: ['glibc-header-clash'],
  },
  {
    source: 'NVIDIA/cuda-samples 378',
    text: '  specification is incompatible with that of previous function "sinpi"\n  (declared at line 2556 of\n  /usr/local/cuda-12.9/bin/../targets/x86_64-linux/include/crt/math_functions.h)',
    codes: ['glibc-header-clash'],
  },
  {
    source: 'PennyLaneAI/catalyst 1000',
    text: 'c++: fatal error: Killed signal terminated program cc1plus',
    codes: ['build-out-of-host-memory'],
  },
  {
    source: 'NVIDIA/apex 368',
    text: "FileNotFoundError: [Errno 2] No such file or directory: '/usr/local/cuda/bin/nvcc': '/usr/local/cuda/bin/nvcc'",
    codes: ['cuda-home-wrong', 'toolkit-missing', 'nvcc-not-on-path'],
  },

  // CMake
  {
    source: 'limbo018/DREAMPlace 63',
    text: '-- The CUDA compiler identification is unknown\nCMake Error at CMakeLists.txt:3 (project):\n  No CMAKE_CUDA_COMPILER could be found.',
    codes: ['nvcc-not-on-path', 'toolkit-missing'],
  },
  {
    source: 'NVlabs/instant-ngp 1044',
    text: '-- The CUDA compiler identification is unknown\nCMake Error at /usr/share/cmake-3.24/Modules/CMakeDetermineCUDACompiler.cmake:602 (message):\n  Failed to detect a default CUDA architecture.',
    codes: ['nvcc-not-on-path', 'toolkit-missing'],
  },
  {
    source: 'AlexeyAB/darknet 4927',
    text: '-- Looking for a CUDA compiler - NOTFOUND',
    codes: ['nvcc-not-on-path', 'toolkit-missing'],
  },

  // apt, dpkg
  {
    source: 'thsno02/ocr 39',
    text: "W: GPG error: https://developer.download.nvidia.com/compute/cuda/repos/wsl-ubuntu/x86_64  InRelease: The following signatures couldn't be verified because the public key is not available: NO_PUBKEY A4B469963BF863CC\nE: The repository 'https://developer.download.nvidia.com/compute/cuda/repos/wsl-ubuntu/x86_64  InRelease' is not signed.",
    codes: ['apt-key-missing'],
  },
  {
    source: 'NVIDIA/nvidia-docker 837',
    text: 'W: An error occurred during the signature verification. The repository is not updated and the previous index files will be used. GPG error: https://nvidia.github.io/libnvidia-container/ubuntu18.04/amd64  InRelease: The following signatures were invalid: EXPKEYSIG C45B1676A04EA552 NVIDIA CORPORATION (Open Source Projects) <cudatools@nvidia.com>',
    codes: ['apt-bad-signature'],
  },
  {
    source: 'NVIDIA/cuda-repo-management 39',
    text: "W: OpenPGP signature verification failed: https://developer.download.nvidia.com/compute/cuda/repos/ubuntu2404/x86_64  InRelease: Sub-process /usr/bin/sqv returned an error code (1), error message is: Signing key on EB693B3035CD5710E231E123A4B469963BF863CC is not bound:            No binding signature at time 2026-01-29T20:38:48Z   because: Policy rejected non-revocation signature (PositiveCertification) requiring second pre-image resistance   because: SHA1 is not considered secure since 2026-02-01T00:00:00Z\nE: The repository 'https://developer.download.nvidia.com/compute/cuda/repos/ubuntu2404/x86_64  InRelease' is not signed.",
    codes: ['apt-sha1-key-rejected'],
  },
  {
    source: 'NVIDIA/cuda-repo-management 24',
    text: 'Err:8 https://developer.download.nvidia.com/compute/cuda/repos/ubuntu2204/x86_64  Packages\n  File has unexpected size (1797735 != 1778230). Mirror sync in progress? [IP: 23.52.3.32 443]',
    codes: ['apt-hash-mismatch'],
  },
  {
    source: 'jeremad/cuda-travis 1',
    text: ' cuda-drivers : Depends: libnvidia-gl-418 (>= 418.40.04) but it is not going to be installed\n                Depends: libnvidia-ifr1-418 (>= 418.40.04) but it is not going to be installed',
    codes: ['apt-unmet-dependencies'],
  },
  {
    source: 'osrf/rocker 298',
    text: 'building >  nvidia-driver-565-open : Depends: libnvidia-gl-565 (= 565.57.01-0ubuntu1) but it is not installable',
    codes: ['apt-unmet-dependencies'],
  },
  {
    source: 'pop-os/shop 333',
    text: 'The following packages have unmet dependencies:\n  libnvidia-fbc1-470: Conflicts: libnvidia-fbc1',
    codes: ['apt-unmet-dependencies'],
  },
  {
    source: 'vanzod/ccslurm4ai 5',
    text: 'The following held packages will be changed:\n  libnvidia-container-tools libnvidia-container1\nE: Held packages were changed and -y was used without --allow-change-held-packages.',
    codes: ['apt-unmet-dependencies'],
  },
  {
    source: 'devcontainers/features 718',
    text: "E: Version '8.9.5.29-1+cuda12.1' for 'libcudnn8' was not found",
    codes: ['apt-version-not-found'],
  },
  {
    source: 'pop-os/shop 121',
    text: "Error while installing package: trying to overwrite '/lib/udev/rules.d/71-nvidia.rules', which is also in package nvidia-kernel-common-418 418.56-0pop0~1553121653~18.10~82fab6d",
    codes: ['dpkg-overwrite-conflict'],
  },

  // dnf
  {
    source: 'rocky-linux/rockylinux.org 201',
    text: '  - package nvidia-settings-3:580.65.06-1.el10.x86_64 from cuda-rhel10-x86_64 is filtered out by modular filtering',
    codes: ['dnf-modular-filtering'],
  },
  {
    source: 'stackhpc/ansible-slurm-appliance 496',
    text: ' Problem: package cuda-12-6-12.6.3-1.x86_64 from cuda-rhel9-x86_64 requires cuda-runtime-12-6 >= 12.6.3, but none of the providers can be installed',
    codes: ['apt-unmet-dependencies'],
  },

  // pip, conda
  {
    source: 'YassineYousfi/comma10k-baseline 13',
    text: 'ERROR: Could not find a version that satisfies the requirement torch==1.8.1 (from versions: 1.13.0, 1.13.1, 2.0.0, 2.0.1, 2.1.0, 2.1.1, 2.1.2, 2.2.0, 2.2.1, 2.2.2, 2.3.0, 2.3.1, 2.4.0, 2.4.1, 2.5.0, 2.5.1, 2.6.0, 2.7.0, 2.7.1, 2.8.0)\nERROR: No matching distribution found for torch==1.8.1',
    codes: ['wheel-not-found'],
  },
  {
    source: 'astral-sh/uv 4303',
    text: '  ╰─▶ Because torch==2.3.1 has no wheels are available with a matching Python implementation and you require torch==2.3.1, we can conclude',
    codes: ['wheel-not-found'],
  },
  {
    source: 'mamba-org/mamba 969',
    text: 'Encountered problems while solving:\n  - package cudatoolkit-11.0.3-h15472ef_6 has constraint __cuda >=11.0 conflicting with __cuda-10.2-0',
    codes: ['driver-too-old-for-cuda'],
  },

  // Collected afterwards
  {
    source: 'STEllAR-GROUP/octotiger 384',
    text: '/global/common/software/nersc/cos1.3/cuda/11.3.0/bin/../targets/x86_64-linux/include/crt/host_config.h:147:2: error: -- unsupported clang version! clang version must be less than 12 and greater than 3.2',
    codes: ['host-compiler-too-new'],
    aside: true,
  },
  {
    source: 'LBANN/lbann 105',
    text: "nvcc fatal   : The version ('40000') of the host compiler ('clang') is not supported",
    codes: ['host-compiler-too-new'],
    aside: true,
  },
  {
    source: 'MhLiao/DB 21',
    text: "unable to execute '/usr/local/cuda:/usr/local/cuda:/usr/local/cuda-9.0/bin/nvcc': No such file or directory\nerror: command '/usr/local/cuda:/usr/local/cuda:/usr/local/cuda-9.0/bin/nvcc' failed with exit status 1",
    codes: ['cuda-home-wrong'],
    aside: true,
  },
  {
    source: 'microsoft/Graphormer 124',
    text: "error: command ':/usr/local/cuda/bin/nvcc' failed: No such file or directory",
    codes: ['cuda-home-wrong'],
    aside: true,
  },
  {
    source: 'MVIG-SJTU/AlphaPose 413',
    text: 'OSError: The nvcc binary could not be located in your $PATH. Either add it to your path, or set $CUDAHOME',
    codes: ['nvcc-not-on-path'],
    aside: true,
  },
  {
    source: 'open-mmlab/mmcv 3217',
    text: "    error: [Errno 2] No such file or directory: '~/miniconda3/envs/env_name/lib/python3.10/site-packages/nvidia/bin/nvcc'",
    codes: ['cuda-home-wrong'],
    aside: true,
  },
  {
    source: 'aim-uofa/AdelaiDet 338',
    text: '/bin/sh: 1: :/usr/local/cuda/bin/nvcc: not found',
    codes: ['cuda-home-wrong'],
    aside: true,
  },
  {
    source: 'NVIDIA/libnvidia-container 194',
    text: 'E: Conflicting values set for option Signed-By regarding source https://nvidia.github.io/libnvidia-container/stable/ubuntu18.04/amd64/ /: /usr/share/keyrings/nvidia-container-toolkit-keyring.gpg !=\nE: The list of sources could not be read.',
    codes: ['apt-signed-by-conflict'],
    aside: true,
  },
  {
    source: 'DarkflameUniverse/DarkflameServer 715',
    text: 'cc: fatal error: Killed signal terminated program cc1\ncompilation terminated.',
    codes: ['build-out-of-host-memory'],
    aside: true,
  },
  {
    source: 'Xpra-org/xpra 1800',
    text: '/usr/include/c++/8/type_traits(1061): error: identifier "__is_assignable" is undefined',
    codes: ['host-compiler-too-new'],
    aside: true,
  },
  {
    source: 'ggml-org/llama.cpp 9473',
    text: '/usr/lib/gcc/x86_64-pc-linux-gnu/13.3.0/include/amxtileintrin.h(42): error: identifier "__builtin_ia32_ldtilecfg" is undefined',
    codes: ['host-compiler-too-new', 'glibc-header-clash'],
    aside: true,
  },
  {
    source: 'Xpra-org/xpra 4281',
    text: '/usr/include/c++/14/x86_64-redhat-linux/bits/c++config.h(2668): error: user-defined literal operator not found\n    typedef __decltype(0.0bf16) __bfloat16_t;',
    codes: ['host-compiler-too-new'],
    aside: true,
  },
  {
    source: 'ggml-org/llama.cpp 22668',
    text: '  /usr/include/c++/16.1.1/type_traits(393): error: identifier "char8_t" is\n  undefined',
    codes: ['host-compiler-too-new'],
    aside: true,
  },
  {
    source: 'pytorch/pytorch 2349',
    text: 'torch-0.2.0.post1-cp27-cp27m-manylinux1_x86_64.whl is not a supported wheel on this platform.',
    codes: ['wheel-not-found'],
    aside: true,
  },
  {
    source: 'xenogenesi/task-spooler 8',
    text: 'CMake Error at /usr/share/cmake/Modules/CMakeDetermineCUDACompiler.cmake:180 (message):\n  Failed to find nvcc.\n\n  Compiler requires the CUDA toolkit.  Please set the CUDAToolkit_ROOT\n  variable.',
    codes: ['nvcc-not-on-path', 'toolkit-missing'],
    aside: true,
  },
  {
    source: 'Azure/aks-engine 1538',
    text: 'E: Could not get lock /var/lib/dpkg/lock-frontend - open (11: Resource temporarily unavailable)\nE: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it',
    codes: ['apt-lock-held'],
    aside: true,
  },
  {
    source: 'pytorch/pytorch 108862',
    text: '2023-09-08T08:40:51.0725043Z E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 3074496 (apt-get)',
    codes: ['apt-lock-held'],
    aside: true,
  },
  {
    source: 'mozilla/snakepit 140',
    text: '[2019-03-04 06:17:50] [worker 0]   The following signatures were invalid: BADSIG F60F4B3D7FA2AF80 cudatools <cudatools@nvidia.com>',
    codes: ['apt-bad-signature'],
    aside: true,
  },
  {
    source: 'NVIDIA/nvidia-container-toolkit 402',
    text: "Err:8 https://developer.download.nvidia.cn/compute/cuda/repos//  Release\n  404  Not Found [IP: 36.153.62.132 443]\nE: The repository 'https://developer.download.nvidia.com/compute/cuda/repos//  Release' does not have a Release file.",
    codes: ['apt-index-stale'],
    aside: true,
  },
  {
    source: 'NVIDIA/nvidia-docker 1624',
    text: '#7 13.24 E: Failed to fetch https://developer.download.nvidia.com/compute/cuda/repos/ubuntu1604/x86_64/Packages  404  Not Found',
    codes: ['apt-index-stale'],
    aside: true,
  },
  {
    source: 'espnet/espnet 1847',
    text: 'PackagesNotFoundError: The following packages are not available from current channels:\n\n  - cudatoolkit=8.0',
    codes: ['wheel-not-found'],
    aside: true,
  },

  // Collected after those
  {
    source: 'nagadomi/distro 5 and others, cbuchner1/CudaMiner 155',
    text: '/usr/local/cuda-5.5//bin/..//include/host_config.h:82:2: error: #error -- unsupported GNU version! gcc 4.9 and up are not supported!',
    codes: ['host-compiler-too-new'],
    aside: true,
  },
  {
    source: 'NVlabs/instant-ngp 1562',
    text: "132 | #error -- unsupported GNU version! gcc versions later than 12 are not supported! The nvcc flag '-allow-unsupported-compiler' can be used to override this version check;",
    codes: ['host-compiler-too-new'],
    aside: true,
  },
  {
    source: 'david-xinyuwei/david-share 3',
    text: ' nvidia-driver-565 : Depends: libnvidia-gl-565 (= 565.57.01-0ubuntu1) but it is not going to be installed',
    codes: ['apt-unmet-dependencies'],
    aside: true,
  },
  {
    source: 'AdaptiveCpp/AdaptiveCpp 1442',
    text: ' xserver-xorg-video-nvidia-495 : Depends: xorg-video-abi-24 but it is not installable or',
    codes: ['apt-unmet-dependencies'],
    aside: true,
  },
  {
    source: 'matthieu637/ddrl 9',
    text: " nvidia-cuda-toolkit: Depends: nvidia-cuda-dev (= 7.5.18-0ubuntu1) but it is not going to be installed\nE：Unmet dependencies. Try 'apt-get -f install' with no packages (or specify a solution)",
    codes: ['apt-unmet-dependencies'],
    aside: true,
  },
  {
    source: 'NVIDIA/nvidia-container-toolkit 1142',
    text: 'Package libnvidia-container1 is not available, but is referred to by another package.',
    codes: ['apt-version-not-found'],
    aside: true,
  },
  {
    source: 'suxrobGM/bookshelf-scanner 1',
    text: '    | Unable to find installation candidates for torch (2.5.1+cu124)',
    codes: ['wheel-not-found'],
    aside: true,
  },
  {
    source: 'ddPn08/kohya-sd-scripts-webui 29',
    text: 'stderr: ERROR: Could not find a version that satisfies the requirement torch==2.0.0+cu118 (from versions: 2.5.0, 2.5.0+cu118, 2.10.0)',
    codes: ['wheel-not-found'],
    aside: true,
  },
  {
    source: 'negativo17/nvidia-driver 162',
    text: '  file /etc/X11/xorg.conf.d/10-nvidia.conf conflicts between attempted installs of xorg-x11-nvidia-3:560.35.03-2.el9.x86_64 and nvidia-driver-3:560.35.03-1.el9.x86_64',
    codes: ['dpkg-overwrite-conflict'],
    aside: true,
  },
  {
    source: 'negativo17/nvidia-driver 83',
    text: 'package nvidia-driver-3:435.21-1.fc30.x86_64 conflicts with xorg-x11-drv-nvidia provided by xorg-x11-drv-nvidia-3:430.40-1.fc30.x86_64',
    codes: ['apt-unmet-dependencies'],
    aside: true,
  },
  {
    source: 'negativo17/nvidia-driver 134',
    text: ' Problem: cannot install both nvidia-driver-3:525.60.11-1.fc37.x86_64 and nvidia-driver-3:520.56.06-1.fc37.x86_64',
    codes: ['apt-unmet-dependencies'],
    aside: true,
  },
  {
    source: 'gridhead/nvidia-auto-installer-for-fedora-linux 283',
    text: '  - package akmod-nvidia-3:535.129.03-1.fc39.x86_64 from rpmfusion-nonfree requires akmods, but none of the providers can be installed',
    codes: ['apt-unmet-dependencies'],
    aside: true,
  },
  {
    source: 'CharlesShang/DCNv2 110',
    text: "nvcc fatal   : Path to libdevice library not specified\nerror: command '/usr/bin/nvcc' failed with exit status 1",
    codes: ['cuda-home-wrong'],
    aside: true,
  },
  {
    source: 'kwea123/VTuber_Unity 18',
    text: 'ERROR: Could not find a version that satisfies the requirement tensorflow-gpu<=1.12.0 (from -r requirements_gpu.txt (line 3)) (from versions: 2.2.0rc1, 2.4.1)',
    codes: ['tf-python-unsupported'],
    aside: true,
  },
  {
    source: 'AlexeyAB/darknet 5752',
    text: '/usr/local/cuda/include/cuda_fp16.hpp:57:19: fatal error: utility: No such file or directory',
    codes: ['host-compiler-missing'],
    aside: true,
  },
  {
    source: 'wilicc/gpu-burn 91',
    text: 'gpu_burn-drv.cpp:62:10: fatal error: cublas_v2.h: No such file or directory',
    codes: ['cublas-moved-10.1', 'toolkit-missing'],
    aside: true,
  },
  {
    source: 'erikwijmans/Pointnet2_PyTorch 181',
    text: '      <command-line>: fatal error: cuda_runtime.h: No such file or directory',
    codes: ['toolkit-missing'],
    aside: true,
  },
  {
    source: 'pythops/jetson-image 118',
    text: 'E: Release file for http://ports.ubuntu.com/ubuntu-ports/dists/focal-backports/InRelease is not valid yet (invalid for another 230d 6h 25min 31s). Updates for this repository will not be applied.',
    codes: ['apt-index-stale'],
    aside: true,
  },
  {
    source: 'open-mmlab/OpenPCDet 971',
    text: "#6 36.81 W: GPG error: https://developer.download.nvidia.com/compute/cuda/repos/ubuntu1804/x86_64  InRelease: The following signatures couldn't be verified because the public key is not available: NO_PUBKEY A4B469963BF863CC",
    codes: ['apt-key-missing'],
    aside: true,
  },
  {
    source: 'NVIDIA/nvidia-docker 1081',
    text: "E: The repository 'https://nvidia.github.io/libnvidia-container/ubuntu18.04/amd64  InRelease' is not signed.",
    codes: ['apt-key-missing'],
    aside: true,
  },
];
