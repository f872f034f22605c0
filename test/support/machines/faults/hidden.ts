/** What cannot be seen behind another fault: the doctor asks it only where the first is mended. */
interface Hidden {
  codes: readonly string[];
  behind: readonly string[];
  because: string;
}

const NOT_RUNNING = [
  'driver-not-installed',
  'nouveau-in-use',
  'module-not-loaded',
  'module-not-built-for-kernel',
  'module-build-failed',
  'secure-boot-blocks-module',
  'rm-init-failed',
  'gpu-unsupported-by-driver',
  'gpu-power-cable-missing',
  'pci-bar-unassigned',
  'iommu-or-vm-passthrough-misconfigured',
];

const HIDDEN: readonly Hidden[] = [
  {
    codes: [
      'cuda-broken-after-suspend',
      'gpu-too-new-for-cuda',
      'application-fault',
      'torch-cpu-build',
      'fabricmanager-not-running',
      'driver-too-old-for-cuda',
    ],
    behind: ['no-nvidia-gpu'],
    because: 'without a GPU there is none that a program could miss',
  },
  {
    codes: ['driver-too-old-for-cuda'],
    behind: NOT_RUNNING,
    because: 'which driver will run is not known while none does',
  },
  {
    codes: ['nvidia-utils-missing', 'fabricmanager-not-running', 'uvm-missing'],
    behind: NOT_RUNNING,
    because: 'what goes with a running driver is looked at where one runs',
  },
  {
    codes: [
      'driver-too-old-for-cuda',
      'cuda-visible-devices-empty',
      'gpu-too-new-for-cuda',
      'torch-cpu-build',
      'libcuda-missing',
      'container-toolkit-missing',
      'container-toolkit-misconfigured',
    ],
    behind: ['wsl-linux-driver-installed', 'wsl1-no-gpu', 'gpu-reset-required'],
    because: 'in WSL driver and GPU are known by what nvidia-smi says of them',
  },
  {
    codes: ['fabricmanager-not-running'],
    behind: ['nvidia-utils-missing'],
    because: 'in a machine without nvidia-smi nothing tells of the fabric',
  },
  {
    codes: ['host-compiler-missing', 'host-compiler-too-new'],
    behind: ['toolkit-missing'],
    because: 'it is nvcc that needs a compiler, and says which',
  },
];

export const isBehind = (code: string, other: string): boolean =>
  HIDDEN.some(({ codes, behind }) => codes.includes(code) && behind.includes(other));
