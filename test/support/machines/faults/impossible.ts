/** Why some codes cannot be shown by some machines, by the kind of machine. */
import { all, any, anywhere, both, not } from '../kinds.ts';
import type { Impossible } from './fault.ts';

export const IMPOSSIBLE: readonly Impossible[] = [
  {
    codes: ['sudo-drops-cuda-env'],
    on: anywhere,
    because:
      'only a call under sudo shows it, and the doctor makes none: it is read from what somebody recorded',
  },
  {
    codes: ['gpu-computes-wrong', 'libcuda-breaks'],
    on: anywhere,
    because: 'only --deep has the GPU compute',
  },
  {
    codes: ['process-holds-old-libraries', 'process-mixes-cuda'],
    on: anywhere,
    because: 'only --pid looks at a process',
  },
  {
    codes: ['ptx-toolchain-unsupported'],
    on: anywhere,
    because:
      'a toolkit that has no code for the card is of the time before it, and the driver that runs the card of the time after it: newer than its PTX',
  },
  {
    codes: ['vgpu-unlicensed'],
    on: anywhere,
    because: 'the card is its own: only a virtual GPU takes a licence',
  },
  {
    codes: ['cluster-gives-no-gpu'],
    on: not('job'),
    because: 'no scheduler gives it its GPU',
  },
  {
    codes: ['container-shm-too-small'],
    on: not('container'),
    because: 'outside of containers shared memory is half of the memory',
  },
  {
    codes: ['container-toolkit-missing', 'container-toolkit-misconfigured'],
    on: all('container'),
    because: 'it was lent its GPU, and lends none',
  },
  {
    codes: ['jetson-server-packages'],
    on: not('jetson'),
    because: 'it is no Jetson',
  },
  {
    codes: ['os-unsupported'],
    on: anywhere,
    because:
      "NVIDIA's driver runs on it: distributions and processors that NVIDIA does not serve are machines of their own (environments/distributions.ts)",
  },
  {
    codes: ['wsl-linux-driver-installed', 'wsl1-no-gpu'],
    on: not('wsl'),
    because: 'it is no WSL',
  },
  {
    codes: ['container-no-gpu', 'driver-package-in-container', 'container-cgroup-lost'],
    on: not('container'),
    because: 'it is no container',
  },
  {
    codes: [
      'driver-not-installed',
      'nouveau-in-use',
      'module-not-loaded',
      'module-not-built-for-kernel',
      'module-build-failed',
      'secure-boot-blocks-module',
      'gpu-unsupported-by-driver',
      'gpu-needs-open-modules',
      'gpu-needs-proprietary-modules',
      'rm-init-failed',
      'device-nodes-missing',
      'iommu-or-vm-passthrough-misconfigured',
    ],
    on: all('container'),
    because:
      "kernel, modules and device files are the host's, which then has no GPU to lend: inside it is a container without one",
  },
  {
    codes: [
      'gpu-power-cable-missing',
      'pci-bar-unassigned',
      'nvlink-fault',
      'gsp-timeout',
      'cuda-broken-after-suspend',
      'application-fault',
    ],
    on: all('container'),
    because: "the kernel's log tells it, and that is the host's",
  },
  {
    codes: ['persistence-mode-off'],
    on: all('container'),
    because: "how long the driver stays awake is the host's matter",
  },
  {
    codes: ['distro-toolkit-layout'],
    on: all('container'),
    because: "the CUDA of its image's distribution is older than the card",
  },
  {
    codes: [
      'no-nvidia-gpu',
      'gpu-fell-off-bus',
      'ecc-or-xid-hardware-fault',
      'gpu-power-cable-missing',
      'pci-bar-unassigned',
      'iommu-or-vm-passthrough-misconfigured',
      'nvlink-fault',
      'pcie-link-degraded',
      'rm-init-failed',
      'gsp-timeout',
      'application-fault',
      'cuda-broken-after-suspend',
    ],
    on: all('wsl'),
    because:
      "bus and kernel of the card are Windows': neither its PCI device nor a kernel's log is seen in WSL",
  },
  {
    codes: [
      'driver-not-installed',
      'nouveau-in-use',
      'module-not-loaded',
      'module-not-built-for-kernel',
      'module-build-failed',
      'secure-boot-blocks-module',
      'driver-library-mismatch',
      'gpu-unsupported-by-driver',
      'gpu-needs-open-modules',
      'gpu-needs-proprietary-modules',
      'nvidia-utils-missing',
    ],
    on: all('wsl'),
    because:
      "the driver is Windows': WSL has no module, and its libraries and tools come together from there",
  },
  {
    codes: ['device-nodes-missing', 'uvm-missing', 'device-permission-denied'],
    on: all('wsl'),
    because: 'the GPU is reached by /dev/dxg, which is there with WSL 2 and open to everybody',
  },
  {
    codes: ['exclusive-mode', 'out-of-gpu-memory', 'persistence-mode-off'],
    on: all('wsl'),
    because: "Windows' driver has no such mode for these cards, and does not list programs in WSL",
  },
  {
    codes: [
      'no-nvidia-gpu',
      'gpu-fell-off-bus',
      'gpu-power-cable-missing',
      'pci-bar-unassigned',
      'iommu-or-vm-passthrough-misconfigured',
      'nvlink-fault',
      'pcie-link-degraded',
    ],
    on: all('jetson'),
    because: 'the GPU is a part of the chip: it has no slot, no plug, no link',
  },
  {
    codes: [
      'driver-not-installed',
      'nouveau-in-use',
      'module-not-loaded',
      'module-not-built-for-kernel',
      'module-build-failed',
      'secure-boot-blocks-module',
      'driver-library-mismatch',
      'gpu-unsupported-by-driver',
      'gpu-needs-open-modules',
      'gpu-needs-proprietary-modules',
      'rm-init-failed',
      'gsp-timeout',
      'driver-too-old-for-cuda',
      'device-nodes-missing',
      'uvm-missing',
      'nvidia-utils-missing',
      'cuda-broken-after-suspend',
      'application-fault',
    ],
    on: all('jetson'),
    because: 'its driver is part of L4T, with modules, device files and messages of its own',
  },
  {
    codes: [
      'ecc-or-xid-hardware-fault',
      'gpu-overheating',
      'gpu-reset-required',
      'gpu-power-limited',
      'exclusive-mode',
      'out-of-gpu-memory',
      'persistence-mode-off',
    ],
    on: all('jetson'),
    because: 'it has no nvidia-smi that could tell how the GPU is',
  },
  {
    codes: [
      'gpu-too-new-for-cuda',
      'gpu-arch-dropped',
      'gpu-arch-not-in-build',
      'torch-cuda-arch-unsupported',
      'distro-toolkit-layout',
      'cuda-lib-not-found',
      'cuda-lib-wrong-version',
      'cudnn-version-mismatch',
      'tf-built-for-other-cuda',
    ],
    on: all('jetson'),
    because: "CUDA and frameworks are builds of JetPack's for this very GPU",
  },
  {
    codes: ['apt-key-missing', 'apt-signed-by-conflict', 'distro-toolkit-layout'],
    on: not('apt'),
    because: 'its packages are not of apt',
  },
  {
    codes: ['mig-misconfigured', 'fabricmanager-not-running'],
    on: not('data-centre'),
    because: 'such a card cannot be divided, and has no fabric',
  },
  {
    codes: ['nvlink-fault'],
    on: both(any('native'), not('nvswitch')),
    because: 'its one GPU has no NVLink',
  },
  {
    codes: ['persistence-mode-off'],
    on: both(any('native'), not('data-centre')),
    because: 'a desktop holds the GPU all the time',
  },
  {
    codes: ['gpu-power-limited', 'pcie-link-degraded'],
    on: all('laptop'),
    because: "a laptop's power and link follow battery, lid and processor",
  },
  {
    codes: ['gpu-needs-open-modules'],
    on: all('native', 'open'),
    because: 'its modules are the open ones',
  },
  {
    codes: ['gpu-needs-proprietary-modules'],
    on: all('native', 'proprietary'),
    because: 'its modules are the proprietary ones',
  },
  {
    codes: ['gsp-timeout'],
    on: all('dkms', 'proprietary'),
    because: 'the proprietary modules of that branch start such a card without its system processor',
  },
];
