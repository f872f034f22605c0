/**
 * What people paste into an issue: a command or two, nothing else known. From paste to judgement, through the same probes
 * as a live machine.
 */
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/doctor/diagnose.ts';
import type { DoctorResult } from '../../src/doctor/types.ts';
import { collectFacts } from '../../src/machine/facts/collect.ts';
import { parseSnapshot } from '../../src/machine/snapshot/schema.ts';
import { snapshotMachine } from '../../src/machine/snapshot/snapshot.ts';
import { RUN } from '../support/facts.ts';

interface Paste {
  files?: Record<string, string>;
  dirs?: Record<string, { entries: string[]; complete: boolean }>;
  commands: { argv: string[]; exit: number | null; stdout: string; stderr: string }[];
}

async function judge(paste: Paste): Promise<DoctorResult> {
  const text = JSON.stringify({ format: 'gpu-setup/snapshot@1', ...paste });
  return diagnose(await collectFacts(snapshotMachine(parseSnapshot(text, 'paste'), 'paste')), RUN, 'paste');
}

const ran = (line: string, stdout = '', stderr = ''): Paste['commands'][number] => ({
  argv: line.split(' '),
  exit: null,
  stdout,
  stderr,
});

const smi = (version: string, cuda?: string): string =>
  [
    '+-----------------------------------------------------------------------------+',
    `| NVIDIA-SMI ${version}    Driver Version: ${version}    ${cuda ? `CUDA Version: ${cuda}` : ''}      |`,
    '|-------------------------------+----------------------+----------------------+',
    '|   0  GeForce GTX 1080    Off  | 00000000:01:00.0  On |                  N/A |',
    '| 29%   38C    P8     9W / 180W |    379MiB /  8105MiB |      3%      Default |',
    '+-------------------------------+----------------------+----------------------+',
    '',
  ].join('\n');
const nvcc = (version: string): string =>
  `nvcc: NVIDIA (R) Cuda compiler driver\nCuda compilation tools, release ${/^\d+\.\d+/.exec(version)![0]}, V${version}\n`;
const lsmod = (...modules: string[]): string =>
  ['Module                  Size  Used by', ...modules.map((name) => `${name} 16384 1`), ''].join('\n');
const NO_CONTACT = "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n";
const MODULE = {
  '/proc/driver/nvidia/version':
    'NVRM version: NVIDIA UNIX x86_64 Kernel Module  440.64  Fri Feb 21 01:17:26 UTC 2020\n',
};
const PACKAGES =
  'ii  nvidia-driver-440  440.82-0ubuntu0~0.18.04.1 amd64 x\nii  libnvidia-compute-440:amd64  440.82-0ubuntu0~0.18.04.1 amd64 x\n';
const CLOSED = ['/dev/nvidia0', '/dev/nvidiactl']
  .map((path, i) => `crw-rw---- 1 root video 195,   ${i * 255} Jan  1 10:00 ${path}\n`)
  .join('');
const dkms = (kernel: string): Paste['commands'][number] =>
  ran('dkms status', `nvidia, 440.82, ${kernel}, x86_64: installed\n`);

