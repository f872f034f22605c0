/**
 * Programs that reached no driver, and say so in words that hold no number: the driver's own tools, frameworks that pass it on, Windows'
 * driver under WSL. Each line stands for several causes.
 *
 *     NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed
 *     kernel driver does not appear to be running on this host (HOST): /proc/driver/nvidia/version does not exist
 *     Error: Could not load UVM kernel module. Is nvidia-modprobe installed?
 *     WSL 2 CUDA requires an updated driver
 *     |  No MIG devices found                                                       |
 */
import { familyOf } from '../family.ts';
import { troubled } from '../said.ts';

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
  troubled('windows-driver-too-old', 'requires an updated driver', /WSL.{0,80}requires an updated driver/i),
  // nvidia-smi; device plugin; nvidia-smi mig: "No MIG-enabled devices found."
  troubled(
    'no-mig-device',
    ['no mig', 'mig mode is enabled', 'migenabled=true', 'has no mig devices', 'mig instance'],
    /No MIG(?:-enabled)? devices (?:found|present)|MIG mode is enabled,? but no|device with migEnabled=true was not configured correctly|device \S{1,60} has no MIG devices configured|MIG instance.{0,60}not found/i,
  ),
  // nvidia-smi, NVML
  troubled('inforom-corrupt', 'inforom is corrupted', /infoROM is corrupted/i),
  troubled('cuda-version-not-available', 'cuda version: n/a', /CUDA Version: N\/A/i),
  // The variable, by those who blame it for finding nothing
  {
    // TensorFlow 2.17: env: CUDA_VISIBLE_DEVICES="-1"; CUDA_VISIBLE_DEVICES is set to -1 - this hides all GPUs from CUDA
    literal: 'cuda_visible_devices',
    pattern:
      /CUDA_VISIBLE_DEVICES[`'"]?(?: environment variable)? (?:is|was) (?:set to )?(?:(an )?empty|[`'"]?(-1|)[`'"]?(?= |\.|,|$))/i,
    says: ([, , value = '']) => ({ kind: 'variable', name: 'CUDA_VISIBLE_DEVICES', value, blamed: true }),
  },
]);
