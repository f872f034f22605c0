/** Changes that several faults are made of. */
import { changed, without, type Host } from '../host.ts';
import { moduleOf, type Driven } from '../nvidia-smi.ts';
import { withToolkit } from '../parts.ts';

export const isNvidiasNode = /^\/dev\/nvidia/;
export const isModule = /^\/lib\/modules\/[^/]+\/(?:updates|extra)/;
const isDriverLink = /^\/sys\/bus\/pci\/devices\/[^/]+\/driver$/;

/** The module is not running, with all that one sees of that. */
export const notRunning = (host: Host): Host =>
  changed(
    without(host, isNvidiasNode, '/proc/driver/nvidia/version', '/sys/module/nvidia/version', isDriverLink),
    {
      files: { '/proc/modules': 'ext4 811008 1 - Live 0x0\n' },
      commands: { dmesg: { exit: 0, stdout: '[    0.0] Linux version\n' } },
    },
  );

export const withoutLibraries = (host: Host): Host => without(host, /\/libcuda\.so/, /\/libnvidia-ml\.so/);

/** The kernel says this, some seconds after the start. */
export const kernelSays = (host: Host, ...lines: readonly string[]): Host =>
  changed(host, {
    commands: {
      dmesg: {
        exit: 0,
        stdout: `${host.commands['dmesg']?.stdout ?? ''}${lines.map((line, at) => `[   1${at}.200000] ${line}\n`).join('')}`,
      },
    },
  });

/** Folders of the GPUs in sysfs. */
export const gpuFolders = (host: Host): string[] =>
  Object.keys(host.files).flatMap((path) => {
    const folder = /^(\/sys\/bus\/pci\/devices\/[^/]+)\/class$/.exec(path)?.[1];
    return folder !== undefined && host.files[path] === '0x030000\n' ? [folder] : [];
  });

/** "0000:01:00.0" of the first GPU. */
export const firstGpu = (host: Host): string => `0000:${host.driven!.gpus.at[0]!}`;

/** Every GPU bound to this driver. */
export const boundTo = (host: Host, driver: string): Host =>
  changed(host, {
    links: Object.fromEntries(
      gpuFolders(host).map((folder) => [`${folder}/driver`, `../../../../bus/pci/drivers/${driver}`]),
    ),
  });

/** Another model in every slot. */
export const otherGpu = (host: Host, device: string, name: string): Host =>
  driverSays(
    changed(host, {
      files: Object.fromEntries(gpuFolders(host).map((folder) => [`${folder}/device`, `0x${device}\n`])),
    }),
    { gpus: { ...host.driven!.gpus, device, name } },
  );

/** The module runs and wants none of the GPUs. */
export const refused = (host: Host): Host => without(host, isDriverLink, /^\/dev\/nvidia\d/);

export const driverSays = (host: Host, more: Partial<Driven>): Host => ({
  ...host,
  driven: { ...host.driven!, ...more },
});

/** What the driver reports of the first GPU. */
export const reported = (host: Host, report: Readonly<Record<string, string>>): Host => {
  const bus = host.driven!.gpus.at[0]!;
  return driverSays(host, {
    reports: { ...host.driven!.reports, [bus]: { ...host.driven!.reports[bus], ...report } },
  });
};

