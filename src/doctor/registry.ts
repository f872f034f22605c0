/** All diagnoses, by layer. A new one is a file of its own, a page in docs/diagnoses, and two lines here. */
import { diskFull } from './diagnoses/platform/disk-full.ts';
import { wslHostDriverTooOld } from './diagnoses/platform/wsl-host-driver-too-old.ts';
import { wslLinuxDriverInstalled } from './diagnoses/platform/wsl-linux-driver-installed.ts';
import { wsl1NoGpu } from './diagnoses/platform/wsl1-no-gpu.ts';
import { eccOrXidHardwareFault } from './diagnoses/hardware/ecc-or-xid-hardware-fault.ts';
import { gpuFellOffBus } from './diagnoses/hardware/gpu-fell-off-bus.ts';
import { gpuPowerCableMissing } from './diagnoses/hardware/gpu-power-cable-missing.ts';
import { iommuOrVmPassthroughMisconfigured } from './diagnoses/hardware/iommu-or-vm-passthrough-misconfigured.ts';
import { noNvidiaGpu } from './diagnoses/hardware/no-nvidia-gpu.ts';
import { pciBarUnassigned } from './diagnoses/hardware/pci-bar-unassigned.ts';
import { driverLibraryMismatch } from './diagnoses/kernel-driver/driver-library-mismatch.ts';
import { driverNotInstalled } from './diagnoses/kernel-driver/driver-not-installed.ts';
import { driverTooOldForCuda } from './diagnoses/kernel-driver/driver-too-old-for-cuda.ts';
import { gpuNeedsOpenModules } from './diagnoses/kernel-driver/gpu-needs-open-modules.ts';
import { gpuNeedsProprietaryModules } from './diagnoses/kernel-driver/gpu-needs-proprietary-modules.ts';
import { gpuUnsupportedByDriver } from './diagnoses/kernel-driver/gpu-unsupported-by-driver.ts';
import { moduleBuildFailed } from './diagnoses/kernel-driver/module-build-failed.ts';
import { moduleNotBuiltForKernel } from './diagnoses/kernel-driver/module-not-built-for-kernel.ts';
import { moduleNotLoaded } from './diagnoses/kernel-driver/module-not-loaded.ts';
import { nouveauInUse } from './diagnoses/kernel-driver/nouveau-in-use.ts';
import { rmInitFailed } from './diagnoses/kernel-driver/rm-init-failed.ts';
import { secureBootBlocksModule } from './diagnoses/kernel-driver/secure-boot-blocks-module.ts';
import { cudaVisibleDevicesEmpty } from './diagnoses/device/cuda-visible-devices-empty.ts';
import { deviceNodesMissing } from './diagnoses/device/device-nodes-missing.ts';
import { devicePermissionDenied } from './diagnoses/device/device-permission-denied.ts';
import { exclusiveMode } from './diagnoses/device/exclusive-mode.ts';
import { fabricmanagerNotRunning } from './diagnoses/device/fabricmanager-not-running.ts';
import { migMisconfigured } from './diagnoses/device/mig-misconfigured.ts';
import { outOfGpuMemory } from './diagnoses/device/out-of-gpu-memory.ts';
import { uvmMissing } from './diagnoses/device/uvm-missing.ts';
import { compatLibUnsupported } from './diagnoses/driver-library/compat-lib-unsupported.ts';
import { libcudaMissing } from './diagnoses/driver-library/libcuda-missing.ts';
import { libcudaStubLoaded } from './diagnoses/driver-library/libcuda-stub-loaded.ts';
import { nvidiaUtilsMissing } from './diagnoses/driver-library/nvidia-utils-missing.ts';
import { containerCgroupLost } from './diagnoses/container/container-cgroup-lost.ts';
import { containerNoGpu } from './diagnoses/container/container-no-gpu.ts';
import { containerToolkitMisconfigured } from './diagnoses/container/container-toolkit-misconfigured.ts';
import { containerToolkitMissing } from './diagnoses/container/container-toolkit-missing.ts';
import { driverPackageInContainer } from './diagnoses/container/driver-package-in-container.ts';
import { condaShadowsCuda } from './diagnoses/toolkit/conda-shadows-cuda.ts';
import { cublasMoved101 } from './diagnoses/toolkit/cublas-moved-10.1.ts';
import { cudaHomeWrong } from './diagnoses/toolkit/cuda-home-wrong.ts';
import { cudaLibNotFound } from './diagnoses/toolkit/cuda-lib-not-found.ts';
import { cudaLibWrongVersion } from './diagnoses/toolkit/cuda-lib-wrong-version.ts';
import { gpuArchDropped } from './diagnoses/toolkit/gpu-arch-dropped.ts';
import { gpuArchNotInBuild } from './diagnoses/toolkit/gpu-arch-not-in-build.ts';
import { gpuTooNewForCuda } from './diagnoses/toolkit/gpu-too-new-for-cuda.ts';
import { mixedCudaOnPath } from './diagnoses/toolkit/mixed-cuda-on-path.ts';
import { nvccNotOnPath } from './diagnoses/toolkit/nvcc-not-on-path.ts';
import { ptxToolchainUnsupported } from './diagnoses/toolkit/ptx-toolchain-unsupported.ts';
import { runfileAndAptMixed } from './diagnoses/toolkit/runfile-and-apt-mixed.ts';
import { sudoDropsCudaEnv } from './diagnoses/toolkit/sudo-drops-cuda-env.ts';
import { toolkitMissing } from './diagnoses/toolkit/toolkit-missing.ts';
import { cudnnHeaderMissing } from './diagnoses/cudnn/cudnn-header-missing.ts';
import { cudnnInitFailed } from './diagnoses/cudnn/cudnn-init-failed.ts';
import { cudnnMissing } from './diagnoses/cudnn/cudnn-missing.ts';
import { cudnnVersionMismatch } from './diagnoses/cudnn/cudnn-version-mismatch.ts';
import { glibcHeaderClash } from './diagnoses/compiler/glibc-header-clash.ts';
import { hostCompilerMissing } from './diagnoses/compiler/host-compiler-missing.ts';
import { hostCompilerTooNew } from './diagnoses/compiler/host-compiler-too-new.ts';
import { libstdcxxTooOld } from './diagnoses/compiler/libstdcxx-too-old.ts';
import { batchnormNotUpdating } from './diagnoses/framework/batchnorm-not-updating.ts';
import { cudnnTooNewForDarknet } from './diagnoses/framework/cudnn-too-new-for-darknet.ts';
import { darknetCudaPathWrong } from './diagnoses/framework/darknet-cuda-path-wrong.ts';
import { darknetCudnnHalfUnsupported } from './diagnoses/framework/darknet-cudnn-half-unsupported.ts';
import { opencvTooNewForDarknet } from './diagnoses/framework/opencv-too-new-for-darknet.ts';
import { protobufOrNumpyTooNew } from './diagnoses/framework/protobuf-or-numpy-too-new.ts';
import { tfBuiltForOtherCuda } from './diagnoses/framework/tf-built-for-other-cuda.ts';
import { tfCpuIllegalInstruction } from './diagnoses/framework/tf-cpu-illegal-instruction.ts';
import { tfPythonUnsupported } from './diagnoses/framework/tf-python-unsupported.ts';
import { torchCpuBuild } from './diagnoses/framework/torch-cpu-build.ts';
import { torchCudaArchUnsupported } from './diagnoses/framework/torch-cuda-arch-unsupported.ts';
import { aptBadSignature } from './diagnoses/apt/apt-bad-signature.ts';
import { aptHashMismatch } from './diagnoses/apt/apt-hash-mismatch.ts';
import { aptIndexStale } from './diagnoses/apt/apt-index-stale.ts';
import { aptKeyMissing } from './diagnoses/apt/apt-key-missing.ts';
import { aptLockHeld } from './diagnoses/apt/apt-lock-held.ts';
import { aptSignedByConflict } from './diagnoses/apt/apt-signed-by-conflict.ts';
import { aptUnmetDependencies } from './diagnoses/apt/apt-unmet-dependencies.ts';
import { aptVersionNotFound } from './diagnoses/apt/apt-version-not-found.ts';
import { dpkgOverwriteConflict } from './diagnoses/apt/dpkg-overwrite-conflict.ts';
import type { Diagnosis } from './types.ts';

