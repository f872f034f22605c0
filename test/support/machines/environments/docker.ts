/** Docker and its kin: a machine whose GPU is lent to containers, and the containers. */
import { container, debianDesktop } from '../healthy.ts';
import { changed, without, type Host } from '../host.ts';
import { dpkg, withToolkit } from '../parts.ts';
import type { Environment } from './environment.ts';

const DAEMON =
  '{\n    "runtimes": {\n        "nvidia": {\n            "args": [],\n            "path": "nvidia-container-runtime"\n        }\n    }\n}\n';
const CONTAINERD = [
  'version = 2',
  '[plugins."io.containerd.grpc.v1.cri".containerd]',
  '  default_runtime_name = "nvidia"',
  '  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.nvidia.options]',
  '    BinaryName = "/usr/bin/nvidia-container-runtime"',
  '',
].join('\n');
const TOOLKIT =
  '[nvidia-container-cli]\nload-kmods = true\n#no-cgroups = false\n[nvidia-container-runtime]\nmode = "auto"\n';
const cdi = (library: string): string =>
  `---\ncdiVersion: 0.5.0\nkind: nvidia.com/gpu\ndevices:\n- name: "0"\ncontainerEdits:\n  mounts:\n  - hostPath: ${library}\n    containerPath: ${library}\n`;

const LIBRARY = '/usr/lib/x86_64-linux-gnu/libcuda.so.550.163.01';

/** It lends its GPU in every way. */
const lender: Host = changed(debianDesktop, {
  name: 'machine that lends its GPU',
  files: {
    '/usr/bin/dockerd': '',
    '/usr/bin/nvidia-container-runtime': '',
    '/etc/docker/daemon.json': DAEMON,
    '/etc/containerd/config.toml': CONTAINERD,
    '/etc/nvidia-container-runtime/config.toml': TOOLKIT,
    '/etc/cdi/nvidia.yaml': cdi(LIBRARY),
  },
});

const file = (path: string, text: string): Host => changed(lender, { files: { [path]: text } });

/** With 64 MiB of shared memory, as most containers have. */
const small = (host: Host, freeBytes: number): Host =>
  changed(host, {
    folders: [...host.folders, '/dev/shm'],
    space: { '/dev/shm': { freeBytes, freeInodes: 1000, totalBytes: 64 << 20 } },
  });

const torch = (host: Host): Host =>
  changed(host, {
    env: { VIRTUAL_ENV: '/venv' },
    files: {
      '/venv/pyvenv.cfg': 'home = /usr/bin\nversion = 3.10.12\n',
      '/venv/bin/python3': '',
      '/venv/lib/python3.10/site-packages/torch/version.py':
        "__version__ = '2.5.1+cu124'\ncuda: Optional[str] = '12.4'\n",
      '/venv/lib/python3.10/site-packages/torch-2.5.1+cu124.dist-info/METADATA':
        'Metadata-Version: 2.1\nName: torch\nVersion: 2.5.1+cu124\n',
    },
  });

const isNvidiasNode = /^\/dev\/nvidia/;

/** In a container nothing of the driver is installed or loaded. */
const INSIDE = /apt install|modprobe|ubuntu-drivers|cuda-drivers|usermod/;

