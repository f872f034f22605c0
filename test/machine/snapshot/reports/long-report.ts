/**
 * Reports of nvidia-bug-report.sh with all of its sections, in its order (driver 470 to 575): what is not about the trouble is there in a
 * form that must not be taken for one.
 */
import { fileSection, section } from './samples.ts';

export interface Troubles {
  issue?: string;
  release?: string;
  dmesg?: readonly string[];
  /** Of this boot, by grep for NVRM. */
  journal?: readonly string[];
  /** Of the boot before. */
  before?: readonly string[];
  lspci?: readonly string[];
  /** Of nvidia-smi --query; null: nvidia-smi is not there. */
  smi?: readonly string[] | null;
  modules?: readonly string[];
  version?: readonly string[] | null;
  others?: readonly string[];
}

const HEALTHY_SMI = [
  '==============NVSMI LOG==============',
  '',
  'Timestamp                                 : Tue Nov  5 13:55:26 2024',
  'Driver Version                            : 550.90.07',
  'CUDA Version                              : 12.4',
  '',
  'Attached GPUs                             : 1',
  'GPU 00000000:01:00.0',
  '    Product Name                          : NVIDIA GeForce RTX 3060',
  '    Persistence Mode                      : Disabled',
  '    GPU Recovery Action                   : None',
  '    Performance State                     : P8',
  '    Temperature',
  '        GPU Current Temp                  : 41 C',
  '    Processes                             : None',
];

const HEALTHY_VERSION = [
  'NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.90.07  Fri May 31 09:35:42 UTC 2024',
  'GCC version:  gcc version 11.4.0 (Ubuntu 11.4.0-1ubuntu1~22.04)',
];

export const LSPCI_NVIDIA = [
  '00:00.0 Host bridge [0600]: Intel Corporation Device [8086:4660] (rev 02)',
  '01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA106 [GeForce RTX 3060] [10de:2503] (rev a1)',
  '01:00.1 Audio device [0403]: NVIDIA Corporation GA106 High Definition Audio Controller [10de:228e] (rev a1)',
];

