/** As collected-lines.ts: what builds, signs and loads the driver's kernel modules says when it fails. */
import type { CollectedLine } from './collected-lines.ts';

export const COLLECTED_MODULES: readonly CollectedLine[] = [
  // dkms and the hooks around it
  {
    source: 'NVIDIA/open-gpu-kernel-modules 635',
    text: 'dkms autoinstall on 6.8.10-300.fc40.x86_64/x86_64 failed for nvidia(10)',
    codes: ['module-build-failed'],
  },
  {
    source: 'NVIDIA/open-gpu-kernel-modules 526',
    text: 'nvidia/390.157: added\nvboxhost/7.0.8_OSE, 6.4.1-zen1-1-zen, x86_64: installed',
    codes: ['module-not-built-for-kernel'],
  },
  {
    source: 'Bumblebee-Project/Bumblebee 811',
    text: 'Error! Bad return status for module build on kernel: 4.8.2-towo.1-siduction-amd64 (x86_64)\nConsult /var/lib/dkms/nvidia-current/367.44/build/make.log for more information.',
    codes: ['module-build-failed'],
    aside: true,
  },
  {
    source: 'korvahannu/arch-nvidia-drivers-installation-guide 37',
    text: "==> WARNING: `dkms install --no-depmod nvidia/470.256.02 -k 6.14.4-arch1-2' exited 10",
    codes: ['module-build-failed'],
  },
  {
    source: 'void-linux/void-packages 48504',
    text: 'Building DKMS module: nvidia-535.154.05... FAILED!',
    codes: ['module-build-failed'],
  },
  {
    source: 'remz1337/Proxmox 8',
    text: 'ERROR: Failed to run `/usr/sbin/dkms build -m nvidia -v 455.38 -k 6.8.12-1-pve`: Sign command: /lib/modules/6.8.12-1-pve/build/scripts/sign-file',
    codes: ['module-build-failed'],
    aside: true,
  },
  // Other people's modules
  {
    source: 'veeam/blksnap 109',
    text: 'Error! Bad return status for module build on kernel: 6.17.2-2-pve (x86_64)\nConsult /var/lib/dkms/blksnap/6.3.2.1207/build/make.log for more information.\n\nAutoinstall on 6.17.2-2-pve failed for module(s) blksnap(10).',
    codes: [],
  },
  {
    source: 'Kimplul/hid-tmff2 15',
    text: "modprobe: ERROR: could not insert 'hid_tmt300rs': Exec format error",
    codes: [],
  },
  {
    source: 'lolo101/px1800kbd 10',
    text: "modprobe: ERROR: could not insert 'px1800kbd': Key was rejected by service",
    codes: [],
    aside: true,
  },
  {
    source: 'NVIDIA/gdrcopy 254',
    text: "ERROR: modpost: GPL-incompatible module gdrdrv.ko uses GPL-only symbol 'cc_mkdec'",
    codes: [],
  },
  // akmods
  {
    source: 'roworu/nvidia-fedora-secureboot 2',
    text: 'Building rpms failed; see /var/cache/akmods/nvidia/565.77-1-for-6.13.4-200.fc41.x86_64.failed.log for details',
    codes: ['module-build-failed'],
  },
  {
    source: 'negativo17/nvidia-driver 188',
    text: 'Building and installing nvidia-kmod [FAILED]',
    codes: ['module-build-failed'],
    aside: true,
  },
  {
    source: 'terrapkg/packages 10361',
    text: 'error: Failed build dependencies:\n        gcc-c++ is needed by nvidia-kmod-3:590.48.01-4.fc43.aarch64',
    codes: ['host-compiler-missing', 'module-build-failed'],
  },
  // modpost and Kbuild
  {
    source: 'chaotic-cx/nyx 1069',
    text: "       > ERROR: modpost: GPL-incompatible module nvidia-drm.ko uses GPL-only symbol '__vma_start_write'",
    codes: ['module-build-failed'],
  },
  {
    source: 'zabbly/linux 15',
    text: 'ERROR: modpost: GPL-incompatible module nvidia.ko uses GPL-only symbol ‘__rcu_read_lock’',
    codes: ['module-build-failed'],
    aside: true,
  },
  {
    source: 'anomixer/proxmox-vgpu-installer 18',
    text: 'nvidia/nv-acpi.c:26:10: fatal error: os-interface.h: No such file or directory',
    codes: ['module-build-failed'],
  },
  {
    source: 'Frogging-Family/nvidia-all 150',
    text: '././include/Linux/kconfig.h:5:10: fatal error: generated/autoconf.h: no such file or directory',
    codes: ['module-not-built-for-kernel', 'module-build-failed'],
  },
  {
    source: 'NVIDIA/open-gpu-kernel-modules 441',
    text: 'make[1]: *** /lib/modules/5.10.0-20-arm64/build: No such file or directory.  Stop.',
    codes: ['module-not-built-for-kernel', 'module-build-failed'],
    aside: true,
  },
  {
    source: 'NVIDIA/open-gpu-kernel-modules 311, of the echo of a shell line',
    text: 'echo >&2 "  ERROR: Kernel configuration is invalid.";\t\t\\',
    codes: [],
  },
  // Loading
  {
    source: 'src-d/coreos-nvidia 3',
    text: 'insmod: ERROR: could not insert module /opt/nvidia/lib/modules/4.14.16/video/nvidia.ko: Unknown symbol in module',
    codes: ['module-not-built-for-kernel', 'module-not-loaded'],
  },
  {
    source: 'BugRoger/coreos-nvidia-driver 4',
    text: 'insmod: ERROR: could not insert module /root/opt/nvidia/390.77/1967.3.0/lib64/modules/4.14.88-coreos/kernel/drivers/video/nvidia/nvidia.ko: Unknown symbol in module',
    codes: ['module-not-built-for-kernel', 'module-not-loaded'],
    aside: true,
  },
  {
    source: 'shelmangroup/coreos-gpu-installer 2',
    text: "ERROR: Unable to load the kernel module 'nvidia.ko'.  This happens most",
    codes: ['module-not-loaded', 'module-not-built-for-kernel'],
  },
  {
    source: 'NVIDIA/gds-nvidia-fs 48, of a module beside the driver',
    text: '[78175.093316] nvidia_fs: Unknown symbol nvidia_p2p_dma_unmap_pages (err -2)',
    codes: [],
  },
  // mkinitcpio and pacman
  {
    source: 'NVIDIA/open-gpu-kernel-modules 352',
    text: "==> ERROR: module not found: `nvidia_modeset'",
    codes: ['module-not-built-for-kernel', 'driver-not-installed'],
  },
  {
    source: 'korvahannu/arch-nvidia-drivers-installation-guide 37, of its second output',
    text: "==> ERROR: module not found: 'nvidia_drm'",
    codes: ['module-not-built-for-kernel', 'driver-not-installed'],
    aside: true,
  },
  // The driver and the GPU
  {
    source: 'Frogging-Family/nvidia-all 394',
    text: "[    9.424670] NVRM: API mismatch: the client 'kwin_wayland' (pid 1005)\n               NVRM: has the version 595.84, but this kernel module has\n               NVRM: the version 595.80.  Please make sure that this",
    codes: ['driver-library-mismatch'],
  },
  {
    source: 'stackhpc/ansible-slurm-appliance 287',
    text: 'Jun 30 11:07:05 gpu-0 kernel: NVRM: API mismatch: the client has the version 535.54.03, but#012NVRM: this kernel module has the version 530.30.02.  Please#012NVRM: make sure that this kernel module and all NVIDIA driver#012NVRM: components have the same version.',
    codes: ['driver-library-mismatch'],
    aside: true,
  },
  {
    source: 'voidlinux/void-packages 5745',
    text: 'nvidia-modeset: Version mismatch: nvidia.ko(378.13) nvidia-modeset(375.26)',
    codes: ['driver-library-mismatch'],
  },
  {
    source: 'negativo17/nvidia-driver 158',
    text: 'kernel: NVRM: The NVIDIA GPU 0000:09:00.0 (PCI ID: 10de:1d01)\n             NVRM: installed in this system is not supported by open\n             NVRM: nvidia.ko because it does not include the required GPU',
    codes: ['gpu-needs-proprietary-modules'],
    aside: true,
  },
  // vGPU
  {
    source: 'NVIDIA/nvidia-docker 1787',
    text: 'Oct 12 17:22:37 node nvidia-gridd: Failed to register client (2)\nOct 12 17:22:37 node nvidia-gridd: Failed to acquire license from 192.0.2.10',
    codes: ['vgpu-unlicensed'],
  },
  {
    source: 'MicrosoftDocs/azure-docs 32746',
    text: 'Jun 05 16:36:01 node nvidia-gridd[5805]: Invalid feature type requested',
    codes: ['vgpu-unlicensed'],
    aside: true,
  },
  {
    source: 'NVIDIA/gpu-operator 628',
    text: '        License Status                    : Unlicensed (Restricted)',
    codes: ['vgpu-unlicensed'],
  },
];
