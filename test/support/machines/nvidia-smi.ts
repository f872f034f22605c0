/**
 * What nvidia-smi says on a machine made of code. It follows from what the machine has: NVML's library, the module, the device files,
 * the GPUs that the driver holds. So a fault changes a cause, and two faults at once give what a real machine would say.
 *
 * The sentences and exit codes are those of NVIDIA's manual page of nvidia-smi ("RETURN VALUE") and of NVML.
 */
import { parentOf, resolvePath } from '../../../src/machine/paths.ts';
import type { Host, Said } from './host.ts';

export interface GpuOptions {
  device: string;
  /** Bus ids without the domain. */
  at: readonly string[];
  /** As nvidia-smi prints it. */
  name: string;
}

/** What only the driver knows. */
export interface Driven {
  /** In WSL the driver is Windows'. */
  on: 'linux' | 'windows';
  /** What the tool says where no module here has a version: of Windows' driver. */
  version: string;
  /** Newest CUDA that it serves. */
  cuda: string;
  gpus: GpuOptions;
  /** Bus ids of GPUs that no longer answer. */
  lost: readonly string[];
  /** It waits for a GPU, and nvidia-smi with it. */
  hung: boolean;
  /** By bus id: what "nvidia-smi -q -x" says otherwise than of a healthy one, by the path of the element: "mig_mode/current_mig". */
  reports: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Undefined: it is not installed. */
export function smiSays(host: Host, argv: readonly string[]): Said | undefined {
  const { driven } = host;
  const tool = ['/usr/bin/nvidia-smi', '/usr/lib/wsl/lib/nvidia-smi'].some((path) => path in host.files);
  if (driven === null || !tool) return undefined;
  if (driven.hung) return { exit: 0, stdout: '', outcome: 'timed-out' };
  return (driven.on === 'linux' ? failureOnLinux(host) : failureInWsl(host)) ?? report(host, driven, argv);
}

const says = (exit: number, stdout: string): Said => ({ exit, stdout });

const NO_CONTACT = says(
  9,
  "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.\n\n",
);
const NO_LIBRARY = says(
  12,
  "NVIDIA-SMI couldn't find libnvidia-ml.so library in your system. Please make sure that the NVIDIA Display Driver is properly installed and present in your system.\nPlease also try adding directory that contains libnvidia-ml.so to your system PATH.\n",
);

function failureOnLinux(host: Host): Said | undefined {
  const library = loadedBy(host, 'libnvidia-ml.so.1');
  if (library === undefined) return NO_LIBRARY;
  const module = moduleOf(host);
  const control = host.nodes['/dev/nvidiactl'];
  if (module === undefined || control === undefined) return NO_CONTACT;
  const { mode, gid } = control;
  if (host.uid !== 0 && ((mode >> (host.gids.includes(gid) ? 3 : 0)) & 0o6) !== 0o6)
    return says(4, 'Failed to initialize NVML: Insufficient Permissions\n');
  const version = /\.so\.(\d[\d.]*)$/.exec(library)?.[1];
  if (version === module) return undefined;
  const asked = version?.split('.').slice(0, 2).join('.');
  return says(
    18,
    `Failed to initialize NVML: Driver/library version mismatch\nNVML library version: ${asked}\n`,
  );
}

/** A Linux driver's library finds no kernel module of its own. */
function failureInWsl(host: Host): Said | undefined {
  if (host.nodes['/dev/dxg'] === undefined)
    return says(1, 'Failed to initialize NVML: GPU access blocked by the operating system\n');
  const library = loadedBy(host, 'libnvidia-ml.so.1');
  if (library === undefined) return NO_LIBRARY;
  return library.startsWith('/usr/lib/wsl/') ? undefined : NO_CONTACT;
}

function report(host: Host, driven: Driven, argv: readonly string[]): Said {
  const shown = driven.on === 'windows' ? driven.gpus.at : driven.gpus.at.filter(isHeld(host, driven.gpus));
  if (shown.length === 0) return says(6, 'No devices were found\n');
  const lost = shown.find((bus) => driven.lost.includes(bus));
  if (lost !== undefined)
    return says(
      15,
      `Unable to determine the device handle for GPU 0000:${lost.toUpperCase()}: GPU is lost.  Reboot the system to recover this GPU\n`,
    );
  return says(0, argv.includes('-x') ? xml(host, driven, shown) : table(host, driven, shown));
}

/** The driver is bound to it, and its device file is there and not closed by a cgroup. */
const isHeld =
  (host: Host, { at }: GpuOptions) =>
  (bus: string): boolean =>
    host.links[`/sys/bus/pci/devices/0000:${bus}/driver`]?.endsWith('/nvidia') === true &&
    ![undefined, 'forbidden'].includes(accessTo(host, at.indexOf(bus)));

const accessTo = (host: Host, index: number): string | undefined => {
  const node = host.nodes[`/dev/nvidia${index}`];
  return node === undefined ? undefined : (node.access ?? 'open');
};

export const moduleOf = (host: Host): string | undefined =>
  /Module\S* (?:for \S+ )?\s*(\d{3}[\d.]*)/.exec(
    String(host.files['/proc/driver/nvidia/version'] ?? ''),
  )?.[1];

/** The file that the loader takes: LD_LIBRARY_PATH before its cache. */
function loadedBy(host: Host, soname: string): string | undefined {
  const folders = (host.env['LD_LIBRARY_PATH'] ?? '').split(':').filter(Boolean);
  const cached = host.cache.filter(([name]) => name === soname).map(([, path]) => path);
  return [...folders.map((folder) => `${folder}/${soname}`), ...cached]
    .map((path) => resolvePath(path, (at) => host.links[at]))
    .flatMap((found) => (found.ok && found.path in host.libraries ? [found.path] : []))[0];
}

/** It reads the version by loading libcuda: a stub has none to tell. */
function cudaVersion(host: Host, { cuda }: Driven): string {
  const library = loadedBy(host, 'libcuda.so.1');
  return library === undefined || parentOf(library).endsWith('/stubs') ? 'N/A' : cuda;
}

const table = (host: Host, driven: Driven, shown: readonly string[]): string =>
  smiTable(versionOf(host), cudaVersion(host, driven), driven.gpus, { shown, reports: driven.reports });

/** The table since 2018; since driver 545 it is wider, and names of GPUs are no longer cut. */
export function smiTable(
  version: string,
  cuda: string,
  gpus: GpuOptions,
  { shown = gpus.at, reports = {} }: { shown?: readonly string[]; reports?: Driven['reports'] } = {},
): string {
  const isWide = Number(version.split('.')[0]) >= 545;
  const rows = shown.map((bus) => row(gpus, bus, reports[bus], isWide)).join('');
  const programs = shown.map((bus) => program(gpus, bus, reports[bus])).join('');
  const line = `+${'-'.repeat(isWide ? 89 : 77)}+\n`;
  return (
    line +
    `| NVIDIA-SMI ${version}    Driver Version: ${version}    CUDA Version: ${cuda}     |\n` +
    rows +
    line +
    '| Processes:                                                                  |\n' +
    (programs === ''
      ? '|  No running processes found                                                 |\n'
      : programs) +
    line
  );
}

type Report = Driven['reports'][string] | undefined;

function row({ at, name }: GpuOptions, bus: string, report: Report, isWide: boolean): string {
  const used = report?.['fb_memory_usage/used'] ?? HEALTHY['fb_memory_usage/used'];
  const memory = `${used.replace(' ', '')} /  ${HEALTHY['fb_memory_usage/total'].replace(' ', '')}`;
  const short = name.length > 18 ? `${name.slice(0, 15)}...` : name;
  return (
    `|   ${at.indexOf(bus)}  ${isWide ? name.padEnd(30) : short.padEnd(19)} Off |${isWide ? '  ' : ''} 00000000:${bus.toUpperCase()} Off |                  N/A |\n` +
    `| N/A   45C    P8     3W /  N/A | ${memory} |      0%      Default |\n`
  );
}

/** |    0   N/A  N/A      4242      C   python3                                    5890MiB | */
function program({ at }: GpuOptions, bus: string, report: Report): string {
  const of = (name: string): string | undefined => report?.[`processes/process_info/${name}`];
  const pid = of('pid');
  return pid === undefined
    ? ''
    : `|    ${at.indexOf(bus)}   N/A  N/A      ${pid}      ${of('type')}   ${of('process_name')!.padEnd(30)} ${of('used_memory')!.replace(' ', '')} |\n`;
}

const versionOf = (host: Host): string => moduleOf(host) ?? host.driven!.version;

const HEALTHY = {
  persistence_mode: 'Enabled',
  'mig_mode/current_mig': 'N/A',
  'mig_mode/pending_mig': 'N/A',
  mig_devices: 'None',
  gpu_recovery_action: 'None',
  'clocks_event_reasons/clocks_event_reason_gpu_idle': 'Active',
  'clocks_event_reasons/clocks_event_reason_sw_power_cap': 'Not Active',
  'clocks_event_reasons/clocks_event_reason_hw_slowdown': 'Not Active',
  'clocks_event_reasons/clocks_event_reason_hw_thermal_slowdown': 'Not Active',
  'clocks_event_reasons/clocks_event_reason_hw_power_brake_slowdown': 'Not Active',
  'clocks_event_reasons/clocks_event_reason_sw_thermal_slowdown': 'Not Active',
  'fb_memory_usage/total': '5944 MiB',
  'fb_memory_usage/used': '4 MiB',
  compute_mode: 'Default',
  'pci/pci_gpu_link_info/link_widths/current_link_width': '16x',
  'pci/pci_gpu_link_info/link_widths/max_link_width': '16x',
  'temperature/gpu_temp': '45 C',
  'temperature/gpu_temp_slow_threshold': '94 C',
} as const;

/** What cards for data centres have besides: memory that corrects errors, MIG, NVLinks. */
const DATA_CENTRE = {
  'mig_mode/current_mig': 'Disabled',
  'mig_mode/pending_mig': 'Disabled',
  'fabric/state': 'Completed',
  'fabric/status': 'Success',
  'ecc_errors/volatile/sram_uncorrectable_parity': '0',
  'ecc_errors/volatile/sram_uncorrectable_secded': '0',
  'ecc_errors/volatile/dram_uncorrectable': '0',
  'ecc_errors/aggregate/sram_uncorrectable_parity': '0',
  'ecc_errors/aggregate/dram_uncorrectable': '0',
  'ecc_errors/aggregate/sram_threshold_exceeded': 'No',
  'remapped_rows/remapped_row_corr': '0',
  'remapped_rows/remapped_row_unc': '0',
  'remapped_rows/remapped_row_pending': 'No',
  'remapped_rows/remapped_row_failure': 'No',
} as const;

export const isForDataCentres = ({ name }: GpuOptions): boolean => /H100/.test(name);

function xml(host: Host, driven: Driven, shown: readonly string[]): string {
  const { gpus, reports } = driven;
  const healthy = { ...HEALTHY, ...(isForDataCentres(gpus) ? DATA_CENTRE : {}) };
  const each = shown.map((bus) => {
    const values = { product_name: gpus.name, ...healthy, ...reports[bus] };
    return `\t<gpu id="00000000:${bus.toUpperCase()}">\n${elements(values)}\t</gpu>\n`;
  });
  return (
    '<?xml version="1.0" ?>\n<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v12.dtd">\n<nvidia_smi_log>\n' +
    `\t<driver_version>${versionOf(host)}</driver_version>\n` +
    `\t<cuda_version>${cudaVersion(host, driven)}</cuda_version>\n${each.join('')}</nvidia_smi_log>\n`
  );
}

/** One element each, inside those that its path names. */
function elements(values: Readonly<Record<string, string>>): string {
  const names = [...new Set(Object.keys(values).map((path) => path.split('/')[0]!))];
  return names
    .map((name) => {
      const below = Object.entries(values).flatMap(([path, value]) =>
        path.startsWith(`${name}/`) ? [[path.slice(name.length + 1), value] as const] : [],
      );
      return `<${name}>${values[name] ?? `\n${elements(Object.fromEntries(below))}`}</${name}>\n`;
    })
    .join('');
}