export function bugReport({
  issue = 'Ubuntu 22.04.5 LTS \\n \\l',
  release = '5.15.0-91-generic',
  dmesg = [],
  journal = [],
  before = [],
  lspci = LSPCI_NVIDIA,
  smi = HEALTHY_SMI,
  modules = [
    'nvidia_uvm 1540096 0 - Live 0x0000000000000000 (POE)',
    'nvidia 56717312 1 nvidia_uvm, Live 0x0000000000000000 (POE)',
  ],
  version = HEALTHY_VERSION,
  others = [],
}: Troubles = {}): string {
  const smiPath = '/usr/bin/nvidia-smi';
  return [
    section(
      'Start of NVIDIA bug report log file.  Please include this file, along',
      'with a detailed description of your problem, when reporting a graphics',
      'driver bug via the NVIDIA Linux forum (see forums.developer.nvidia.com)',
      "or by sending email to 'linux-bugs@nvidia.com'.",
      '',
      'nvidia-bug-report.sh Version: 34275571',
      '',
      'Date: Tue Nov  5 13:55:26 UTC 2024',
      `uname: Linux host ${release} #101-Ubuntu SMP Tue Nov 14 13:30:08 UTC 2023 x86_64 x86_64 x86_64 GNU/Linux`,
      'command line flags: ',
    ),
    fileSection('/sys/bus/pci/devices/0000:01:00.0/power/control', 'on'),
    section('*** /sys/bus/pci/devices/0000:01:00.0/power/runtime_usage does not exist'),
    fileSection('/etc/issue', issue),
    section('*** /var/log/nvidia-installer.log does not exist'),
    ...others,
    section(
      '/usr/bin/systemctl status nvidia-suspend.service nvidia-powerd.service nvidia-persistenced.service',
      '○ nvidia-suspend.service - NVIDIA system suspend actions',
      '     Loaded: loaded (/lib/systemd/system/nvidia-suspend.service; disabled; vendor preset: enabled)',
      '     Active: inactive (dead)',
      '',
      '● nvidia-persistenced.service - NVIDIA Persistence Daemon',
      '     Loaded: loaded (/lib/systemd/system/nvidia-persistenced.service; enabled; vendor preset: enabled)',
      '     Active: active (running) since Tue 2024-11-05 13:50:00 UTC; 5min ago',
    ),
    section('journalctl -b -0 _COMM=Xorg', '', '-- No entries --'),
    section(
      'journalctl -b -1 _COMM=Xorg',
      '',
      'Nov 04 10:00:00 host Xorg[1700]: (EE) NVIDIA(0): Failed to initialize the NVIDIA GPU at PCI:1:0:0.',
    ),
    section(
      '/usr/bin/coredumpctl info COREDUMP_COMM=Xorg',
      '           PID: 853 (Xorg)',
      '        Signal: 6 (ABRT)',
      '     Timestamp: Thu 2022-03-10 10:41:55 UTC (2 years ago)',
      '       Message: Process 853 (Xorg) of user 120 dumped core: CUDA error: out of memory.',
    ),
    fileSection('/var/log/Xorg.0.log', '[     9.000] (II) NVIDIA dlloader X Driver  550.90.07'),
    section('Skipping ldd output (glxinfo not found)'),
    section('Vulkan loader not found'),
    section('/usr/bin/lspci -nntv', '', '-[0000:00]-+-00.0  Intel Corporation Device [8086:4660]'),
    section('/usr/bin/lspci -nn', '', ...lspci),
    section('/usr/sbin/dmidecode', '', 'Base Board Information', '\tManufacturer: Nobody'),
    section(
      '/usr/sbin/modinfo nvidia | grep vermagic',
      '',
      `vermagic:       ${release} SMP mod_unload modversions `,
    ),
    section(
      'Scanning kernel log files for NVIDIA kernel messages:',
      '',
      '  /var/log/kern.log:',
      'Nov  1 09:00:00 host kernel: [  700.000000] NVRM: Xid (PCI:0000:01:00): 48, pid=7, Double Bit ECC Error',
      '',
      '  journalctl -b -0:',
      ...journal,
      '',
      '  journalctl -b -1:',
      ...before,
    ),
    section(
      'dmesg:',
      '',
      `[    0.000000] Linux version ${release} (buildd@host) (gcc (Ubuntu 11.4.0-1ubuntu1~22.04) 11.4.0)`,
      ...dmesg,
    ),
    section(
      'Using built-in specs.',
      'COLLECT_GCC=gcc',
      'Target: x86_64-linux-gnu',
      'gcc version 11.4.0 (Ubuntu 11.4.0-1ubuntu1~22.04) ',
    ),
    section('xset -q:', '', 'xset:  unable to open display ""'),
    section(
      'nvidia-settings -q all:',
      '',
      'ERROR: The control display is undefined; please run `nvidia-settings --help` for usage information.',
    ),
    fileSection('/proc/cmdline', `BOOT_IMAGE=/vmlinuz-${release} root=/dev/sda1 ro quiet`),
    fileSection('/proc/modules', ...modules),
    ...(version === null
      ? [section('*** /proc/driver/nvidia/./version does not exist')]
      : [fileSection('/proc/driver/nvidia/./version', ...version)]),
    section('/usr/bin/nvidia-debugdump -D', '', 'U29tZSBiYXNlNjQ='),
    smi === null
      ? section('Skipping nvidia-smi output (nvidia-smi not found)')
      : section(
          `${smiPath} --query`,
          '',
          ...smi,
          '',
          `${smiPath} --query --unit`,
          '',
          ...smi.slice(0, 5),
          'Attached Units : 0',
        ),
    section('/usr/bin/systemctl status nvidia-fabricmanager.service', ''),
    section('Skipping acpidump output (acpidump not found)'),
    section('End of NVIDIA bug report log file.'),
  ].join('\n');
}