/** [what it shows, the code that must lead, the paste] */
const WRONG: readonly (readonly [string, string, Paste])[] = [
  [
    'a container in which a program misses the driver, where nobody looked for device files',
    'container-no-gpu',
    {
      files: { '/proc/1/cgroup': '12:devices:/docker/0123456789abcdef\n' },
      commands: [
        ran('nvidia-smi', '', 'bash: nvidia-smi: command not found\n'),
        ran('python train.py', '', 'RuntimeError: Found no NVIDIA driver on your system.\n'),
      ],
    },
  ],
  [
    'no nvcc, and nothing where NVIDIA puts toolkits',
    'toolkit-missing',
    {
      commands: [
        ran('nvcc --version', '', 'nvcc: command not found\n'),
        ran(
          'ls -d /usr/local/cuda*',
          '',
          "ls: cannot access '/usr/local/cuda*': No such file or directory\n",
        ),
      ],
    },
  ],
  [
    'nouveau among the modules and no contact',
    'nouveau-in-use',
    { commands: [ran('lsmod', lsmod('nouveau', 'mxm_wmi')), ran('nvidia-smi', NO_CONTACT)] },
  ],
  [
    'a GPU without driver and no nvidia-smi',
    'driver-not-installed',
    {
      commands: [
        ran(
          'lspci -nn',
          '01:00.0 VGA compatible controller [0300]: NVIDIA Corporation TU116M [GeForce GTX 1660 Ti Mobile] [10de:2191] (rev a1)\n',
        ),
        ran('nvidia-smi', '', 'bash: nvidia-smi: command not found\n'),
      ],
    },
  ],
  [
    'dkms has it for another kernel',
    'module-not-built-for-kernel',
    {
      commands: [
        dkms('5.3.0-51-generic'),
        ran('uname -r', '5.3.0-53-generic\n'),
        ran('nvidia-smi', NO_CONTACT),
      ],
    },
  ],
  [
    'dkms has its source only',
    'module-not-built-for-kernel',
    { commands: [ran('dkms status', 'nvidia/535.54.03: added\n'), ran('nvidia-smi', NO_CONTACT)] },
  ],
  [
    'built for this kernel, not loaded',
    'module-not-loaded',
    {
      commands: [
        dkms('5.3.0-51-generic'),
        ran('uname -r', '5.3.0-51-generic\n'),
        ran('lsmod', lsmod('i915')),
      ],
    },
  ],
  [
    'the same with Secure Boot',
    'secure-boot-blocks-module',
    {
      commands: [
        dkms('5.3.0-51-generic'),
        ran('uname -r', '5.3.0-51-generic\n'),
        ran('lsmod', lsmod('i915')),
        ran('mokutil --sb-state', 'SecureBoot enabled\n'),
      ],
    },
  ],
  [
    'closed nodes and a user outside the group',
    'device-permission-denied',
    {
      commands: [
        ran('ls -l /dev/nvidia0 /dev/nvidiactl', CLOSED),
        ran('id', 'uid=1000(user) gid=1000(user) groups=1000(user),27(sudo)\n'),
      ],
    },
  ],
  [
    'no nodes under a loaded module',
    'device-nodes-missing',
    {
      files: MODULE,
      commands: [
        ran('ls -l /dev/nvidia*', '', "ls: cannot access '/dev/nvidia*': No such file or directory\n"),
      ],
    },
  ],
  [
    'an old driver and a newer nvcc',
    'driver-too-old-for-cuda',
    { commands: [ran('nvidia-smi', smi('390.116')), ran('nvcc --version', nvcc('10.1.243'))] },
  ],
  [
    'module and packages differ',
    'driver-library-mismatch',
    { files: MODULE, commands: [ran('dpkg -l', PACKAGES)] },
  ],
  ['CUDA Version: N/A', 'libcuda-missing', { commands: [ran('nvidia-smi', smi('470.57.02', 'N/A'))] }],
  [
    'nvidia-smi is not in the container',
    'container-no-gpu',
    {
      commands: [
        ran(
          'docker run --rm nvidia/cuda nvidia-smi',
          '',
          'docker: Error response from daemon: OCI runtime create failed: starting container process caused "exec: \\"nvidia-smi\\": executable file not found in $PATH": unknown.\n',
        ),
      ],
    },
  ],
  [
    'TensorFlow in a container without its GPU',
    'container-no-gpu',
    {
      commands: [
        ran(
          'docker run -it tensorflow/tensorflow:latest-gpu python',
          '',
          'failed call to cuInit: UNKNOWN ERROR (303)\nkernel driver does not appear to be running on this host (abc): /proc/driver/nvidia/version does not exist\n',
        ),
      ],
    },
  ],
  [
    'inside a container without nodes',
    'container-no-gpu',
    {
      files: { '/.dockerenv': '' },
      dirs: { '/dev': { entries: ['null', 'pts', 'shm'], complete: true } },
      commands: [ran('nvidia-smi', '', 'bash: nvidia-smi: command not found\n')],
    },
  ],
  [
    'a PCI list without NVIDIA',
    'no-nvidia-gpu',
    {
      commands: [
        ran(
          'lspci',
          '00:00.0 Host bridge: Intel Corporation 440FX\n00:02.0 VGA compatible controller: Cirrus Logic GD 5446\n',
        ),
        ran('nvidia-smi', NO_CONTACT),
      ],
    },
  ],
  [
    'no inodes left',
    'disk-full',
    {
      commands: [
        ran(
          'df -i',
          'Filesystem      Inodes  IUsed   IFree IUse% Mounted on\n/dev/sda2      6553600 6553600       0  100% /\n',
        ),
      ],
    },
  ],
];

/** [why it is fine, the paste] */
const FINE: readonly (readonly [string, Paste])[] = [
  [
    'a user inside the group',
    {
      commands: [
        ran('ls -l /dev/nvidia0 /dev/nvidiactl', CLOSED),
        ran('id', 'uid=1000(user) gid=1000(user) groups=1000(user),44(video)\n'),
      ],
    },
  ],
  [
    'minor version compatibility',
    { commands: [ran('nvidia-smi', smi('450.80.02', '11.0')), ran('nvcc --version', nvcc('11.8.89'))] },
  ],
  [
    'an old toolkit under a newer driver',
    { commands: [ran('nvidia-smi', smi('418.87.00', '10.1')), ran('nvcc --version', nvcc('9.0.176'))] },
  ],
  [
    'a container that was given its GPU',
    { commands: [ran('docker run --gpus all nvidia/cuda nvidia-smi', smi('450.80.02', '11.0'))] },
  ],
  [
    'WSL 2, where tool and driver differ by design',
    {
      commands: [
        ran('uname -r', '5.15.90.1-microsoft-standard-WSL2\n'),
        ran('nvidia-smi', smi('531.18', '12.1')),
      ],
    },
  ],
  [
    'snap images, which are always full',
    {
      commands: [
        ran(
          'df -h',
          'Filesystem      Size  Used Avail Use% Mounted on\n/dev/sda2  100G 20G 80G 20% /\n/dev/loop0  56M 56M 0 100% /snap/core18/2128\n',
        ),
      ],
    },
  ],
  [
    'a removed driver beside the installed one',
    {
      files: MODULE,
      commands: [
        ran(
          'dpkg -l',
          'ii  nvidia-driver-440 440.64-0ubuntu1 amd64 x\nii  libnvidia-compute-440:amd64 440.64-0ubuntu1 amd64 x\nrc  nvidia-driver-390 390.1 amd64 x\n',
        ),
      ],
    },
  ],
];

describe('pastes', () => {
  it.each(WRONG)('%s: %s leads', async (_what, code, paste) => {
    const result = await judge(paste);
    expect(result.diagnoses.find(({ severity }) => severity === 'error')?.code).toBe(code);
    expect(result.verdict).toBe('failed');
  });

  it.each(FINE)('%s: no error, and never called fine without having looked', async (_what, paste) => {
    const result = await judge(paste);
    expect(result.diagnoses.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(['unverified', 'ok']).toContain(result.verdict);
  });
});
