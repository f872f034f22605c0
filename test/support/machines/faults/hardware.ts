import { without } from '../host.ts';
import { all, any, both, not } from '../kinds.ts';
import {
  boundTo,
  driverSays,
  firstGpu,
  kernelSays,
  notRunning,
  refused,
  reported,
  withoutLibraries,
} from './changes.ts';
import type { Fault } from './fault.ts';
import type { Host } from '../host.ts';

const cardGone = /^\/sys\/bus\/pci\/devices\/0000:(?!00:00)[^/]+(?:\/|$)/;

/** The first GPU no longer answers. */
const lost = (host: Host): Host => driverSays(host, { lost: host.driven!.gpus.at.slice(0, 1) });

/** "0000:01:00", as Xid has it. */
const slotOf = (host: Host): string => firstGpu(host).replace(/\.\d$/, '');

const xid = (host: Host, number: number, message: string): Host =>
  kernelSays(host, `NVRM: Xid (PCI:${slotOf(host)}): ${number}, pid=4242, name=python3, ${message}`);

const onAQuarterOfItsLanes = (host: Host): Host =>
  reported(host, { 'pci/pci_gpu_link_info/link_widths/current_link_width': '4x' });

export const faults: readonly Fault[] = [
  {
    code: 'no-nvidia-gpu',
    how: 'the card is taken out',
    on: any('native'),
    inject: (host) => notRunning(without(host, cardGone)),
  },
  {
    code: 'no-nvidia-gpu',
    how: 'the host has none either',
    on: all('container'),
    inject: (host) => notRunning(withoutLibraries(without(host, cardGone, '/usr/bin/nvidia-smi'))),
  },
  {
    code: 'gpu-fell-off-bus',
    how: 'it is lost while it works',
    on: any('native'),
    inject: (host) =>
      xid(
        kernelSays(lost(host), `NVRM: GPU ${firstGpu(host)}: GPU has fallen off the bus.`),
        79,
        'GPU has fallen off the bus.',
      ),
  },
  {
    code: 'gpu-fell-off-bus',
    how: 'nvidia-smi alone says so',
    on: any('native', 'container'),
    inject: lost,
  },
  {
    code: 'gpu-power-cable-missing',
    how: 'a plug is missing',
    on: any('native'),
    inject: (host) => xid(refused(host), 54, 'Auxiliary power is not connected to the GPU board'),
  },
  {
    code: 'pci-bar-unassigned',
    how: 'the firmware gave it no window',
    on: any('native'),
    inject: (host) =>
      kernelSays(
        notRunning(host),
        'NVRM: This PCI I/O region assigned to your NVIDIA device is invalid:',
        `NVRM: BAR1 is 0M @ 0x0 (PCI:${firstGpu(host)})`,
        `nvidia: probe of ${firstGpu(host)} failed with error -1`,
      ),
  },
  {
    code: 'iommu-or-vm-passthrough-misconfigured',
    how: 'vfio-pci has the card',
    on: any('native'),
    inject: (host) => boundTo(notRunning(host), 'vfio-pci'),
  },
  {
    code: 'ecc-or-xid-hardware-fault',
    how: 'the kernel tells of an error of its memory',
    on: any('native'),
    inject: (host) => xid(host, 48, 'DBE (double bit error) ECC Error Detected'),
  },
  {
    code: 'ecc-or-xid-hardware-fault',
    how: 'it has no spare rows left',
    on: all('data-centre'),
    inject: (host) => reported(host, { 'remapped_rows/remapped_row_failure': 'Yes' }),
  },
  {
    code: 'gpu-reset-required',
    how: 'the driver asks for it',
    on: any('native', 'container'),
    inject: (host) => reported(host, { gpu_recovery_action: 'GPU Reset' }),
  },
  {
    code: 'gpu-reset-required',
    how: 'nvidia-smi does not come back',
    on: any('native', 'container', 'wsl'),
    inject: (host) => driverSays(host, { hung: true }),
  },
  {
    code: 'nvlink-fault',
    how: 'a switch reports a fatal error',
    on: all('nvswitch'),
    inject: (host) =>
      kernelSays(host, 'nvidia-nvswitch0: SXid (PCI:0000:07:00.0): 20034, Fatal, Link 30 LTSSM Fault Up'),
  },
  {
    code: 'gpu-power-limited',
    how: 'what feeds it tells it to slow down',
    severity: 'warning',
    on: both(any('native', 'container', 'wsl'), not('laptop')),
    inject: (host) =>
      reported(host, { 'clocks_event_reasons/clocks_event_reason_hw_power_brake_slowdown': 'Active' }),
  },
  {
    code: 'pcie-link-degraded',
    how: 'a quarter of its lanes is left',
    severity: 'info',
    on: both(any('native', 'container'), not('laptop', 'nvswitch')),
    inject: onAQuarterOfItsLanes,
  },
  {
    code: 'pcie-link-degraded',
    how: 'a quarter of its lanes is left, and its equals have all',
    severity: 'warning',
    on: all('nvswitch'),
    inject: onAQuarterOfItsLanes,
  },
  {
    code: 'gpu-overheating',
    how: 'it slows itself down',
    severity: 'warning',
    on: any('native', 'container', 'wsl'),
    inject: (host) =>
      reported(host, {
        'clocks_event_reasons/clocks_event_reason_hw_thermal_slowdown': 'Active',
        'temperature/gpu_temp': '97 C',
      }),
  },
];