/** Another version of the driver, module and libraries, as if that had been installed. */
export function renumbered(host: Host, version: string, cuda: string, open?: boolean): Host {
  const old = moduleOf(host);
  // Windows' driver has nothing here that bears its number.
  if (old === undefined) return driverSays(host, { version, cuda });
  const text = (value: string): string => {
    const renamed = value.replaceAll(old, version);
    if (open === undefined) return renamed;
    return open
      ? renamed.replace('UNIX x86_64 Kernel Module', 'UNIX Open Kernel Module for x86_64')
      : renamed.replace('Open Kernel Module for x86_64', 'x86_64 Kernel Module');
  };
  const record = <T>(all: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(
      Object.entries(all).map(([path, one]) => [
        text(path),
        (typeof one === 'string' ? text(one) : one) as T,
      ]),
    );
  const packages = (status: string): string =>
    status.replaceAll(`-${old.split('.')[0]!}`, `-${version.split('.')[0]!}`);
  const files = record(host.files);
  const status = files['/var/lib/dpkg/status'];
  return driverSays(
    {
      ...host,
      files: typeof status === 'string' ? { ...files, '/var/lib/dpkg/status': packages(status) } : files,
      links: record(host.links),
      libraries: record(host.libraries),
      commands: Object.fromEntries(
        Object.entries(host.commands).map(([name, said]) => [name, { ...said, stdout: text(said.stdout) }]),
      ),
    },
    { version, cuda },
  );
}

/** A toolkit that driver, GPU and compiler of the machine take; where there is one already, that. */
export function equipped(host: Host): Host {
  if (host.links['/usr/local/cuda'] !== undefined) return host;
  if (host.name.startsWith('Jetson')) return withToolkit(host, '11.4', '11.4.315', 11);
  // The compiler of this Fedora is taken from that release on, which needs a newer driver.
  if (host.name.startsWith('Fedora'))
    return withToolkit(renumbered(host, '580.95.05', '13.0'), '13.0', '13.0.88', 15);
  return withToolkit(host, '12.8', '12.8.93', 14);
}

/** Root of the toolkit that /usr/local/cuda leads to. */
export const toolkitOf = (host: Host): string => `/usr/local/${host.links['/usr/local/cuda']!}`;

/** Without any toolkit, and without what names one. */
export function unequipped(host: Host): Host {
  const bare = without(host, /^\/usr\/local\/cuda/);
  const path = (bare.env['PATH'] ?? '')
    .split(':')
    .filter((folder) => !folder.startsWith('/usr/local/cuda'))
    .join(':');
  return changed(bare, { env: { PATH: path, CUDA_HOME: undefined } });
}

/** Without a toolkit, under a driver that serves CUDA 12. */
export const forCuda12 = (host: Host): Host => {
  const bare = unequipped(host);
  return Number(bare.driven!.cuda.split('.')[0]) >= 12 ? bare : renumbered(bare, '580.95.05', '13.0');
};

const VENV = '/home/user/venv';
export const PACKAGES = `${VENV}/lib/python3.10/site-packages`;

/** An active environment of Python's with these packages: "torch-2.5.1+cu124". */
export const withPython = (host: Host, ...packages: readonly string[]): Host =>
  changed(host, {
    files: {
      [`${VENV}/pyvenv.cfg`]: 'home = /usr/bin\nversion = 3.10.12\n',
      [`${VENV}/bin/python3`]: '',
      ...Object.fromEntries(
        packages.map((name) => [`${PACKAGES}/${name}.dist-info/METADATA`, 'Metadata-Version: 2.1\n']),
      ),
    },
    env: { VIRTUAL_ENV: VENV },
  });

/** What pip fetches with a framework of CUDA 12. */
const CUDA12 = ['nvidia_cuda_runtime_cu12-12.5.82', 'nvidia_cudnn_cu12-9.3.0.75'];

/** TensorFlow for CUDA 12 with its libraries. */
export const withTensorFlow = (host: Host, capabilities: readonly string[]): Host =>
  changed(withPython(host, 'tensorflow-2.20.0', ...CUDA12), {
    files: {
      [`${PACKAGES}/tensorflow/python/platform/build_info.py`]: `build_info = {"cuda_version": "12.5.1", "cudnn_version": "9", "cuda_compute_capabilities": ${JSON.stringify(capabilities)}, "is_cuda_build": True}\n`,
    },
  });

/** ONNX Runtime for CUDA 12 with its libraries. */
export const withOnnxRuntime = (host: Host): Host =>
  changed(withPython(host, 'onnxruntime_gpu-1.22.0', ...CUDA12), {
    files: {
      [`${PACKAGES}/onnxruntime/capi/build_and_package_info.py`]: "cuda_version = '12.8'\n",
    },
  });

/** pip has taken a package away: "nvidia_cudnn". */
export const withoutPackage = (host: Host, name: string): Host => ({
  ...host,
  files: Object.fromEntries(
    Object.entries(host.files).filter(([path]) => !path.startsWith(`${PACKAGES}/${name}`)),
  ),
});
