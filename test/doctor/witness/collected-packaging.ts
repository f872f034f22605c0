/**
 * As collected-lines.ts: package managers, installers, builds of modules, lenders of GPUs, in the words of several of their versions (taken from
 * the sources of the programs where these are public), and beside them what they say when all goes well.
 */
import type { CollectedLine } from './collected-lines.ts';

export const COLLECTED_PACKAGING: readonly CollectedLine[] = [
  {
    source: 'libzypp and zypper, 2019 to 2025',
    text: "Problem: nothing provides 'kernel-firmware-nvidia-gsp-G06 = 550.54' needed by the to be installed nvidia-open-driver-G06-signed-kmp-default-550.54.14_k6.4.0_150600.8-150600.1.1.x86_64",
    codes: ['apt-unmet-dependencies'],
  },
  {
    source: 'libzypp and zypper, 2019 to 2025',
    text: "Problem: 1: the to be installed nvidia-video-G06-580.95.05-1.1.x86_64 requires '(nvidia-driver-G06-kmp = 580.95.05 or nvidia-open-driver-G06-signed-kmp = 580.95.05)', but this requirement cannot be provided",
    codes: ['apt-unmet-dependencies'],
  },
  {
    source: 'libzypp and zypper, 2019 to 2025',
    text: 'Problem: nvidia-glG03-340.108-2.1.x86_64 requires x11-video-nvidiaG03 = 340.108, but this requirement cannot be provided',
    codes: ['apt-unmet-dependencies'],
  },
  {
    source: 'libzypp and zypper, 2019 to 2025',
    text: "Problem: the installed nvidia-compute-G06-535.104.05-17.1.x86_64 conflicts with 'nvidia-computeG05' provided by the to be installed nvidia-computeG05-470.199.02-1.x86_64",
    codes: ['apt-unmet-dependencies'],
  },
  {
    source: 'libzypp and zypper, 2019 to 2025',
    text: "'nvidia-driver-G06-kmp' not found in package names. Trying capabilities.\nNo provider of 'nvidia-driver-G06-kmp' found.",
    codes: ['apt-version-not-found'],
  },
  {
    source: 'libzypp and zypper, 2019 to 2025',
    text: "Warning: File 'repomd.xml' from repository 'NVIDIA' is signed with an unknown key 'F60F4B3D7FA2AF80'.",
    codes: ['apt-key-missing'],
  },
  {
    source: 'libzypp and zypper, 2019 to 2025',
    text: "File 'repomd.xml' from repository 'cuda-opensuse15-x86_64' is signed with an unknown key 'D42D0685'. Continue? [yes/no] (no): no",
    codes: ['apt-key-missing'],
  },
  {
    source: 'libzypp and zypper, 2019 to 2025',
    text: "Warning: Signature verification failed for file 'repomd.xml' from repository 'NVIDIA'.",
    codes: ['apt-bad-signature'],
  },
  {
    source: 'libzypp and zypper, 2019 to 2025',
    text: 'System management is locked by the application with pid 2244 (/usr/bin/zypper).\nClose this application before trying again.',
    codes: ['apt-lock-held'],
  },
  {
    source: 'libzypp and zypper, 2019 to 2025',
    text: "Digest verification failed for file 'nvidia-glG05-470.57.02-38.1.x86_64.rpm'\n[/var/tmp/AP_0xk2kT3x/x86_64/nvidia-glG05-470.57.02-38.1.x86_64.rpm]",
    codes: ['apt-hash-mismatch'],
  },
  {
    source: 'libzypp and zypper, 2019 to 2025',
    text: 'Detected 1 file conflict:\n\nFile /usr/lib64/libOpenCL.so.1.0.0\n  from install of\n     libOpenCL1-2.2.11-5.3.1.x86_64 (OSS)\n  conflicts with file from package\n     nvidia-computeG05-470.57.02-38.1.x86_64 (@System)',
    codes: ['dpkg-overwrite-conflict'],
  },
  {
    source: 'libzypp and zypper, 2019 to 2025',
    text: "Repository 'NVIDIA' is invalid.\n[NVIDIA|https://download.nvidia.com/opensuse/leap/15.7] Valid metadata not found at specified URL",
    codes: ['apt-version-not-found', 'apt-index-stale'],
  },
  {
    source: 'libzypp and zypper, 2019 to 2025',
    text: 'Retrieving: nvidia-compute-G06-550.90.07-1.x86_64 (NVIDIA) (1/4),  43.2 MiB\n(4/4) Installing: nvidia-driver-G06-kmp-default-550.90.07_k5.14.21_150500.53-1.x86_64 [..done]',
    codes: [],
  },
  {
    source: 'libzypp and zypper, 2019 to 2025',
    text: "Executing post-transaction script 'regenerate-initrd-posttrans'\ndracut[I]: *** Creating initramfs image file '/boot/initrd-6.4.0' done ***",
    codes: [],
  },
  {
    source: 'apt 2.4 and 2.9',
    text: 'The following packages have been kept back:\n  libnvidia-compute-535 nvidia-driver-535 nvidia-kernel-common-535',
    codes: ['apt-unmet-dependencies'],
  },
  {
    source: 'apt 2.4 and 2.9',
    text: 'Not upgrading:\n  cuda-drivers  nvidia-driver-575',
    codes: ['apt-unmet-dependencies'],
  },
  {
    source: 'apt 2.4 and 2.9',
    text: 'The following packages have been kept back:\n  libgl1-mesa-dri linux-generic',
    codes: [],
  },
  {
    source: 'apt 2.4 and 2.9',
    text: 'nvidia-driver-535 set on hold.',
    codes: [],
  },
  {
    source: 'apt 2.4 and 2.9',
    text: "E: dpkg was interrupted, you must manually run 'sudo dpkg --configure -a' to correct the problem.",
    codes: ['dpkg-interrupted'],
  },
  {
    source: 'apt 2.4 and 2.9',
    text: 'Err:1 https://developer.download.nvidia.com/compute/cuda/repos/ubuntu2204/x86_64  InRelease\n  Could not connect to developer.download.nvidia.com:443 (152.195.19.142), connection timed out',
    codes: ['repository-unreachable'],
  },
  {
    source: 'apt 2.4 and 2.9',
    text: "  Something wicked happened resolving 'developer.download.nvidia.com:https' (-5 - No address associated with hostname)",
    codes: ['repository-unreachable'],
  },
  {
    source: 'apt 2.4 and 2.9',
    text: "Ign:1 http://mirror.example/debian bookworm InRelease\n  Temporary failure resolving 'mirror.example'",
    codes: ['repository-unreachable'],
  },
  {
    source: 'dnf 4',
    text: "Errors during downloading metadata for repository 'cuda-rhel8-x86_64':\n  - Curl error (28): Timeout was reached for https://developer.download.nvidia.com/compute/cuda/repos/rhel8/x86_64/repodata/repomd.xml [Connection timed out after 30000 milliseconds]\nError: Failed to download metadata for repo 'cuda-rhel8-x86_64': Cannot download repomd.xml",
    codes: ['repository-unreachable'],
  },
  {
    source: 'mkinitcpio 36 and 39',
    text: "==> ERROR: module not found: 'nvidia_uvm'",
    codes: ['module-not-built-for-kernel', 'module-not-loaded', 'driver-not-installed'],
  },
  {
    source: 'mkinitcpio 36 and 39',
    text: "==> ERROR: module not found: `nvidia'\n==> WARNING: errors were encountered during the build. The image may not be complete.",
    codes: ['module-not-built-for-kernel'],
  },
  {
    source: 'dracut 057 and 102',
    text: "dracut-install: Failed to find module 'nvidia'\ndracut: FAILED: /usr/lib/dracut/dracut-install -D /var/tmp/dracut.x/initramfs --kerneldir /lib/modules/5.14.0/ -m nvidia nvidia_drm",
    codes: ['module-not-built-for-kernel'],
  },
  {
    source: 'dracut 057 and 102',
    text: "dracut[E]: Module 'nvidia' cannot be installed.",
    codes: ['module-not-built-for-kernel'],
  },
  {
    source: 'initramfs-tools',
    text: 'update-initramfs: Generating /boot/initrd.img-6.8.0-45-generic\nW: Possible missing firmware /lib/firmware/i915/mtl_gsc_1.bin for module i915',
    codes: [],
  },
  {
    source: 'mkinitcpio 36 and 39',
    text: "==> WARNING: Possibly missing firmware for module: 'qat_6xxx'",
    codes: [],
  },
  {
    source: 'initramfs-tools',
    text: 'update-initramfs: Generating /boot/initrd.img-6.8.0-45-generic\nzstd: error 70 : Write error : cannot write block : No space left on device\nE: mkinitramfs failure zstd -q -1 -T0 70\nupdate-initramfs: failed for /boot/initrd.img-6.8.0-45-generic with 1.',
    codes: ['disk-full'],
  },
  {
    source: 'ubuntu-drivers',
    text: 'No drivers found for installation.',
    codes: ['gpu-unsupported-by-driver', 'no-nvidia-gpu', 'nouveau-in-use', 'driver-not-installed'],
  },
  {
    source: 'pacman 6',
    text: '== /sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0 ==\nmodalias : pci:v000010DEd00002182sv00001043sd000086EFbc03sc00i00\nvendor   : NVIDIA Corporation\nmodel    : TU116 [GeForce GTX 1660 Ti]\ndriver   : nvidia-driver-535 - distro non-free recommended\ndriver   : xserver-xorg-video-nouveau - distro free builtin',
    codes: [],
  },
  {
    source: 'mokutil, dkms 3',
    text: 'Failed to enroll new keys',
    codes: ['secure-boot-blocks-module'],
  },
  {
    source: 'mokutil, dkms 3',
    text: '/var/lib/shim-signed/mok/MOK.der is not enrolled',
    codes: ['secure-boot-blocks-module'],
  },
  {
    source: 'mokutil, dkms 3',
    text: '/var/lib/shim-signed/mok/MOK.der is already enrolled',
    codes: [],
  },
  {
    source: 'mokutil, dkms 3',
    text: 'SecureBoot enabled',
    codes: [],
  },
  {
    source: 'mokutil, dkms 3',
    text: 'SecureBoot disabled\nPlatform is in Setup Mode',
    codes: [],
  },
  {
    source: 'mokutil, dkms 3',
    text: 'EFI variables are not supported on this system',
    codes: [],
  },
  {
    source: 'mokutil, dkms 3',
    text: "SecureBoot enabled\nBinary update-secureboot-policy not found, modules won't be signed",
    codes: ['secure-boot-blocks-module'],
  },
  {
    source: 'mokutil, dkms 3',
    text: "SecureBoot disabled\nBinary update-secureboot-policy not found, modules won't be signed",
    codes: [],
  },
  {
    source: 'nixpkgs 24.05',
    text: 'error: Package ‘nvidia-x11-550.90.07-6.6.43’ in /nix/store/8rhk0q0bh3vwvkhfqgzpgbi6shq6ywqp-source/pkgs/os-specific/linux/nvidia-x11/generic.nix:75 has an unfree license (‘unfree’), refusing to evaluate.',
    codes: ['nix-refuses-driver'],
  },
  {
    source: 'pacman 6',
    text: "error: failed to prepare transaction (could not satisfy dependencies)\n:: installing nvidia-utils (560.35.03-1) breaks dependency 'nvidia-utils=555.58.02' required by nvidia",
    codes: ['apt-unmet-dependencies'],
  },
  {
    source: 'pacman 6',
    text: "error: failed to init transaction (unable to lock database)\nerror: could not lock database: File exists\n  if you're sure a package manager is not already\n  running, you can remove /var/lib/pacman/db.lck",
    codes: ['apt-lock-held'],
  },
  {
    source: 'pacman 6',
    text: 'error: nvidia-utils: signature from "A Packager <packager@example.org>" is unknown trust',
    codes: ['apt-key-missing'],
  },
  {
    source: 'pacman 6',
    text: 'error: nvidia-utils: signature from "A Packager <packager@example.org>" is invalid',
    codes: ['apt-bad-signature'],
  },
  {
    source: 'pacman 6',
    text: 'error: failed to commit transaction (conflicting files)\nnvidia-utils: /usr/lib/libnvidia-ml.so exists in filesystem',
    codes: ['dpkg-overwrite-conflict'],
  },
  {
    source: 'NVIDIA/nvidia-installer, 390 to 580',
    text: 'ERROR: Unable to find the kernel source tree for the currently running kernel.  Please make sure you have installed the kernel source files for your kernel and that they are properly configured',
    codes: ['module-build-failed', 'module-not-built-for-kernel'],
  },
  {
    source: 'NVIDIA/nvidia-installer, 390 to 580',
    text: 'ERROR: Unable to build the NVIDIA kernel module.',
    codes: ['module-build-failed'],
  },
  {
    source: 'NVIDIA/nvidia-installer, 390 to 580',
    text: 'ERROR: An error occurred while performing the step: "Building kernel modules". See /var/log/nvidia-installer.log for details.',
    codes: ['module-build-failed'],
  },
  {
    source: 'NVIDIA/nvidia-installer, 390 to 580',
    text: '-> Error.\nERROR: An error occurred while performing the step: "Checking to see whether the nvidia-drm kernel module was successfully built". See /var/log/nvidia-installer.log for details.',
    codes: ['module-build-failed'],
  },
  {
    source: 'NVIDIA/nvidia-installer, 390 to 580',
    text: "ERROR: The kernel module was signed, but the kernel could not verify it\nERROR: Unable to load the kernel module 'nvidia.ko'.\n-> Kernel module load error: Required key not available",
    codes: ['secure-boot-blocks-module'],
  },
  {
    source: 'NVIDIA/nvidia-installer, 390 to 580',
    text: '-> Kernel module load error: insmod: ERROR: could not insert module ./kernel/nvidia.ko: Key was rejected by service',
    codes: ['secure-boot-blocks-module'],
  },
  {
    source: 'NVIDIA/nvidia-installer, 390 to 580',
    text: 'ERROR: The Nouveau kernel driver is currently in use by your system.  This driver is incompatible with the NVIDIA driver, and must be disabled before proceeding.',
    codes: ['nouveau-in-use'],
  },
  {
    source: 'NVIDIA/nvidia-installer, 390 to 580',
    text: "ERROR: An NVIDIA kernel module 'nvidia-uvm' appears to already be loaded in your kernel.  This may be because it is in use (for example, by an X server, a CUDA program, or the NVIDIA Persistence Daemon), but this may also happen if your kernel was configured without support for module unloading.",
    codes: ['driver-in-use'],
  },
  {
    source: 'NVIDIA/nvidia-installer, 390 to 580',
    text: 'ERROR: You appear to be running an X server; please exit X before installing.',
    codes: ['driver-in-use'],
  },
  {
    source: 'NVIDIA/nvidia-installer, 390 to 580',
    text: 'WARNING: The NVIDIA driver appears to have been installed previously using a different installer. To prevent potential conflicts, it is recommended either to update the existing installation using the same mechanism',
    codes: ['runfile-and-apt-mixed'],
  },
  {
    source: 'NVIDIA/nvidia-installer, 390 to 580',
    text: 'An alternate method of installing the NVIDIA driver was detected. (This is usually a package provided by your distributor.)',
    codes: ['runfile-and-apt-mixed'],
  },
  {
    source: 'NVIDIA/nvidia-installer, 390 to 580',
    text: '-> Kernel module compilation complete.\n-> Installation of the NVIDIA Accelerated Graphics Driver for Linux-x86_64 (version: 550.54.14) is now complete.',
    codes: [],
  },
  {
    source: 'NVIDIA/nvidia-installer, 390 to 580',
    text: "WARNING: nvidia-installer was forced to guess the X library path '/usr/lib64' and X module path '/usr/lib64/xorg/modules'",
    codes: [],
  },
  {
    source: 'NVIDIA/nvidia-installer, 390 to 580',
    text: 'WARNING: Unable to find a suitable destination to install 32-bit compatibility libraries.',
    codes: [],
  },
  {
    source: 'NVIDIA/nvidia-installer, 390 to 580',
    text: "nvidia-installer log file '/var/log/nvidia-installer.log'\ncreation time: Tue May 14 10:12:13 2024\ninstaller version: 550.54.14\n-> Installing 'NVIDIA Accelerated Graphics Driver for Linux-x86_64' (550.54.14):\nexecuting: '/usr/sbin/ldconfig'...\n-> done.",
    codes: [],
  },
  {
    source: 'NVIDIA/nvidia-installer, 390 to 580',
    text: 'WARNING: The NVIDIA GPU(s) detected in this system is supported through the NVIDIA 470.xx legacy drivers. The 550.54.14 driver will ignore this GPU.  Continuing probe...',
    codes: ['gpu-unsupported-by-driver'],
  },
  {
    source: 'CUDA runfile 11 and 12',
    text: '[INFO]: Driver not installed.\n[INFO]: Checking compiler version...\n[ERROR]: Install of driver component failed. Consult the driver log at /var/log/nvidia-installer.log for more details.\n[ERROR]: Install of 535.54.03 failed, quitting',
    codes: ['module-build-failed'],
  },
  {
    source: 'CUDA runfile 11 and 12',
    text: 'Existing package manager installation of the driver found. It is strongly recommended that you remove this before continuing.',
    codes: ['runfile-and-apt-mixed'],
  },
  {
    source: 'CUDA runfile 11 and 12',
    text: '[ERROR]: unsupported compiler version: 11.4.0. Use --override to override this check.',
    codes: ['host-compiler-too-new'],
  },
  {
    source: 'CUDA runfile 11 and 12',
    text: 'Not enough space on parition mounted at /. Need 5065736192 bytes.\n\nDisk space check has failed. Installation cannot continue.',
    codes: ['disk-full'],
  },
  {
    source: 'CUDA runfile 11 and 12',
    text: 'Not enough space left in /tmp (102400 KB) to decompress ./cuda_12.4.0_550.54.14_linux.run (4353468 KB)\nConsider setting TMPDIR to a directory with more free space.',
    codes: ['disk-full'],
  },
  {
    source: 'CUDA runfile 11 and 12',
    text: '===========\n= Summary =\n===========\n\nDriver:   Installed\nToolkit:  Installed in /usr/local/cuda-12.4/\n\nPlease make sure that\n -   PATH includes /usr/local/cuda-12.4/bin',
    codes: [],
  },
  {
    source: 'CUDA runfile 11 and 12',
    text: '===========\n= Summary =\n===========\n\nDriver:   Not Selected\nToolkit:  Installed in /usr/local/cuda-11.8/\n***WARNING: Incomplete installation! This installation did not install the CUDA Driver. A driver of version at least 520.00 is required for CUDA 11.8 functionality to work.',
    codes: [],
  },
  {
    source: 'akmods 0.5.7 and 0.6',
    text: '2024/06/01 10:11:12 akmods: Building and installing nvidia-kmod\n2024/06/01 10:11:30 akmods: Building rpms failed; see /var/cache/akmods/nvidia/550.78-1-for-6.9.4-200.fc40.x86_64.failed.log for details',
    codes: ['module-build-failed'],
  },
  {
    source: 'akmods 0.5.7 and 0.6',
    text: 'Checking kmods exist for 6.9.4-200.fc40.x86_64[  OK  ]\nBuilding and installing nvidia-kmod[FAILED]\nBuilding rpms failed; see /var/cache/akmods/nvidia/550.78-1-for-6.9.4-200.fc40.x86_64.failed.log for details',
    codes: ['module-build-failed'],
  },
  {
    source: 'akmods 0.5.7 and 0.6',
    text: 'akmods: Could not find files needed to compile modules for 6.9.4-200.fc40.x86_64\nAre the development files for kernel 6.9.4-200.fc40.x86_64 or the appropriate kernel-devel meta package installed?',
    codes: ['module-not-built-for-kernel'],
  },
  {
    source: 'akmods 0.5.7 and 0.6',
    text: "Hint: Some kmods were ignored or failed to build or install.\nYou can try to rebuild and install them by by calling\n'/usr/sbin/akmods --force' as root.\nChecking kmods exist for 5.8.16[FAILED]\nIgnoring nvidia-kmod as it failed earlier",
    codes: ['module-build-failed', 'module-not-built-for-kernel'],
  },
  {
    source: 'akmods 0.5.7 and 0.6',
    text: 'Checking kmods exist for 6.9.4-200.fc40.x86_64[  OK  ]\nBuilding and installing nvidia-kmod[  OK  ]',
    codes: [],
  },
  {
    source: 'Kbuild and modpost, kernels 4.15 to 6.8',
    text: "ERROR: modpost: GPL-incompatible module nvidia.ko uses GPL-only symbol 'rcu_read_unlock_strict'",
    codes: ['module-build-failed'],
  },
  {
    source: 'Kbuild and modpost, kernels 4.15 to 6.8',
    text: "FATAL: modpost: GPL-incompatible module nvidia.ko uses GPL-only symbol 'init_mm'",
    codes: ['module-build-failed'],
  },
  {
    source: 'Kbuild and modpost, kernels 4.15 to 6.8',
    text: 'ERROR: modpost: "nv_drm_ioctl_dirty" [/var/lib/dkms/nvidia/470.223.02/build/nvidia-drm.ko] undefined!',
    codes: ['module-build-failed'],
  },
  {
    source: 'CUDA runfile 11 and 12',
    text: 'ERROR: "backlight_device_register" [/tmp/selfgz12/NVIDIA-Linux-x86_64-390.87/kernel/nvidia-modeset.ko] undefined!',
    codes: ['module-build-failed'],
  },
  {
    source: 'Kbuild and modpost, kernels 4.15 to 6.8',
    text: 'make[1]: *** [/usr/src/linux-headers-5.15.0-91-generic/scripts/Makefile.modpost:133: /var/lib/dkms/nvidia/470.223.02/build/Module.symvers] Error 1',
    codes: ['module-build-failed'],
  },
  {
    source: 'Kbuild and modpost, kernels 4.15 to 6.8',
    text: 'WARNING: modpost: missing MODULE_LICENSE() in /tmp/foo.o',
    codes: [],
  },
  {
    source: 'Kbuild and modpost, kernels 4.15 to 6.8',
    text: 'ERROR: modpost: "foo" [/home/u/foo.ko] undefined!',
    codes: [],
  },
  {
    source: 'dkms 2.8 and 3.2',
    text: "Building module:\nCleaning build area...\n'make' -j8 NV_EXCLUDE_BUILD_MODULES='' KERNEL_UNAME=6.8.0-45-generic modules........\nnvidia.ko.zst:\nRunning module version sanity check.\n - Original module\n - Installation\ndepmod...",
    codes: [],
  },
  {
    source: 'dkms 2.8 and 3.2',
    text: "Error! Failed to sign module '/var/lib/dkms/nvidia/535.54.03/build/nvidia.ko'!",
    codes: ['module-build-failed'],
  },
  {
    source: 'dkms 2.8 and 3.2',
    text: "Error! Your kernel headers for kernel 6.8.0-45-generic cannot be found at /lib/modules/6.8.0-45-generic/build or /lib/modules/6.8.0-45-generic/source.\nPlease install the linux-headers-6.8.0-45-generic package or use the --kernelsourcedir option to tell DKMS where it's located.",
    codes: ['module-not-built-for-kernel'],
  },
  {
    source: 'dkms 2.8 and 3.2',
    text: 'Error! This module/version combo is already installed for kernel 6.8.0-45-generic (x86_64).',
    codes: [],
  },
  {
    source: 'dkms 2.8 and 3.2',
    text: 'Error! Problems with depmod detected. Automatically uninstalling this module.\nDKMS: Install Failed (depmod problems). Module rolled back to built state.',
    codes: ['module-build-failed', 'disk-full'],
  },
  {
    source: 'pacman 6',
    text: 'error: File /var/cache/pacman/pkg/nvidia-utils-560.35.03-1-x86_64.pkg.tar.zst is corrupted (invalid or corrupted package (checksum)).\nDo you want to delete it? [Y/n]',
    codes: ['apt-hash-mismatch'],
  },
  {
    source: 'pacman 6',
    text: 'error: failed to commit transaction (invalid or corrupted package (PGP signature))',
    codes: ['apt-key-missing'],
  },
  {
    source: 'CUDA runfile 11 and 12',
    text: '[INFO]: Driver not installed.\n[INFO]: Checking compiler version...\n[ERROR]: Missing gcc. gcc is required to continue.\n Failed to verify gcc version. See log at /var/log/cuda-installer.log for details.',
    codes: ['host-compiler-missing'],
  },
  {
    source: 'CUDA runfile 11 and 12',
    text: '[INFO]: gcc version: gcc version 11.2.0 (Ubuntu 11.2.0-7ubuntu2)\n[ERROR]: unsupported compiler version: 11.2.0. Use --override to override this check.\n Failed to verify gcc version. See log at /var/log/cuda-installer.log for details.',
    codes: ['host-compiler-too-new'],
  },
  {
    source: 'akmods 0.5.7 and 0.6',
    text: 'Ignoring nvidia-kmod as it failed earlier',
    codes: ['module-build-failed'],
  },
  {
    source: 'akmods 0.5.7 and 0.6',
    text: 'Could not install newly built RPMs. You can find them and the logfile in:\n/var/cache/akmods/nvidia/550.78-1-for-6.9.4-200.fc40.x86_64.failed.log',
    codes: ['module-build-failed'],
  },
  {
    source: 'akmods 0.5.7 and 0.6',
    text: 'Could not install newly built RPMs. You can find them and the logfile in:\n/var/cache/akmods/v4l2loopback/0.12.7^20230503g2c9b670-2-for-6.7.6-200.fc39.x86_64.failed.log',
    codes: [],
  },
  {
    source: 'akmods 0.5.7 and 0.6',
    text: 'Hint: Some kmods were ignored or failed to build or install.\nYou can try to rebuild and install them by by calling',
    codes: [],
  },
  {
    source: 'Kbuild and modpost, kernels 4.15 to 6.8',
    text: 'make[2]: *** [/usr/src/linux-headers-6.8.0-45-generic/Makefile:1926: /var/lib/dkms/nvidia/535.183.01/build] Error 2',
    codes: ['module-build-failed'],
  },
  {
    source: 'Kbuild and modpost, kernels 4.15 to 6.8',
    text: 'make[2]: *** [/usr/src/linux-headers-6.8.0-45-generic/Makefile:1926: /home/u/hello] Error 2',
    codes: [],
  },
  {
    source: 'dkms 2.8 and 3.2',
    text: "Error! Failed to sign module '/var/lib/dkms/vboxhost/7.0/build/vboxdrv.ko'!",
    codes: [],
  },
  {
    source: 'dkms 2.8 and 3.2',
    text: 'Error! Problems with depmod detected. Automatically uninstalling this module.',
    codes: ['module-build-failed'],
  },
  {
    source: 'NVIDIA/nvidia-installer, 390 to 580',
    text: 'WARNING: The following NVIDIA GPUs are supported through NVIDIA legacy Linux graphics drivers and will be ignored by the NVIDIA 550.54.14 Linux graphics driver:\n  NVIDIA GeForce GTX 680 (470.xx)',
    codes: ['gpu-unsupported-by-driver'],
  },
  {
    source: 'NVIDIA/nvidia-installer, 390 to 580',
    text: 'WARNING: This system requires the open GPU kernel modules, but contains GPUs which are not supported by the open GPU kernel modules. The unsupported GPUs will be ignored.',
    codes: ['gpu-unsupported-by-driver'],
  },
  {
    source: 'NVIDIA/nvidia-installer, 390 to 580',
    text: 'WARNING: The open GPU kernel modules are supported on some GPUs in this system, and unsupported on others. The unsupported GPUs will be ignored.',
    codes: ['gpu-needs-proprietary-modules'],
  },
  {
    source: 'NVIDIA/nvidia-installer, 390 to 580',
    text: "ERROR: The installed file '/usr/lib/x86_64-linux-gnu/libcuda.so.550.54.14' no longer exists.",
    codes: ['runfile-and-apt-mixed'],
  },
  {
    source: 'NVIDIA/nvidia-installer, 390 to 580',
    text: "ERROR: You do not appear to have libc header files installed on your system.  Please install your distribution's libc development package.",
    codes: ['module-build-failed'],
  },
  {
    source: 'NVIDIA/nvidia-installer, 390 to 580',
    text: "WARNING: The 'kernel' kernel modules are incompatible with the GPU(s) detected on this system. They will be installed anyway, but are not expected to work.",
    codes: ['gpu-needs-open-modules'],
  },
  {
    source: 'SchedMD/slurm, 20.11 to 24.05',
    text: 'srun: error: Unable to create step for job 1234: Invalid generic resource (gres) specification',
    codes: ['cluster-gives-no-gpu'],
  },
  {
    source: 'SchedMD/slurm, 20.11 to 24.05',
    text: 'sbatch: error: Batch job submission failed: Invalid Trackable RESource (TRES) specification',
    codes: ['cluster-gives-no-gpu'],
  },
  {
    source: 'SchedMD/slurm, 20.11 to 24.05',
    text: 'srun: error: Unable to allocate resources: Requested node configuration is not available',
    codes: ['cluster-gives-no-gpu'],
  },
  {
    source: 'SchedMD/slurm, 20.11 to 24.05',
    text: "slurmd: fatal: can't stat gres.conf file /dev/nvidia0: No such file or directory",
    codes: ['cluster-gives-no-gpu'],
  },
  {
    source: 'SchedMD/slurm, 20.11 to 24.05',
    text: '[2024-05-01T10:00:00.123] error: _slurm_rpc_node_registration node=gpu01: Invalid argument\n[2024-05-01T10:00:00.123] error: gres/gpu count reported lower than configured (2 < 4)',
    codes: ['cluster-gives-no-gpu'],
  },
  {
    source: 'SchedMD/slurm, 20.11 to 24.05',
    text: "slurmd: fatal: We were configured to autodetect nvml functionality, but we weren't able to find that lib when Slurm was configured.",
    codes: ['cluster-gives-no-gpu'],
  },
  {
    source: 'SchedMD/slurm, 20.11 to 24.05',
    text: 'error: Waiting for gres.conf file /dev/nvidia0',
    codes: ['cluster-gives-no-gpu'],
  },
  {
    source: 'SchedMD/slurm, 20.11 to 24.05',
    text: 'Reason=gres/gpu count reported lower than configured (0 < 8) [slurm@2024-03-01T12:00:00]',
    codes: ['cluster-gives-no-gpu'],
  },
  {
    source: 'SchedMD/slurm, 20.11 to 24.05',
    text: 'srun: job 1234 queued and waiting for resources\nsrun: job 1234 has been allocated resources',
    codes: [],
  },
  {
    source: 'SchedMD/slurm, 20.11 to 24.05',
    text: 'slurmd: gpu/nvml: _get_system_gpu_list_nvml: 4 GPU system device(s) detected',
    codes: [],
  },
  {
    source: 'SchedMD/slurm, 20.11 to 24.05',
    text: 'slurmd: Gres Name=gpu Type=a100 Count=4',
    codes: [],
  },
  {
    source: 'NVIDIA/pyxis and NVIDIA/enroot',
    text: 'slurmstepd: error: pyxis: [ERROR] Command not found: nvidia-container-cli, see https://github.com/NVIDIA/libnvidia-container\nslurmstepd: error: pyxis: [ERROR] /etc/enroot/hooks.d/98-nvidia.sh exited with return code 1',
    codes: ['container-toolkit-missing', 'container-toolkit-misconfigured'],
  },
  {
    source: 'NVIDIA/pyxis and NVIDIA/enroot',
    text: 'slurmstepd: error: pyxis: container start failed with error code: 1\nslurmstepd: error: pyxis: printing enroot log file:\nslurmstepd: error: pyxis:     nvidia-container-cli: initialization error: nvml error: driver not loaded\nslurmstepd: error: pyxis:     [ERROR] /etc/enroot/hooks.d/98-nvidia.sh exited with return code 1',
    codes: [
      'container-toolkit-misconfigured',
      'driver-not-installed',
      'module-not-loaded',
      'container-no-gpu',
    ],
  },
  {
    source: 'NVIDIA/pyxis and NVIDIA/enroot',
    text: '[WARN] Kernel module nvidia_uvm is not loaded. Make sure the NVIDIA device driver is installed and loaded.',
    codes: ['container-toolkit-misconfigured'],
  },
  {
    source: 'NVIDIA/pyxis and NVIDIA/enroot',
    text: '[ERROR] Unknown NVIDIA driver capability: computing',
    codes: ['container-toolkit-misconfigured'],
  },
  {
    source: 'NVIDIA/pyxis and NVIDIA/enroot',
    text: 'pyxis: importing docker image: nvidia/cuda:12.4.0-base-ubuntu22.04\npyxis: imported docker image: nvidia/cuda:12.4.0-base-ubuntu22.04',
    codes: [],
  },
  {
    source: 'NVIDIA/pyxis and NVIDIA/enroot',
    text: "slurmstepd: error: pyxis: couldn't join mount namespace: Operation not permitted",
    codes: [],
  },
  {
    source: 'Apptainer and Singularity',
    text: 'INFO:    Could not find any nv files on this host!',
    codes: ['driver-not-installed', 'container-no-gpu', 'container-toolkit-misconfigured', 'libcuda-missing'],
  },
  {
    source: 'Apptainer and Singularity',
    text: 'FATAL:   While initializing: path to "nvidia-container-cli" not set in singularity.conf',
    codes: ['container-toolkit-missing', 'container-toolkit-misconfigured'],
  },
  {
    source: 'Apptainer and Singularity',
    text: 'INFO:    underlay of /usr/bin/nvidia-smi required more than 50 (457) bind mounts',
    codes: [],
  },
  {
    source: 'Apptainer and Singularity',
    text: 'INFO:    Converting SIF file to temporary sandbox...',
    codes: [],
  },
  {
    source: 'Apptainer and Singularity',
    text: 'WARNING: NVIDIA_VISIBLE_DEVICES must be set or no GPUs will be available',
    codes: ['container-toolkit-misconfigured', 'container-no-gpu'],
  },
  {
    source: 'Apptainer and Singularity',
    text: "INFO:    Setting 'NVIDIA_VISIBLE_DEVICES=all' to emulate legacy GPU binding.",
    codes: [],
  },
  {
    source: 'libnvidia-container, its CDI, Docker, Podman',
    text: "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error running prestart hook #0: exit status 1, stdout: , stderr: Auto-detected mode as 'legacy'\nnvidia-container-cli: ldcache error: open failed: /sbin/ldconfig.real: no such file or directory: unknown",
    codes: ['container-toolkit-misconfigured'],
  },
  {
    source: 'Kubernetes',
    text: 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox runtime: no runtime for "nvidia" is configured',
    codes: ['container-toolkit-misconfigured'],
  },
  {
    source: 'libnvidia-container, its CDI, Docker, Podman',
    text: 'Error: setting up CDI devices: unresolvable CDI devices nvidia.com/gpu=all',
    codes: ['container-toolkit-misconfigured'],
  },
  {
    source: 'libnvidia-container, its CDI, Docker, Podman',
    text: 'docker: Error response from daemon: CDI device injection failed: unresolvable CDI devices nvidia.com/gpu=all.',
    codes: ['container-toolkit-misconfigured'],
  },
  {
    source: 'libnvidia-container, its CDI, Docker, Podman',
    text: 'docker: Error response from daemon: could not select device driver "cdi" with capabilities: [].',
    codes: ['container-toolkit-misconfigured', 'container-toolkit-missing'],
  },
  {
    source: 'libnvidia-container, its CDI, Docker, Podman',
    text: 'Error: failed to inject devices: failed to stat CDI host device "/dev/nvidia-modeset": no such file or directory',
    codes: ['container-toolkit-misconfigured'],
  },
  {
    source: 'Kubernetes',
    text: 'RunPodSandbox from runtime service failed err="rpc error: code = Unknown desc = RuntimeHandler \\"nvidia\\" not supported"',
    codes: ['container-toolkit-misconfigured'],
  },
  {
    source: 'libnvidia-container, its CDI, Docker, Podman',
    text: "INFO[0000] Using /usr/lib64/libnvidia-ml.so.550.54.14\nINFO[0000] Auto-detected mode as 'nvml'\nINFO[0000] Selecting /dev/nvidia0 as /dev/nvidia0\nINFO[0000] Generated CDI spec with version 0.8.0",
    codes: [],
  },
  {
    source: 'libnvidia-container, its CDI, Docker, Podman',
    text: 'time="2024-03-01T10:00:00Z" level=info msg="Wrote updated config to /etc/docker/daemon.json"',
    codes: [],
  },
  {
    source: 'libnvidia-container, its CDI, Docker, Podman',
    text: 'ERRO[0000] failed to generate CDI spec: failed to create device CDI specs: failed to initialize NVML: ERROR_LIBRARY_NOT_FOUND',
    codes: ['container-toolkit-misconfigured', 'driver-not-installed', 'module-not-loaded'],
  },
  {
    source: 'LXC, LXD and Incus',
    text: 'lxc ct1 20240301 ERROR    utils - utils.c:run_buffer:571 - Script exited with status 1\nlxc ct1 20240301 ERROR conf - conf.c:lxc_setup:3940 - Failed to run mount hooks\nScript exec /usr/share/lxc/hooks/nvidia ct1 lxc mount exited with status 1',
    codes: ['container-toolkit-misconfigured'],
  },
  {
    source: 'LXC, LXD and Incus',
    text: 'Error: Failed to start device "gpu0": The NVIDIA LXC hook couldn\'t be found',
    codes: ['container-toolkit-missing'],
  },
  {
    source: 'LXC, LXD and Incus',
    text: 'Error: Failed start validation for device "gpu": Failed to detect requested GPU device',
    codes: ['container-toolkit-misconfigured', 'no-nvidia-gpu', 'container-no-gpu'],
  },
  {
    source: 'libnvidia-container, its CDI, Docker, Podman',
    text: 'cat: /dev/nvidiactl: Operation not permitted',
    codes: ['device-permission-denied', 'container-no-gpu', 'device-nodes-missing', 'container-cgroup-lost'],
  },
  {
    source: 'LXC, LXD and Incus',
    text: 'lxc.cgroup2.devices.allow: c 195:* rwm\nlxc.mount.entry: /dev/nvidia0 dev/nvidia0 none bind,optional,create=file',
    codes: [],
  },
  {
    source: 'Kubernetes',
    text: '0/3 nodes are available: 1 node(s) had untolerated taint {nvidia.com/gpu: present}, 2 Insufficient nvidia.com/gpu. preemption: 0/3 nodes are available',
    codes: ['cluster-gives-no-gpu'],
  },
  {
    source: 'Kubernetes',
    text: "Successfully assigned default/pod to gpu-node-1\nI0301 10:00:00.000000 1 factory.go:115] Detected NVML platform: found NVML library\nI0301 Registered device plugin for 'nvidia.com/gpu' with Kubelet",
    codes: [],
  },
  {
    source: 'NVIDIA/enroot, 98-nvidia.sh',
    text: '[ERROR] Unknown NVIDIA driver capability: computing',
    codes: ['container-toolkit-misconfigured'],
  },
  {
    source: 'NVIDIA/nvidia-container-toolkit, its hook',
    text: "2024/05/01 10:00:00 unsupported capabilities found in 'compute,moon' (allowed 'compute,utility,video')",
    codes: ['container-toolkit-misconfigured'],
  },
];
