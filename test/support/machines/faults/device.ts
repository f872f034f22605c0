import { changed, without, type Host } from '../host.ts';
import { all, any, both } from '../kinds.ts';
import { driverSays, isNvidiasNode, kernelSays, reported } from './changes.ts';
import type { Fault } from './fault.ts';

/** Root and a group alone may open them. */
const closed = (host: Host): Host =>
  changed(host, {
    nodes: Object.fromEntries(
      Object.entries(host.nodes)
        .filter(([path]) => isNvidiasNode.test(path))
        .map(([path, node]) => [path, { ...node, mode: 0o660, gid: 44 }]),
    ),
  });

export const faults: readonly Fault[] = [
  {
    code: 'cuda-broken-after-suspend',
    how: 'the driver could not keep its memory',
    on: any('native'),
    inject: (host) =>
      kernelSays(
        host,
        'PM: suspend entry (deep)',
        'NVRM: GPU 0000:01:00.0: PreserveVideoMemoryAllocations module parameter is set. System Power Management attempted without driver procfs suspend interface. Please refer to the README',
        'PM: suspend exit',
      ),
  },
  {
    code: 'device-nodes-missing',
    how: 'the device files are gone',
    on: any('native'),
    inject: (host) => without(host, isNvidiasNode),
  },
  {
    code: 'device-permission-denied',
    how: 'only a group may open them',
    on: any('native'),
    inject: closed,
  },
  {
    code: 'device-permission-denied',
    how: 'the container runs as a user whom the host did not let in',
    on: all('container'),
    inject: (host) => ({ ...closed(host), uid: 1000, gids: [1000] }),
  },
  {
    code: 'device-permission-denied',
    how: 'the user is not in the group video',
    on: all('jetson'),
    inject: (host) => ({ ...host, gids: [1000, 27] }),
  },
  {
    code: 'uvm-missing',
    how: 'neither its device file nor its module, and no nvidia-modprobe',
    on: any('native'),
    inject: (host) =>
      changed(without(host, '/dev/nvidia-uvm', '/usr/bin/nvidia-modprobe'), {
        files: {
          '/proc/modules': (host.files['/proc/modules'] as string)
            .replace(/^nvidia_uvm.*\n/m, '')
            .replace('nvidia_uvm,', ''),
        },
      }),
  },
  {
    code: 'uvm-missing',
    how: 'the container was not given it',
    on: all('container'),
    inject: (host) => without(host, '/dev/nvidia-uvm'),
  },
  ...['', '-1', '9', 'NoDevFiles'].map((value): Fault => ({
    code: 'cuda-visible-devices-empty',
    how: `CUDA_VISIBLE_DEVICES="${value}"`,
    on: any('native', 'container', 'wsl', 'jetson'),
    inject: (host) => changed(host, { env: { CUDA_VISIBLE_DEVICES: value } }),
  })),
  {
    code: 'exclusive-mode',
    how: 'the compute mode lets no program in',
    on: any('native', 'container'),
    inject: (host) => reported(host, { compute_mode: 'Prohibited' }),
  },
  {
    code: 'persistence-mode-off',
    how: 'nothing keeps the driver awake',
    severity: 'info',
    on: both(any('native'), all('data-centre')),
    inject: (host) => {
      const { at } = host.driven!.gpus;
      return driverSays(host, {
        reports: Object.fromEntries(
          at.map((bus) => [bus, { ...host.driven!.reports[bus], persistence_mode: 'Disabled' }]),
        ),
      });
    },
  },
  {
    code: 'mig-misconfigured',
    how: 'MIG is on, and no instance was made',
    on: all('data-centre'),
    inject: (host) =>
      reported(host, { 'mig_mode/current_mig': 'Enabled', 'mig_mode/pending_mig': 'Enabled' }),
  },
  {
    code: 'fabricmanager-not-running',
    how: 'the GPUs wait for it',
    on: both(any('native', 'container'), all('data-centre')),
    inject: (host) => {
      const waiting = reported(host, { 'fabric/state': 'In Progress', 'fabric/status': 'N/A' });
      return host.commands['systemctl'] === undefined
        ? waiting
        : changed(waiting, {
            commands: {
              systemctl: {
                exit: 0,
                stdout: 'LoadState=loaded\nActiveState=inactive\nSubState=dead\nUnitFileState=disabled\n',
              },
            },
          });
    },
  },
  {
    code: 'out-of-gpu-memory',
    how: 'a program holds all of it',
    severity: 'info',
    on: any('native', 'container'),
    inject: (host) =>
      reported(host, {
        'fb_memory_usage/used': '5900 MiB',
        'processes/process_info/pid': '4242',
        'processes/process_info/type': 'C',
        'processes/process_info/process_name': 'python3',
        'processes/process_info/used_memory': '5890 MiB',
      }),
  },
];
