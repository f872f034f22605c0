/** What container runtimes and clusters wrote where a GPU could not be lent, from public issue threads; a third was kept aside. */
import type { CollectedLine } from './collected-lines.ts';

export const COLLECTED_CONTAINERS: readonly CollectedLine[] = [
  {
    source: 'NVIDIA/nvidia-docker 1252',
    text: 'docker: Error response from daemon: OCI runtime create failed: container_linux.go:349: starting container process caused "process_linux.go:430: container init caused \\"process_linux.go:413: running prestart hook 0 caused \\\\\\"error running hook: exit status 1, stdout: , stderr: nvidia-container-cli: initialization error: driver error: failed to process request\\\\\\\\n\\\\\\"\\"": unknown.',
    codes: ['container-toolkit-misconfigured'],
  },
  {
    source: 'NVIDIA/nvidia-docker 1225',
    text: 'docker: Error response from daemon: OCI runtime create failed: container_linux.go:348: starting container process caused "process_linux.go:430: container init caused \\"process_linux.go:413: running prestart hook 0 caused \\\\\\"error running hook: exit status 1, stdout: , stderr: nvidia-container-cli.real: initialization error: driver error: failed to process request\\\\\\\\n\\\\\\"\\"": unknown.',
    codes: ['container-toolkit-misconfigured'],
  },
  {
    source: 'NVIDIA/nvidia-docker 1012',
    text: 'docker: Error response from daemon: OCI runtime create failed: container_linux.go:345: starting container process caused "process_linux.go:430: container init caused \\"process_linux.go:413: running prestart hook 0 caused \\\\\\"error running hook: exit status 1, stdout: , stderr: exec command: [/usr/bin/nvidia-container-cli --load-kmods configure --ldconfig=@/sbin/ldconfig --device=all --compute --utility --require=cuda>=10.1 brand=tesla,driver>=384,driver<385 --pid=13282 /var/lib/docker/aufs/mnt/3e]\\\\\\\\nnvidia-container-cli: initialization error: cuda error: unknown error\\\\\\\\n\\\\\\"\\"": unknown.',
    codes: ['container-toolkit-misconfigured'],
    aside: true,
  },
  {
    source: 'NVIDIA/nvidia-docker 1780',
    text: "error running hook #0: error running hook: exit status 1, stdout: , stderr: Auto-detected mode as 'legacy'\nnvidia-container-cli: initialization error: cannot open shared object file: no such file or directory: unknown.",
    codes: ['container-toolkit-misconfigured'],
  },
  {
    source: 'NVIDIA/nvidia-container-toolkit 146',
    text: 'Error: error setting up CDI devices: unresolvable CDI devices nvidia.com/gpu=all',
    codes: ['container-toolkit-misconfigured'],
  },
  {
    source: 'warmshao/FasterLivePortrait 116',
    text: 'Emulate Docker CLI using podman. Create /etc/containers/nodocker to quiet msg.\nError: setting up CDI devices: unresolvable CDI devices nvidia.com/gpu=all',
    codes: ['container-toolkit-misconfigured'],
    aside: true,
  },
  {
    source: 'NVIDIA/nvidia-container-toolkit 63',
    text: 'Error: stat nvidia.com/gpu=0: no such file or directory',
    codes: ['container-toolkit-misconfigured'],
  },
  {
    source: 'NVIDIA/nvidia-container-toolkit 885',
    text: 'Error: setting up CDI devices: failed to inject devices: failed to stat CDI host device "/dev/dri/renderD129": no such file or directory',
    codes: ['container-toolkit-misconfigured'],
  },
  {
    source: 'NVIDIA/k8s-device-plugin 479',
    text: 'W0121 20:28:50.871782       1 factory.go:31] No valid resources detected, creating a null CDI handler\nI0121 20:28:50.871846       1 factory.go:107] Detected non-NVML platform: could not load NVML library: libnvidia-ml.so.1: cannot open shared object file: No such file or directory',
    codes: ['container-toolkit-misconfigured'],
  },
  {
    source: 'NVIDIA/k8s-device-plugin 1220',
    text: 'E0402 20:02:41.845700       1 factory.go:112] Incompatible strategy detected auto',
    codes: ['container-toolkit-misconfigured'],
    aside: true,
  },
  {
    source: 'NVIDIA/k8s-device-plugin 444',
    text: 'E1019 06:25:03.802500       1 main.go:123] error starting plugins: error creating plugin manager: unable to create plugin manager: nvml init failed: Failed to initialize NVML: could not load NVML library',
    codes: ['container-toolkit-misconfigured'],
    aside: true,
  },
  {
    source: 'msr-fiddle/pipedream 28',
    text: 'ERROR: Unexpected bus error encountered in worker. This might be caused by insufficient shared memory (shm).\nRuntimeError: DataLoader worker (pid 325) is killed by signal: Bus error.',
    codes: ['container-shm-too-small'],
  },
  {
    source: 'pytorch/pytorch 108861',
    text: "RuntimeError: DataLoader worker (pid 11011) is killed by signal: Bus error. It is possible that dataloader's workers are out of shared memory. Please try to raise your shared memory limit",
    codes: ['container-shm-too-small'],
    aside: true,
  },
  {
    source: 'NVIDIA/deepops 1214',
    text: "fatal: We were configured to autodetect nvml functionality, but we weren't able to find that lib when Slurm was configured.",
    codes: ['cluster-gives-no-gpu'],
  },
  {
    source: 'labsyspharm/mcmicro 209',
    text: 'INFO:    Could not find any nv files on this host!',
    codes: ['container-no-gpu'],
    aside: true,
  },
  {
    source: 'ComparativeGenomicsToolkit/cactus 1618',
    text: 'INFO:    Setting --writable-tmpfs (required by nvidia-container-cli)\nFATAL:   container creation failed: path to "nvidia-container-cli" not set in singularity.conf',
    codes: ['container-toolkit-missing'],
  },
];
