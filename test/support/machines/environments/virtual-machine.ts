/** Virtual machines: a whole GPU passed through, or a part of one (vGPU) with NVIDIA's guest driver and its licence. */
import { changed, without, type Host } from '../host.ts';
import type { GpuOptions } from '../nvidia-smi.ts';
import { dpkg, libraryFolder, linux, withDriver, withGpus } from '../parts.ts';
import type { Environment } from './environment.ts';

const KERNEL = '6.8.0-60-generic';

const base: Host = changed(
  linux({
    name: 'virtual machine',
    osRelease: {
      ID: 'ubuntu',
      ID_LIKE: 'debian',
      VERSION_ID: '24.04',
      VERSION_CODENAME: 'noble',
      PRETTY_NAME: 'Ubuntu 24.04.2 LTS',
    },
    kernel: KERNEL,
    compiler: '13.3.0',
  }),
  {
    files: {
      '/sys/class/dmi/id/sys_vendor': 'QEMU\n',
      '/sys/class/dmi/id/product_name': 'Standard PC (Q35 + ICH9, 2009)\n',
      '/proc/cpuinfo': 'processor\t: 0\nflags\t\t: fpu sse4_1 sse4_2 avx avx2 fma hypervisor\n',
      '/var/lib/dpkg/status': dpkg('2.39', 'libc6'),
    },
  },
);

const guest = (name: string, version: string, cuda: string, gpus: GpuOptions): Host =>
  changed(
    withDriver(base, {
      version,
      cuda,
      kernel: KERNEL,
      moduleFolder: 'updates/dkms',
      libraryFolder: libraryFolder('x86_64'),
      gpus,
    }),
    { name },
  );

const PASSED: GpuOptions = { device: '1eb8', at: ['06:00.0'], name: 'Tesla T4' };
const PART: GpuOptions = { device: '2236', at: ['02:00.0'], name: 'NVIDIA A10-24Q' };

const passthrough = guest('passthrough', '570.153.02', '12.8', PASSED);

/** nvidia-smi -q -x of a guest: what belongs to its licence. */
const licensed = (status: string): string =>
  '<?xml version="1.0" ?>\n<nvidia_smi_log>\n' +
  '<driver_version>550.163.01</driver_version><cuda_version>12.4</cuda_version><attached_gpus>1</attached_gpus>\n' +
  '<gpu id="00000000:02:00.0"><product_name>NVIDIA A10-24Q</product_name>\n' +
  '<gpu_virtualization_mode><virtualization_mode>VGPU</virtualization_mode><host_vgpu_mode>N/A</host_vgpu_mode></gpu_virtualization_mode>\n' +
  '<vgpu_software_licensed_product><licensed_product_name>NVIDIA RTX Virtual Workstation</licensed_product_name>' +
  `<license_status>${status}</license_status></vgpu_software_licensed_product>\n` +
  '</gpu>\n</nvidia_smi_log>\n';

const vgpu = (status: string): Host =>
  changed(guest('vGPU', '550.163.01', '12.4', PART), {
    commands: { 'nvidia-smi -q -x': { exit: 0, stdout: licensed(status) } },
  });

const withoutDriver = changed(withGpus(base, PART), {
  files: { '/proc/modules': 'ext4 811008 1 - Live 0x0\n' },
});

export const environment: Environment = {
  name: 'virtual machine',
  healthy: [
    passthrough,
    vgpu('Licensed (Expiry: 2026-12-31 10:15:0 GMT)'),
    // Hardware that could take a licence, passed through as a whole, needs none.
    changed(vgpu('Unlicensed'), {
      name: 'passed through, without a licence',
      commands: {
        'nvidia-smi -q -x': {
          exit: 0,
          stdout: licensed('Unlicensed').replace('>VGPU<', '>Pass-Through<').replace('A10-24Q', 'A10'),
        },
      },
    }),
  ],
  broken: [
    {
      how: 'the virtual GPU has no licence, and its grace is over',
      host: vgpu('Unlicensed (Restricted)'),
      code: 'vgpu-unlicensed',
      fix: /ClientConfigToken/,
    },
    {
      how: 'the virtual GPU has no licence yet',
      host: vgpu('Unlicensed (Unrestricted)'),
      code: 'vgpu-unlicensed',
      severity: 'warning',
      fix: /ClientConfigToken/,
    },
    {
      how: 'no guest driver is installed',
      host: withoutDriver,
      code: 'driver-not-installed',
      fix: /guest driver/,
    },
    {
      how: 'it was given no GPU',
      host: base,
      code: 'no-nvidia-gpu',
      fix: /attach one in the hypervisor/,
      never: /apt install|ubuntu-drivers/,
    },
    {
      how: 'the hypervisor keeps its own GPU for guests',
      host: changed(without(passthrough, /^\/dev\/nvidia/), {
        links: { '/sys/bus/pci/devices/0000:06:00.0/driver': '../../../../bus/pci/drivers/vfio-pci' },
        commands: {
          'nvidia-smi': {
            exit: 9,
            stdout: "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n",
          },
        },
      }),
      code: 'iommu-or-vm-passthrough-misconfigured',
      fix: /vfio-pci/,
    },
  ],
};
