/** Pods of Kubernetes: NVIDIA's device plugin allots the GPUs of the node, its runtime puts them in. */
import { container } from '../healthy.ts';
import { changed, without, type Host } from '../host.ts';
import { dpkg } from '../parts.ts';
import type { Environment } from './environment.ts';

const UUID = 'GPU-8d1a2b3c-0000-4000-8000-0000000000a1';

/** It sees the node's PCI bus with all of its GPUs, and was given one. */
const pod: Host = changed(without(container, '/.dockerenv'), {
  name: 'pod',
  files: {
    '/proc/1/cgroup': '0::/\n',
    '/proc/self/mountinfo':
      '2100 1990 0:310 / / rw,relatime - overlay overlay rw,lowerdir=/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/1/fs\n',
    '/sys/bus/pci/devices/0000:43:00.0/vendor': '0x10de\n',
    '/sys/bus/pci/devices/0000:43:00.0/class': '0x030200\n',
    '/sys/bus/pci/devices/0000:43:00.0/device': '0x2330\n',
  },
  links: { '/sys/bus/pci/devices/0000:43:00.0/driver': '../../../../bus/pci/drivers/nvidia' },
  env: { KUBERNETES_SERVICE_HOST: '10.96.0.1', NVIDIA_VISIBLE_DEVICES: UUID },
});

const isNvidiasNode = /^\/dev\/nvidia/;

const withoutGpu = (told: string | undefined): Host =>
  changed(without(pod, isNvidiasNode, /\/lib(?:cuda|nvidia-ml)\.so/, '/usr/bin/nvidia-smi'), {
    commands: { 'nvidia-smi': undefined },
    env: { NVIDIA_VISIBLE_DEVICES: told },
  });

/** The runtime puts the driver in: nothing of it is installed in an image. */
const INSTALL = /apt install|modprobe|ubuntu-drivers|cuda-drivers|usermod|--gpus/;

export const environment: Environment = {
  name: 'Kubernetes',
  // Whoever gives devices by CDI tells NVIDIA's runtime to give none beside.
  healthy: [pod, changed(pod, { name: 'pod by CDI', env: { NVIDIA_VISIBLE_DEVICES: 'void' } })],
  broken: [
    {
      how: 'the pod asks for no GPU',
      host: withoutGpu(undefined),
      code: 'container-no-gpu',
      fix: /nvidia\.com\/gpu: 1/,
      never: INSTALL,
    },
    {
      how: 'the pod asks for no GPU, and its runtime was told so',
      host: withoutGpu('void'),
      code: 'container-no-gpu',
      fix: /nvidia\.com\/gpu: 1/,
      never: INSTALL,
    },
    {
      how: 'it was allotted one, and the runtime is not of NVIDIA',
      host: withoutGpu(UUID),
      code: 'container-toolkit-misconfigured',
      fix: /runtimeClassName/,
      never: INSTALL,
    },
    {
      how: 'its image asks for a part of the driver without CUDA',
      host: changed(without(pod, /\/libcuda\.so/), {
        env: { NVIDIA_DRIVER_CAPABILITIES: 'utility' },
      }),
      code: 'libcuda-missing',
      fix: /NVIDIA_DRIVER_CAPABILITIES=compute/,
      never: INSTALL,
    },
    {
      how: 'the node has read its units anew, and the pod lost its devices',
      host: {
        ...changed(pod, {
          commands: { 'nvidia-smi': { exit: 255, stdout: 'Failed to initialize NVML: Unknown Error\n' } },
        }),
        nodes: Object.fromEntries(
          Object.entries(pod.nodes).map(([path, node]) => [path, { ...node, access: 'forbidden' as const }]),
        ),
      },
      code: 'container-cgroup-lost',
      fix: /delete the pod/,
      never: INSTALL,
    },
    {
      how: 'a driver package lies in its image',
      host: changed(pod, {
        files: { '/var/lib/dpkg/status': dpkg('535.183.01-0ubuntu1', 'libnvidia-compute-535') },
        libraries: { '/usr/lib/x86_64-linux-gnu/libcuda.so.535.183.01': { soname: 'libcuda.so.1' } },
        links: { '/usr/lib/x86_64-linux-gnu/libcuda.so.1': 'libcuda.so.535.183.01' },
        commands: {
          'nvidia-smi': { exit: 18, stdout: 'Failed to initialize NVML: Driver/library version mismatch\n' },
        },
      }),
      code: 'driver-package-in-container',
      fix: /apt purge/,
      never: INSTALL,
    },
  ],
};
