/** Reports as their programs write them, short: headings, order and empty lines are those of the scripts. */

const LINE = '____________________________________________';

/** A section of nvidia-bug-report.sh: behind the line an empty one. */
export const section = (...lines: readonly string[]): string => [LINE, '', ...lines, ''].join('\n');

/** "*** PATH" with its listing, as echo_metadata() prints it. */
export const fileSection = (path: string, ...lines: readonly string[]): string =>
  section(
    `*** ${path}`,
    `*** ls: -r--r--r-- 1 root root 0 2021-03-04 10:11:12.000000000 +0100 ${path}`,
    ...lines,
  );

/** Driver 460 on Ubuntu 20.04, GPU and module in order; nvidia-smi of the library that was upgraded since. */
export const BUG_REPORT = [
  section(
    'Start of NVIDIA bug report log file.  Please include this file, along',
    'with a detailed description of your problem, when reporting a graphics',
    "or by sending email to 'linux-bugs@nvidia.com'.",
    '',
    'nvidia-bug-report.sh Version: 29052011',
    '',
    'Date: Thu Mar  4 10:11:12 CET 2021',
    'uname: Linux host 5.4.0-66-generic #74-Ubuntu SMP Wed Jan 27 22:54:38 UTC 2021 x86_64 x86_64 x86_64 GNU/Linux',
    'command line flags: ',
  ),
  fileSection('/etc/issue', 'Ubuntu 20.04.2 LTS \\n \\l'),
  section('*** /var/log/nvidia-installer.log does not exist'),
  section('*** /etc/shadow is not readable'),
  section(
    '/usr/bin/lspci -d "10de:*" -v -xxx',
    '',
    '01:00.0 VGA compatible controller: NVIDIA Corporation TU116 [GeForce GTX 1660 Ti] (rev a1) (prog-if 00 [VGA controller])',
    '\tKernel driver in use: nvidia',
    '\tKernel modules: nvidiafb, nouveau, nvidia_drm, nvidia',
    '00: de 10 82 21 07 04 10 00 a1 00 00 03 00 00 80 00',
  ),
  section(
    '/usr/bin/lspci -nn',
    '',
    '00:02.0 VGA compatible controller [0300]: Intel Corporation UHD Graphics 630 [8086:3e9b]',
    '01:00.0 VGA compatible controller [0300]: NVIDIA Corporation TU116 [GeForce GTX 1660 Ti] [10de:2182] (rev a1)',
  ),
  section('Skipping lsusb output (lsusb not found)'),
  section(
    'Scanning kernel log files for NVIDIA kernel messages:',
    '',
    '  journalctl -b -0:',
    'Mar 04 09:00:01 host kernel: NVRM: loading NVIDIA UNIX x86_64 Kernel Module  460.39  Thu Jan 21 21:54:06 UTC 2021',
    '',
    '  journalctl -b -1:',
    'Mar 03 08:00:00 host kernel: NVRM: GPU at PCI:0000:01:00: GPU-00000000-0000-0000-0000-000000000000',
    'Mar 03 08:00:01 host kernel: NVRM: Xid (PCI:0000:01:00): 79, GPU has fallen off the bus.',
  ),
  section('dmesg:', '', '[    1.000000] nvidia: loading out-of-tree module taints kernel.'),
  section('Using built-in specs.', 'COLLECT_GCC=gcc', 'gcc version 9.3.0 (Ubuntu 9.3.0-17ubuntu1~20.04)'),
  section('Using built-in specs.', 'COLLECT_GCC=g++', 'gcc version 9.3.0 (Ubuntu 9.3.0-17ubuntu1~20.04)'),
  fileSection('/proc/modules', 'nvidia 34078720 1 - Live 0x0000000000000000 (POE)'),
  fileSection(
    '/proc/driver/nvidia/./version',
    'NVRM version: NVIDIA UNIX x86_64 Kernel Module  460.39  Thu Jan 21 21:54:06 UTC 2021',
    'GCC version:  gcc version 9.3.0 (Ubuntu 9.3.0-17ubuntu1~20.04)',
  ),
  section(
    '/usr/bin/nvidia-smi -q',
    '',
    'Failed to initialize NVML: Driver/library version mismatch',
    '',
    '/usr/bin/nvidia-smi -q -u',
    '',
    'Failed to initialize NVML: Driver/library version mismatch',
  ),
  [LINE, '', 'End of NVIDIA bug report log file.', ''].join('\n'),
].join('\n');

export const COLLECT_ENV = `Collecting environment information...
PyTorch version: 2.1.0+cu118
Is debug build: False
CUDA used to build PyTorch: 11.8
ROCM used to build PyTorch: N/A

OS: Ubuntu 22.04.3 LTS (x86_64)
GCC version: (Ubuntu 11.4.0-1ubuntu1~22.04) 11.4.0
Clang version: Could not collect
CMake version: version 3.27.7
Libc version: glibc-2.35

Python version: 3.10.12 (main, Jun 11 2023, 05:26:28) [GCC 11.4.0] (64-bit runtime)
Python platform: Linux-5.15.0-91-generic-x86_64-with-glibc2.35
Is CUDA available: False
CUDA runtime version: 11.8.89
CUDA_MODULE_LOADING set to: N/A
GPU models and configuration:
GPU 0: NVIDIA GeForce RTX 3090
GPU 1: NVIDIA GeForce RTX 3090

Nvidia driver version: 535.129.03
cuDNN version: Probably one of the following:
/usr/lib/x86_64-linux-gnu/libcudnn.so.8.9.7
/usr/lib/x86_64-linux-gnu/libcudnn_ops_infer.so.8.9.7
HIP runtime version: N/A

Versions of relevant libraries:
[pip3] numpy==1.26.2
[pip3] torch==2.1.0+cu118
[conda] Could not collect
`;

export const TF_ENV = `
== check python ===================================================
python version: 3.6.8
python implementation: CPython


== check os platform ===============================================
os: Linux
os kernel version: #42~18.04.1-Ubuntu SMP Thu Jan 16 18:46:38 UTC 2020
os release version: 5.3.0-28-generic
os platform: Linux-5.3.0-28-generic-x86_64-with-Ubuntu-18.04-bionic
linux distribution: ('Ubuntu', '18.04', 'bionic')
mac version: ('', ('', '', ''), '')
architecture: ('64bit', '')
machine: x86_64


== are we in docker =============================================
No

== compiler =====================================================
c++ (Ubuntu 7.4.0-1ubuntu1~18.04.1) 7.4.0
Copyright (C) 2017 Free Software Foundation, Inc.

== check pips ===================================================
tensorflow-gpu       2.1.0

== check for virtualenv =========================================
False

== tensorflow import ============================================
tf.version.VERSION = 2.1.0

== env ==========================================================
LD_LIBRARY_PATH /usr/local/cuda-10.1/lib64
DYLD_LIBRARY_PATH is unset

== nvidia-smi ===================================================
NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.

== cuda libs  ===================================================
/usr/local/cuda-10.1/targets/x86_64-linux/lib/libcudart.so.10.1.243

== tensorflow installed from info ==================
`;
