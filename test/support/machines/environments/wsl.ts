/** WSL: Windows lends driver and libraries; what is installed inside can only stand in their way. */
import { wsl as healthyWsl } from '../healthy.ts';
import { changed, without, type Host } from '../host.ts';
import { dpkg, withToolkit } from '../parts.ts';
import type { Environment } from './environment.ts';

/** A container of Docker's inside WSL: the toolkit lends it /dev/dxg and the folder of Windows' libraries. */
const containerInWsl: Host = changed(healthyWsl, {
  name: 'container in WSL',
  files: {
    '/.dockerenv': '',
    '/proc/1/cgroup': '0::/\n',
    '/proc/self/mountinfo':
      '1153 1012 0:101 / / rw,relatime master:321 - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/A\n',
  },
  env: { WSL_DISTRO_NAME: undefined, NVIDIA_VISIBLE_DEVICES: 'all' },
  uid: 0,
  gids: [0],
});

const SMI_BLOCKED = {
  exit: 255,
  stdout: 'Failed to initialize NVML: GPU access blocked by the operating system\n',
};

/** NVIDIA's installer of a Linux driver, which dpkg knows nothing of. */
const runfile: Host = changed(healthyWsl, {
  libraries: { '/usr/lib/x86_64-linux-gnu/libcuda.so.550.54.14': { soname: 'libcuda.so.1' } },
  links: { '/usr/lib/x86_64-linux-gnu/libcuda.so.1': 'libcuda.so.550.54.14' },
  cache: [['libcuda.so.1', '/usr/lib/x86_64-linux-gnu/libcuda.so.1'], ...healthyWsl.cache],
  commands: { 'nvidia-smi': SMI_BLOCKED },
});

const packaged: Host = changed(runfile, {
  files: { '/var/lib/dpkg/status': dpkg('550.54.14-0ubuntu0.22.04.1', 'libnvidia-compute-550') },
});

/** Nothing of a Linux driver, which has no hold here, may be advised. */
const LINUX_DRIVER = /apt install.*nvidia|ubuntu-drivers|modprobe|cuda-drivers/;

export const environment: Environment = {
  name: 'WSL',
  healthy: [healthyWsl, withToolkit(healthyWsl, '12.8', '12.8.90', 14), containerInWsl],
  broken: [
    {
      how: 'a package of a Linux driver is installed inside',
      host: packaged,
      code: 'wsl-linux-driver-installed',
      fix: /apt purge/,
      never: LINUX_DRIVER,
    },
    {
      how: "NVIDIA's installer has put a Linux driver inside",
      host: runfile,
      code: 'wsl-linux-driver-installed',
      fix: /nvidia-uninstall/,
      never: LINUX_DRIVER,
    },
    {
      how: 'the loader does not know the folder that Windows lends',
      host: changed({ ...healthyWsl, cache: [] }, { commands: { 'nvidia-smi': undefined } }),
      code: 'libcuda-missing',
      fix: /ld\.wsl\.conf/,
      never: LINUX_DRIVER,
    },
    {
      how: 'Windows has no driver of NVIDIA',
      host: changed(without(healthyWsl, /^\/usr\/lib\/wsl\/lib\/(?:libcuda|libnvidia|nvidia)/), {
        files: { '/usr/lib/wsl/lib/libd3d12.so': '' },
        commands: { 'nvidia-smi': undefined },
      }),
      code: 'libcuda-missing',
      fix: /driver in Windows/,
      never: LINUX_DRIVER,
    },
    {
      how: 'Windows does not lend its GPU',
      host: changed(without(healthyWsl, '/dev/dxg', '/usr/lib/wsl'), {
        commands: { 'nvidia-smi': undefined },
      }),
      code: 'device-nodes-missing',
      fix: /gpuSupport/,
      never: LINUX_DRIVER,
    },
    {
      how: 'it is WSL 1',
      host: changed(without(healthyWsl, '/dev/dxg', '/usr/lib/wsl'), {
        files: {
          '/proc/sys/kernel/osrelease': '4.4.0-19041-Microsoft\n',
          '/proc/version': 'Linux version 4.4.0-19041-Microsoft\n',
        },
        commands: { 'nvidia-smi': undefined },
      }),
      code: 'wsl1-no-gpu',
      fix: /WSL 2/,
      never: LINUX_DRIVER,
    },
    {
      how: 'the driver in Windows is older than the toolkit',
      host: withToolkit(
        changed(healthyWsl, {
          commands: {
            'nvidia-smi': {
              exit: 0,
              stdout:
                '| NVIDIA-SMI 470.94       Driver Version: 472.50       CUDA Version: 11.4     |\n' +
                '|   0  NVIDIA GeForce ...  Off  | 00000000:01:00.0 Off |                  N/A |\n',
            },
          },
        }),
        '12.8',
        '12.8.90',
        14,
      ),
      code: 'driver-too-old-for-cuda',
      fix: /driver in Windows/,
      never: LINUX_DRIVER,
    },
    {
      how: 'the container inside was started without a GPU',
      host: changed(without(containerInWsl, '/dev/dxg', '/usr/lib/wsl'), {
        commands: { 'nvidia-smi': undefined },
        env: { NVIDIA_VISIBLE_DEVICES: undefined },
      }),
      code: 'container-no-gpu',
      fix: /--gpus all/,
      never: LINUX_DRIVER,
    },
  ],
};
