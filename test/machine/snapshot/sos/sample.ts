/** A sosreport, short: places and names are those that sos gives, the machine is broken as its files say. */
export const TOP = 'sosreport-host-2024-11-05-abcdefg';

export const LOST =
  '[  420.000001] NVRM: Xid (PCI:0000:01:00): 79, pid=1300, name=python3, GPU has fallen off the bus.';

const SMI_Q = `
==============NVSMI LOG==============

Driver Version                            : 550.90.07
CUDA Version                              : 12.4

Attached GPUs                             : 1
GPU 00000000:01:00.0
    Product Name                          : NVIDIA A100-PCIE-40GB
    Persistence Mode                      : Enabled
    Retired Pages
        Single Bit ECC                    : N/A
    Remapped Rows
        Pending                           : Yes
        Remapping Failure Occurred        : No
`;

/** Below the top. Null: a folder. */
export const FILES: Readonly<Record<string, string>> = {
  'etc/os-release': 'ID=ubuntu\nVERSION_ID="22.04"\nPRETTY_NAME="Ubuntu 22.04.5 LTS"\n',
  'etc/shadow': 'root:*:1::::::\n',
  'proc/cmdline': 'BOOT_IMAGE=/vmlinuz-5.15.0-91-generic root=/dev/sda1\n',
  'proc/driver/nvidia/version':
    'NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.90.07  Fri May 31 09:35:42 UTC 2024\nGCC version:  gcc version 11.4.0\n',
  'proc/modules': 'nvidia 56717312 2 nvidia_uvm, Live 0x0000000000000000 (POE)\n',
  'sos_commands/kernel/uname_-a':
    'Linux host 5.15.0-91-generic #101-Ubuntu SMP Tue Nov 14 13:30:08 UTC 2023 x86_64 x86_64 x86_64 GNU/Linux\n',
  'sos_commands/kernel/dmesg': '[    3.000000] nvidia: loading out-of-tree module taints kernel.\n',
  'sos_commands/kernel/modinfo_ALL_MODULES':
    'filename:       /lib/modules/5.15.0-91-generic/kernel/net/x.ko\nversion:        1.0\n' +
    'filename:       /lib/modules/5.15.0-91-generic/updates/dkms/nvidia.ko\nversion:        550.90.07\nlicense:        NVIDIA\n' +
    'filename:       /lib/modules/5.15.0-91-generic/kernel/net/y.ko\nversion:        2.0\n',
  'sos_commands/pci/lspci_-nnvv':
    '01:00.0 3D controller [0302]: NVIDIA Corporation GA100 [A100 PCIe 40GB] [10de:20f1] (rev a1)\n\tSubsystem: NVIDIA Corporation Device [10de:145f]\n\tKernel driver in use: nvidia\n',
  'sos_commands/nvidia/nvidia-smi_-q': SMI_Q,
  'sos_commands/nvidia/systemctl_status_nvidia-persistenced':
    '* nvidia-persistenced.service - NVIDIA Persistence Daemon\n     Loaded: loaded (/lib/systemd/system/nvidia-persistenced.service; enabled; vendor preset: enabled)\n     Active: active (running) since Tue 2024-11-05 13:55:26 UTC; 2min ago\n',
  'sos_commands/logs/journalctl_--no-pager_--boot_-1': `Nov 04 10:00:00 host kernel: ${LOST.slice(15)}\n`,
  'sos_commands/networking/ip_-o_addr': '1: lo inet 127.0.0.1/8\n',
};

export const manifest = (
  commands: readonly { exec: string; filepath: string; return_code: number }[],
): Record<string, string> => ({
  'sos_reports/manifest.json': JSON.stringify({
    components: { report: { plugins: { nvidia: { commands }, empty: { commands: 'x' } } } },
  }),
});