export const environment: Environment = {
  name: 'Docker',
  healthy: [
    container,
    torch(small({ ...container, name: 'container with the usual shared memory' }, 64 << 20)),
    lender,
    changed(lender, {
      name: 'lends by CDI, JSON',
      files: {
        '/etc/docker/daemon.json': '{"features": {"cdi": true}}',
        '/etc/cdi/nvidia.yaml': undefined,
        '/var/run/cdi/nvidia.json': `{"kind":"nvidia.com/gpu","containerEdits":{"mounts":[{"hostPath":"${LIBRARY}"}]}}`,
      },
    }),
    // What it takes in from elsewhere may describe the runtime.
    {
      ...file(
        '/etc/containerd/config.toml',
        'imports = ["/etc/containerd/conf.d/*.toml"]\n[plugins."io.containerd.cri.v1.runtime".containerd]\ndefault_runtime_name = "nvidia"\n',
      ),
      name: 'containerd with imports',
    },
    { ...file('/etc/docker/daemon.json', ''), name: 'an empty daemon.json' },
  ],
  broken: [
    {
      how: 'the container was started without a GPU',
      host: changed(without(container, isNvidiasNode, /\/lib(?:cuda|nvidia-ml)\.so/, '/usr/bin/nvidia-smi'), {
        commands: { 'nvidia-smi': undefined },
        env: { NVIDIA_VISIBLE_DEVICES: undefined, NVIDIA_DRIVER_CAPABILITIES: undefined },
      }),
      code: 'container-no-gpu',
      fix: /--gpus all/,
      never: INSIDE,
    },
    {
      how: 'systemd has read its units anew, and the container lost its devices',
      host: {
        ...changed(container, {
          commands: { 'nvidia-smi': { exit: 255, stdout: 'Failed to initialize NVML: Unknown Error\n' } },
        }),
        nodes: Object.fromEntries(
          Object.entries(container.nodes).map(([path, node]) => [
            path,
            { ...node, access: 'forbidden' as const },
          ]),
        ),
      },
      code: 'container-cgroup-lost',
      fix: /cgroupfs/,
      never: INSIDE,
    },
    {
      how: 'a driver package lies in the image',
      host: changed(container, {
        files: { '/var/lib/dpkg/status': dpkg('535.183.01-0ubuntu1', 'libnvidia-compute-535') },
        libraries: { '/usr/lib/x86_64-linux-gnu/libcuda.so.535.183.01': { soname: 'libcuda.so.1' } },
        links: { '/usr/lib/x86_64-linux-gnu/libcuda.so.1': 'libcuda.so.535.183.01' },
        commands: {
          'nvidia-smi': { exit: 18, stdout: 'Failed to initialize NVML: Driver/library version mismatch\n' },
        },
      }),
      code: 'driver-package-in-container',
      fix: /apt purge/,
      never: INSIDE,
    },
    {
      how: 'its shared memory is full',
      host: small(container, 0),
      code: 'container-shm-too-small',
      fix: /--shm-size/,
      never: INSIDE,
    },
    {
      how: 'two GPUs work together through the usual shared memory',
      host: torch(
        small(
          changed(container, {
            nodes: { '/dev/nvidia1': { mode: 0o666, uid: 0, gid: 0, rdev: [195, 1] } },
          }),
          64 << 20,
        ),
      ),
      code: 'container-shm-too-small',
      severity: 'warning',
      fix: /--shm-size/,
      never: INSIDE,
    },
    {
      how: 'the toolkit was taken away, and Docker still asks for its runtime',
      host: without(lender, '/usr/bin/nvidia-container-runtime', '/etc/containerd/config.toml'),
      code: 'container-toolkit-missing',
      severity: 'warning',
      fix: /nvidia-container-toolkit/,
    },
    {
      how: 'a comma too many stands in daemon.json',
      host: file('/etc/docker/daemon.json', DAEMON.replace('},\n', '},').replace('"\n', '",\n')),
      code: 'container-toolkit-misconfigured',
      severity: 'warning',
      fix: /daemon\.json/,
    },
    {
      how: "containerd's configuration is cut off",
      host: file('/etc/containerd/config.toml', CONTAINERD.slice(0, -4)),
      code: 'container-toolkit-misconfigured',
      severity: 'warning',
      fix: /config\.toml/,
    },
    {
      how: 'the default runtime is described nowhere',
      host: file('/etc/docker/daemon.json', '{"default-runtime": "nvidia"}'),
      code: 'container-toolkit-misconfigured',
      severity: 'warning',
      fix: /nvidia-ctk runtime configure --runtime=docker/,
    },
    {
      how: "the toolkit's own configuration is broken",
      host: file('/etc/nvidia-container-runtime/config.toml', '[nvidia-container-cli\nno-cgroups'),
      code: 'container-toolkit-misconfigured',
      severity: 'warning',
      fix: /nvidia-ctk config default/,
    },
    {
      how: 'the driver was updated, and CDI describes the old one',
      host: file('/etc/cdi/nvidia.yaml', cdi('/usr/lib/x86_64-linux-gnu/libcuda.so.535.183.01')),
      code: 'container-toolkit-misconfigured',
      severity: 'warning',
      fix: /nvidia-ctk cdi generate/,
    },
    {
      how: 'Docker is the one from snap, and was configured elsewhere',
      host: changed(without(lender, '/usr/bin/dockerd'), {
        files: { '/snap/docker/current/bin/dockerd': '' },
      }),
      code: 'container-toolkit-misconfigured',
      severity: 'warning',
      fix: /snap remove docker/,
    },
    {
      how: 'the toolkit leaves cgroups alone, as for a rootless Docker',
      host: withToolkit(
        file('/etc/nvidia-container-runtime/config.toml', '[nvidia-container-cli]\nno-cgroups = true\n'),
        '12.4',
        '12.4.131',
        14,
      ),
      code: 'container-toolkit-misconfigured',
      severity: 'info',
      fix: /no-cgroups=false/,
    },
  ],
};
