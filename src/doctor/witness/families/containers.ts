/**
 * What lends a container the GPU of its host, and why it did not: Docker's daemon, Podman, containerd, the NVIDIA Container Toolkit
 * (nvidia-container-cli, its runtime, CDI), enroot, Singularity and Apptainer, LXC.
 *
 *     docker: Error response from daemon: could not select device driver "" with capabilities: [[gpu]].
 *     nvidia-container-cli: initialization error: load library failed: libnvidia-ml.so.1: cannot open shared object file: ...
 *     Error: setting up CDI devices: unresolvable CDI devices nvidia.com/gpu=all
 *     INFO:    Could not find any nv files on this host!
 */
import { familyOf, type Sentence } from '../family.ts';
import type { Lender, NotLent, TestimonyKind } from '../testimony.ts';

const notLent = (by: Lender, reason: NotLent, detail: string | null = null): TestimonyKind => ({
  kind: 'gpu-not-lent',
  by,
  reason,
  detail,
});

/** What follows a stage of nvidia-container-cli tells more than the stage does; the first that fits counts. */
const CLI_MESSAGES: readonly (readonly [pattern: RegExp, reason: NotLent])[] = [
  [/driver not loaded|load library failed: libnvidia-ml|load library failed: libcuda/i, 'no-driver-on-host'],
  [/no adapters were found|driver (?:rpc )?error|no cuda-capable device/i, 'no-driver-on-host'],
  [/unknown device|invalid device|no such device/i, 'no-such-device'],
  [/file creation failed: .{0,400}(?:file exists|is a directory)/i, 'driver-in-image'],
  [/device (?:filter|rules)|bpf_prog|devices\.allow|cgroup/i, 'cgroup'],
];

const CLI: readonly Sentence[] = [
  {
    // nvidia-container-cli: STAGE error: MESSAGE. A requirement is the driver's version, and a mismatch is the driver's own: others hear those.
    literal: ['nvidia-container-cli: ', 'nvidia-container-cli.real: '],
    pattern:
      /nvidia-container-cli(?:\.real)?: (initialization|detection|container|device|mount|ldcache|permission|input|configuration) error: ([^\n]{1,600})/i,
    says: ([, stage, message]) => {
      if (/version mismatch/i.test(message!)) return null;
      const reason = CLI_MESSAGES.find(([pattern]) => pattern.test(message!))?.[1] ?? 'setup-failed';
      return notLent('toolkit', reason, `${stage!.toLowerCase()} error`);
    },
  },
  {
    // exec: "nvidia-container-cli": executable file not found; Command not found: nvidia-container-cli; fork/exec /usr/bin/...: no such file
    literal: ['nvidia-container-', 'nvidia-docker'],
    pattern:
      /(?:command not found|Missing tool):? nvidia-container-cli|nvidia-(?:container-(?:cli|runtime(?:-hook)?|toolkit)|docker2?)\\?"?: (?:executable file not found|no such file|command not found|not found)/i,
    says: ({ input }) =>
      notLent(/see https?:\/\/|enroot|pyxis/i.test(input) ? 'enroot' : 'toolkit', 'toolkit-missing'),
  },
  {
    // The runtime's own words, where it makes the specification itself: failed to generate CDI spec: ... failed to initialize NVML: ERROR_LIBRARY_NOT_FOUND
    literal: ['error_library_not_found', 'error_driver_not_loaded'],
    pattern: /(?:NVML|CDI|driver).{0,200}ERROR_(?:LIBRARY_NOT_FOUND|DRIVER_NOT_LOADED)/i,
    says: () => notLent('toolkit', 'no-driver-on-host'),
  },
  {
    literal: [
      'did not find any supported oci runtime',
      'invoking the nvidia container runtime hook directly',
    ],
    pattern:
      /did not find any supported OCI runtime|invoking the NVIDIA Container Runtime Hook directly .{0,80}is not supported/i,
    says: () => notLent('toolkit', 'setup-failed'),
  },
];

const RUNTIMES: readonly Sentence[] = [
  {
    // could not select device driver "" with capabilities: [[gpu]], also "nvidia", with [[gpu utility compute]] and quotes escaped
    literal: 'could not select device driver',
    pattern: /could not select device driver \\?"([^"\\]{0,20})\\?" with capabilities: \[\[?([^\]]{0,60})/i,
    says: ([, driver, capabilities]) =>
      driver === 'cdi'
        ? notLent('docker', 'runtime-unknown', 'CDI')
        : /gpu|compute|utility|nvidia/i.test(`${driver} ${capabilities}`)
          ? notLent('docker', 'toolkit-missing')
          : null,
  },
  {
    literal: ['unknown runtime', 'invalid runtime name', 'oci runtime "nvidia"'],
    pattern:
      /Unknown runtime specified:? \\?"?nvidia|unknown or invalid runtime name: \\?"?nvidia|OCI runtime "nvidia" not found/i,
    says: ({ input }) =>
      notLent(
        /default OCI runtime/i.test(input) ? 'podman' : 'docker',
        'toolkit-missing',
        'runtime "nvidia"',
      ),
  },
  {
    // containerd's CRI: no runtime for "nvidia" is configured; CRI-O: runtime handler "nvidia" not found; the API server: RuntimeClass "nvidia" not found
    literal: ['no runtime for ', 'runtime handler ', 'runtimehandler ', 'runtime class ', 'runtimeclass '],
    pattern:
      /no runtime for \\?"(nvidia[\w-]{0,20})\\?" is configured|runtime ?(?:handler|class) \\?"(nvidia[\w-]{0,20})\\?" (?:not found|not supported|is not configured)/i,
    says: ({ 1: one, 2: other, input }) =>
      notLent(
        /runtimeclass/i.test(input) ? 'kubernetes' : 'containerd',
        'runtime-unknown',
        `runtime "${one ?? other}"`,
      ),
  },
  {
    // docker --device /dev/nvidia0, podman: stat /dev/nvidia-uvm: no such file or directory
    literal: '/dev/nvidia',
    pattern:
      /(?:gathering device information while adding custom device \\?"|(?:Error: |crun: )stat )(\/dev\/nvidia[\w-]{0,20}).{0,6}no such file/i,
    says: ([, node]) => notLent('docker', 'no-driver-on-host', node!),
  },
  {
    // exec: "nvidia-smi": executable file not found in $PATH: the tool is lent by the host, with the GPU. Older versions escape the quotes;
    // crun: executable file `nvidia-smi` not found in $PATH
    literal: 'executable file',
    pattern: /"nvidia-smi\\?": executable file not found|executable file `nvidia-smi` not found/i,
    says: () => notLent('docker', 'not-asked-for'),
  },
  {
    // The banner of NVIDIA's own images.
    literal: ['the nvidia driver was not detected', "use 'nvidia-docker run' to start this container"],
    pattern: /The NVIDIA Driver was not detected|Use 'nvidia-docker run' to start this container/i,
    says: () => notLent('docker', 'not-asked-for', 'banner of the image'),
  },
];