export const DIAGNOSES: readonly Diagnosis[] = [
  diskFull,
  wslHostDriverTooOld,
  wslLinuxDriverInstalled,
  wsl1NoGpu,
  eccOrXidHardwareFault,
  gpuFellOffBus,
  gpuPowerCableMissing,
  iommuOrVmPassthroughMisconfigured,
  noNvidiaGpu,
  pciBarUnassigned,
  driverLibraryMismatch,
  driverNotInstalled,
  driverTooOldForCuda,
  gpuNeedsOpenModules,
  gpuNeedsProprietaryModules,
  gpuUnsupportedByDriver,
  moduleBuildFailed,
  moduleNotBuiltForKernel,
  moduleNotLoaded,
  nouveauInUse,
  rmInitFailed,
  secureBootBlocksModule,
  cudaVisibleDevicesEmpty,
  deviceNodesMissing,
  devicePermissionDenied,
  exclusiveMode,
  fabricmanagerNotRunning,
  migMisconfigured,
  outOfGpuMemory,
  uvmMissing,
  compatLibUnsupported,
  libcudaMissing,
  libcudaStubLoaded,
  nvidiaUtilsMissing,
  containerCgroupLost,
  containerNoGpu,
  containerToolkitMisconfigured,
  containerToolkitMissing,
  driverPackageInContainer,
  condaShadowsCuda,
  cublasMoved101,
  cudaHomeWrong,
  cudaLibNotFound,
  cudaLibWrongVersion,
  gpuArchDropped,
  gpuArchNotInBuild,
  gpuTooNewForCuda,
  mixedCudaOnPath,
  nvccNotOnPath,
  ptxToolchainUnsupported,
  runfileAndAptMixed,
  sudoDropsCudaEnv,
  toolkitMissing,
  cudnnHeaderMissing,
  cudnnInitFailed,
  cudnnMissing,
  cudnnVersionMismatch,
  glibcHeaderClash,
  hostCompilerMissing,
  hostCompilerTooNew,
  libstdcxxTooOld,
  batchnormNotUpdating,
  cudnnTooNewForDarknet,
  darknetCudaPathWrong,
  darknetCudnnHalfUnsupported,
  opencvTooNewForDarknet,
  protobufOrNumpyTooNew,
  tfBuiltForOtherCuda,
  tfCpuIllegalInstruction,
  tfPythonUnsupported,
  torchCpuBuild,
  torchCudaArchUnsupported,
  aptBadSignature,
  aptHashMismatch,
  aptIndexStale,
  aptKeyMissing,
  aptLockHeld,
  aptSignedByConflict,
  aptUnmetDependencies,
  aptVersionNotFound,
  dpkgOverwriteConflict,
];
