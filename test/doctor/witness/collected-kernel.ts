/** Lines of kernel logs as machines wrote them, from public threads and test data; see collected-lines.ts for the form. */
import type { CollectedLine } from './collected-lines.ts';

export const COLLECTED_KERNEL: readonly CollectedLine[] = [
  {
    source: 'NVIDIA/open-gpu-kernel-modules 1150',
    text: 'kernel: NVRM: Xid (PCI:0000:dc:00): 45, pid=1818990, name=python3, Ch 00000001 caused by previous Xid 149',
    codes: ['nvlink-fault'],
    aside: true,
  },
  {
    source: 'Bumblebee-Project/Bumblebee 677',
    text: '[24128.828315] NVRM: Xid (PCI:0000:01:00): 32, Channel ID 00000000 intr 00004000\n[24128.834365] NVRM: Xid (PCI:0000:01:00): 31, Ch 00000003, engmask 00000101, intr 10000000',
    codes: ['application-fault'],
  },
  {
    source: 'akash-network/support 244',
    text: '[Wed Jul 31 23:14:18 2024] NVRM: GPU at PCI:0000:00:05: GPU-00000000-0000-0000-0000-000000000000\n[Wed Jul 31 23:14:18 2024] NVRM: GPU Board Serial Number: 0\n[Wed Jul 31 23:14:18 2024] NVRM: Xid (PCI:0000:00:05): 43, pid=1045242, name=pt_main_thread, Ch 00000008',
    codes: ['application-fault'],
  },
  {
    source: 'akash-network/support 244',
    text: '[Mon Aug  5 03:54:13 2024] NVRM: Xid (PCI:0000:00:07): 31, pid=2512125, name=python3.10, Ch 00000008, intr 00000000. MMU Fault: ENGINE GRAPHICS GPCCLIENT_T1_8 faulted @ 0x73ac_1c000000. Fault is of type FAULT_PDE ACCESS_TYPE_VIRT_WRITE',
    codes: ['application-fault'],
    aside: true,
  },
  {
    source: 'akash-network/support 244',
    text: "[Fri Aug  9 13:32:56 2024] NVRM: Xid (PCI:0000:00:08): 94, pid='<unknown>', name=<unknown>, Contained: SM (0x1). RST: No, D-RST: No",
    codes: ['ecc-or-xid-hardware-fault'],
  },
  {
    source: 'leptonai/gpud 46',
    text: "[Fri Aug 30 11:43:09 2024] NVRM: Xid (PCI:0000:cb:00): 13, pid='<unknown>', name=<unknown>, Graphics SM Warp Exception on (GPC 7, TPC 7, SM 0): Illegal Instruction Parameter",
    codes: ['application-fault'],
  },
  {
    source: 'leptonai/gpud 46',
    text: '[Fri Aug 30 11:43:14 2024] NVRM: Xid (PCI:0000:cb:00): 109, pid=1797828, name=pt_main_thread, Ch 00000008, errorString CTX SWITCH TIMEOUT, Info 0x58005',
    codes: ['ecc-or-xid-hardware-fault', 'gpu-reset-required'],
    aside: true,
  },
  {
    source: 'leptonai/gpud 1174',
    text: 'NVRM: Xid (PCI:0000:00:00): 149, NETIR_LINK_EVT Fatal XC0 i0 Link 00 (0x025001c6 0x00000000 0x00000000 0x00000000 0x00000000 0x00000000)',
    codes: ['nvlink-fault'],
  },
  {
    source: 'leptonai/gpud, sxid',
    text: "[6781741.548779] NVRM: Xid (PCI:0000:91:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.\n[6781753.400584] nvidia-nvswitch1: SXid (PCI:0000:06:00.0): 20034, Fatal, Link 48 LTSSM Fault Up\n[6781753.404848] nvidia-nvswitch2: SXid (PCI:0000:07:00.0): 20034, Severity 1 Engine instance 60 Sub-engine instance 00",
    codes: ['gpu-fell-off-bus'],
  },
  {
    source: 'leptonai/gpud, sxid',
    text: '[131453.740758] nvidia-nvswitch0: SXid (PCI:0000:a9:00.0): 20034, Data {0x50610002, 0x10100030}',
    codes: ['nvlink-fault'],
    aside: true,
  },
  {
    source: 'leptonai/gpud, xid',
    text: '[Sun Feb 23 16:24:18 2025] NVRM: Xid (PCI:0000:9b:00): 119, pid=2024380, name=nvidia-smi, Timeout after 6s of waiting for RPC response from GPU4 GSP! Expected function 103 (GSP_RM_ALLOC) (0x2081 0x4).',
    codes: ['gsp-timeout'],
  },
  {
    source: 'NVIDIA/open-gpu-kernel-modules 829',
    text: '[605633.376789] NVRM: GPU at PCI:0000:06:00: GPU-00000000-0000-0000-0000-000000000000\n[605633.376794] NVRM: Xid (PCI:0000:06:00): 120, GSP task exception: store access page fault (cause:0xf) @ pc:0x13ebd80, partition:2#0, task:3\n[605633.376800] NVRM:     Reported by libos partition:2#4 kernel v3.1 [0] @ ts:1770232285',
    codes: ['gsp-timeout'],
  },
  {
    source: 'NVIDIA/open-gpu-kernel-modules 1230',
    text: '[  115.083711] NVRM: GPU6 _kgspBootGspRm: unexpected WPR2 already up, cannot proceed with booting GSP\n[  115.083720] NVRM: GPU6 _kgspBootGspRm: (the GPU is likely in a bad state and may need to be reset)\n[  115.083750] NVRM: GPU6 RmInitAdapter: Cannot initialize GSP firmware RM\n[  115.084348] NVRM: GPU 0000:a1:00.0: RmInitAdapter failed! (0x62:0x40:2168)\n[  115.086406] NVRM: GPU 0000:a1:00.0: rm_init_adapter failed, device minor number 7',
    codes: ['rm-init-failed', 'gpu-reset-required'],
    aside: true,
  },
  {
    source: 'NVIDIA/open-gpu-kernel-modules 1151',
    text: 'May 27 16:50:10 host kernel: NVRM: osInitNvMapping: *** Cannot attach gpu\nMay 27 16:50:10 host kernel: NVRM: RmInitAdapter: osInitNvMapping failed, bailing out of RmInitAdapter\nMay 27 16:50:10 host kernel: NVRM: GPU 0000:09:00.0: RmInitAdapter failed! (0x22:0x56:894)',
    codes: ['rm-init-failed'],
  },
  {
    source: 'aikitoria/open-gpu-kernel-modules 9',
    text: '[    2.059343] kernel: pci 0000:65:00.0: [10de:2b85] type 00 class 0x030000 PCIe Legacy Endpoint\n[    2.059697] kernel: pci 0000:65:00.0: BAR 0 [mem 0xd4000000-0xd7ffffff]\n[    2.059730] kernel: pci 0000:65:00.0: BAR 5 [io  0x4000-0x407f]\n[    2.061776] kernel: pci 0000:65:00.0: VF BAR 0 [mem 0x303c4000000-0x303c403ffff 64bit pref]',
    codes: [],
  },
  {
    source: 'Ubuntu Forums, December 2016',
    text: 'Dec  6 17:49:03 host kernel: [ 8659.726052] NVRM: GPU at PCI:0000:01:00: GPU-00000000-0000-0000-0000-000000000000\nDec  6 17:49:03 host kernel: [ 8659.726067] NVRM: GPU at 0000:01:00.0 has fallen off the bus.\nDec  6 17:49:03 host kernel: [ 8659.726078] NVRM: A GPU crash dump has been created. If possible, please run',
    codes: ['gpu-fell-off-bus'],
    aside: true,
  },
  {
    source: 'NVIDIA/open-gpu-kernel-modules 489',
    text: '[    2.757687] NVRM: loading NVIDIA UNIX Open Kernel Module for x86_64  530.41.03  Release Build  (archlinux-builder@archalien)\n[    2.870841] NVRM objClInitPcieChipset: *** Chipset Setup Function Error!\n[    6.933352] input: HDA NVidia HDMI/DP,pcm=3 as /devices/pci0000:00/0000:00:01.0/0000:01:00.1/sound/card0/input13',
    codes: [],
  },
  {
    source: 'NVIDIA/NVSentinel 155',
    text: '[ 1843.308145] NVRM: The NVIDIA GPU 0000:b3:00.0\n               NVRM: (PCI ID: 10de:26b5) installed in this system has\n               NVRM: fallen off the bus and is not responding to commands.\n[ 1843.439662] NVRM: The NVIDIA probe routine failed for 1 device(s).',
    codes: ['gpu-fell-off-bus'],
  },
];