const CDI: readonly Sentence[] = [
  {
    literal: 'unresolvable cdi devices',
    pattern: /unresolvable CDI devices ([\w.,=\/: -]{1,200})/i,
    says: ([, names]) =>
      /nvidia|gpu/i.test(names!) ? notLent('cdi', 'no-such-device', names!.replace(/:.*$/, '').trim()) : null,
  },
  {
    // crun: cannot stat `/usr/lib64/libcuda.so.535.54.03`: No such file or directory; runc: error mounting "/usr/lib/.../libEGL_nvidia.so.550.54.14" to rootfs
    literal: ['cannot stat `/', 'error mounting "/', 'error mounting \\"/', 'cannot open `/'],
    pattern:
      /(?:cannot (?:stat|open) `|error mounting \\?")(\/[^`"\s]{0,200}(?:nvidia|libcuda|nvoptix|libnv)[^`"\s]{0,80}\.so[.\d]{0,20}).{0,400}No such file/i,
    says: ([, file]) => notLent('cdi', 'stale-description', file!),
  },
  {
    // Podman: failed to inject devices: failed to stat CDI host device "/dev/dri/renderD129": no such file or directory
    literal: 'failed to stat cdi host device',
    pattern: /failed to stat CDI host device "([^"]{1,80})"/i,
    says: ([, file]) => notLent('cdi', 'stale-description', file!),
  },
  {
    // A Podman or Docker that does not know CDI takes the name for a path: Error: stat nvidia.com/gpu=0: no such file or directory
    literal: 'nvidia.com/gpu',
    pattern: /(?:stat |adding custom device \\?")(nvidia\.com\/gpu=[\w:-]{1,60}).{0,6}no such file/i,
    says: ([, name]) => notLent('cdi', 'no-such-device', name!),
  },
];

const OTHERS: readonly Sentence[] = [
  {
    // Singularity 3, Apptainer: INFO: Could not find any nv files on this host!; Singularity 2: WARNING: Could not find any Nvidia libraries on this host!
    literal: 'could not find any n',
    pattern: /Could not find any (?:nv|nvidia) (?:files|libraries|binaries)(?: or binaries)? on this host/i,
    says: () => notLent('singularity', 'no-driver-on-host'),
  },
  {
    // Singularity with --nvccli: path to "nvidia-container-cli" not set in singularity.conf
    literal: 'path to "nvidia-container-cli" not set',
    pattern: /path to "nvidia-container-cli" not set in \w{4,20}\.conf/i,
    says: () => notLent('singularity', 'toolkit-missing'),
  },
  {
    // enroot's hook: Kernel module nvidia_uvm is not loaded. Make sure the NVIDIA device driver is installed and loaded.
    literal: 'kernel module nvidia',
    pattern: /Kernel module nvidia\w{0,8} is not loaded\. Make sure the NVIDIA device driver/i,
    says: () => notLent('enroot', 'no-driver-on-host'),
  },
  {
    literal: ['hooks.d/98-nvidia.sh', 'hooks.d/50-nvidia'],
    pattern: /hooks\.d\/(?:98-nvidia\.sh|50-nvidia)\S{0,20} exited with return code/i,
    says: () => notLent('enroot', 'setup-failed'),
  },
  {
    // LXD and Incus: The NVIDIA LXC hook couldn't be found; The NVIDIA container tools couldn't be found
    literal: ['the nvidia lxc hook', 'the nvidia container tools'],
    pattern: /The NVIDIA (?:LXC hook|container tools) couldn't be found/i,
    says: () => notLent('lxc', 'toolkit-missing'),
  },
  {
    literal: ['failed to detect requested gpu', 'failed detecting requested gpu'],
    pattern: /Failed (?:to detect|detecting) requested GPU/i,
    says: () => notLent('lxc', 'no-such-device'),
  },
];

export const family = familyOf(
  'container runtimes',
  [...CLI, ...RUNTIMES, ...CDI, ...OTHERS],
  [
    {
      literal: 'nvidia-container-',
      pattern: /nvidia-container-\w{3,8}.{0,40} error/i,
    },
  ],
);
