/** All diagnoses, by layer. A new one is a file of its own, a page in docs/diagnoses, and two lines here. */
import { noNvidiaGpu } from './diagnoses/hardware/no-nvidia-gpu.ts';
import { driverLibraryMismatch } from './diagnoses/kernel-driver/driver-library-mismatch.ts';
import { driverNotInstalled } from './diagnoses/kernel-driver/driver-not-installed.ts';
import { driverTooOldForCuda } from './diagnoses/kernel-driver/driver-too-old-for-cuda.ts';
import { moduleNotBuiltForKernel } from './diagnoses/kernel-driver/module-not-built-for-kernel.ts';
import { moduleNotLoaded } from './diagnoses/kernel-driver/module-not-loaded.ts';
import { nouveauInUse } from './diagnoses/kernel-driver/nouveau-in-use.ts';
import { secureBootBlocksModule } from './diagnoses/kernel-driver/secure-boot-blocks-module.ts';
import { deviceNodesMissing } from './diagnoses/device/device-nodes-missing.ts';
import { devicePermissionDenied } from './diagnoses/device/device-permission-denied.ts';
import { libcudaMissing } from './diagnoses/driver-library/libcuda-missing.ts';
import { containerNoGpu } from './diagnoses/container/container-no-gpu.ts';
import { nvccNotOnPath } from './diagnoses/toolkit/nvcc-not-on-path.ts';
import { toolkitMissing } from './diagnoses/toolkit/toolkit-missing.ts';
import { cudnnMissing } from './diagnoses/cudnn/cudnn-missing.ts';
import { hostCompilerTooNew } from './diagnoses/compiler/host-compiler-too-new.ts';
import { aptKeyMissing } from './diagnoses/apt/apt-key-missing.ts';
import { diskFull } from './diagnoses/apt/disk-full.ts';
import type { Diagnosis } from './types.ts';

export const DIAGNOSES: readonly Diagnosis[] = [
  noNvidiaGpu,
  driverLibraryMismatch,
  driverNotInstalled,
  driverTooOldForCuda,
  moduleNotBuiltForKernel,
  moduleNotLoaded,
  nouveauInUse,
  secureBootBlocksModule,
  deviceNodesMissing,
  devicePermissionDenied,
  libcudaMissing,
  containerNoGpu,
  nvccNotOnPath,
  toolkitMissing,
  cudnnMissing,
  hostCompilerTooNew,
  aptKeyMissing,
  diskFull,
];
