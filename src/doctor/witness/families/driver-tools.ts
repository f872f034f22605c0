/**
 * Programs that reached no driver, and say so in words that hold no number: the driver's own tools, frameworks that pass it on, Windows'
 * driver under WSL. Each line stands for several causes.
 *
 *     NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed
 *     kernel driver does not appear to be running on this host (HOST): /proc/driver/nvidia/version does not exist
 *     Error: Could not load UVM kernel module. Is nvidia-modprobe installed?
 *     WSL 2 CUDA requires an updated driver
 *     |  No MIG devices found                                                       |
 *     Unable to create a GPU instance on GPU  0 using profile 9: Insufficient Resources
 *     GPU 00000000:C1:00.0 is currently in use by another process.
 */
import { familyOf } from '../family.ts';
import { numbered, troubled } from '../said.ts';

export const family = familyOf('tools of the driver', [
  // nvidia-smi; "has failed because it couldn't communicate"; some pass on but the second half
  troubled(
    'driver-not-answering',
    ["couldn't communicate with the nvidia driver", 'could not communicate with the nvidia driver'],
    /(?:couldn't|could not) communicate with the NVIDIA driver/i,
  ),
  // TensorFlow
  troubled(
    'driver-not-running',
    'kernel driver does not appear to be running',
    /kernel driver does not appear to be running on this host/i,
  ),
  // nvidia-settings, DCGM
  troubled(
    'driver-not-loaded',
    ['nvidia driver is not loaded', 'driver not loaded'],
    /NVIDIA driver is not loaded|dcgm.{0,60}driver not loaded/i,
  ),
  // nvidia-settings, which asks each display server and then the driver itself; nvidia-xconfig
  troubled(
    'driver-not-answering',
    ['unable to load info from any available system', 'unable to query gpu information'],
    /Unable to (?:load info from any available system|query GPU information)/i,
  ),
  {
    // The driver's libraries, which start nvidia-modprobe; X's driver
    literal: ['failed to load the nvidia kernel module', 'failed to initialize the nvidia kernel module'],
    pattern: /NVIDIA: Failed to (?:load|initialize) the NVIDIA kernel module/i,
    says: () => ({ kind: 'module-load', module: 'nvidia', why: 'failed', detail: null }),
  },
  // PyTorch
  troubled(
    'driver-not-found',
    'found no nvidia driver on your system',
    /Found no NVIDIA driver on your system/i,
  ),
  {
    literal: ['load uvm kernel module', 'load kernel module nvidia_uvm', 'nvidia_uvm is not loaded'],
    pattern:
      /(?:Could not|Failed to|could not) load (?:UVM kernel module|kernel module nvidia_uvm)|Kernel module nvidia_uvm is not loaded/i,
    says: () => ({ kind: 'module-load', module: 'nvidia_uvm', why: 'failed', detail: null }),
  },
  {
    // Scripts that start in images look for it first.
    literal: 'nvidia-smi not found',
    pattern: /\b(?:error|fatal|failed)\b.{0,40}nvidia-smi not found/i,
    says: () => ({ kind: 'missing-program', program: 'nvidia-smi' }),
  },
  // DCGM, without NVML's reason; PyTorch Lightning
  troubled(
    'no-gpu-seen',
    ['failed to initialize nvml', 'your machine only has: []'],
    /Failed to initialize NVML\s{0,8}$|But your machine only has: \[\]/i,
    ({ input }) => (/NVML/i.test(input) ? 'DCGM' : 'PyTorch Lightning'),
  ),
  troubled('windows-driver-too-old', 'requires an updated driver', /WSL.{0,80}requires an updated driver/i),
  // nvidia-smi; device plugin; nvidia-smi mig: "No MIG-enabled devices found."
  troubled(
    'no-mig-device',
    ['no mig', 'mig mode is enabled', 'migenabled=true', 'has no mig devices', 'mig instance'],
    /No MIG(?:-enabled)? devices (?:found|present)|MIG mode is enabled,? but no|device with migEnabled=true was not configured correctly|device \S{1,60} has no MIG devices configured|MIG instance.{0,60}not found/i,
  ),
  {
    // nvidia-smi mig and -mig 1, by what is refused and NVML's reason; older: Failed to create GPU instances: Insufficient Resources
    literal: ['mig mode', 'gpu instance', 'compute instance'],
    pattern:
      /(?:Unable|Failed) to \w{3,10} (?:a )?(?:MIG Mode|GPU instances?|compute instances?)\b.{0,120}?: (In use by another client|Insufficient Resources|Not Supported|Insufficient Permissions)/i,
    says: ([, reason]) =>
      /permissions/i.test(reason!)
        ? numbered('nvml', 4)
        : { kind: 'trouble', what: 'mig-refused', detail: reason! },
  },
  troubled(
    'mig-refused',
    'mig mode is in pending ',
    /MIG mode is in pending (?:enable|disable) state for GPU .{0,30}: ?In use by another client/i,
  ),
  // The device plugin and GPU feature discovery, told that every GPU is divided alike (mig-strategy=single); what divides GPUs by a file
  troubled(
    'mig-not-uniform',
    ['migenabled value', 'more than one mig device type'],
    /all devices on the node must be configured with the same migEnabled value|more than one MIG device type present on node/i,
  ),
  troubled(
    'mig-refused',
    'error setting migconfig',
    /error setting MIGConfig: error attempting multiple config orderings/i,
  ),
  {
    // Other settings: Unable to set persistence mode for GPU 00000000:01:00.0: Insufficient Permissions
    literal: ': insufficient permissions',
    pattern:
      /Unable to (?:set|enable|disable|change|reset|clear) .{3,80}? (?:for|on) GPU {1,2}[\dA-F:.]{1,16}: Insufficient Permissions/i,
    says: () => numbered('nvml', 4),
  },
  {
    // nvidia-smi --gpu-reset
    literal: 'is currently in use by another process',
    pattern: /^\s{0,8}GPU ([\dA-F]{4,8}:[\dA-F]{2}:[\dA-F]{2})\.\d is currently in use by another process/i,
    says: ([, pci]) => ({
      kind: 'hardware',
      what: 'reset-refused',
      pci: pci!.slice(-10).toLowerCase(),
    }),
  },
  // nvidia-smi, NVML
  troubled('inforom-corrupt', 'inforom is corrupted', /infoROM is corrupted/i),
  troubled(
    'cuda-version-not-available',
    ['cuda version: n/a', 'cuda version: err!'],
    /CUDA Version: (?:N\/A|ERR!)/i,
  ),
  // The variable, by those who blame it for finding nothing
  {
    // TensorFlow 2.17: env: CUDA_VISIBLE_DEVICES="-1"; CUDA_VISIBLE_DEVICES is set to -1 - this hides all GPUs from CUDA
    literal: 'cuda_visible_devices',
    pattern:
      /CUDA_VISIBLE_DEVICES[`'"]?(?: environment variable)? (?:is|was) (?:set to )?(?:(an )?empty|[`'"]?(-1|)[`'"]?(?= |\.|,|$))/i,
    says: ([, , value = '']) => ({ kind: 'variable', name: 'CUDA_VISIBLE_DEVICES', value, blamed: true }),
  },
]);
