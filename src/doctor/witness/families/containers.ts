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
  [/rpc error: timed out|driver error: timed out/i, 'timed-out'],
  [/ldconfig|ldcache/i, 'ldconfig'],
  [/stat failed: \/(?:dev\/nvidia|proc\/driver\/nvidia)/i, 'no-driver-on-host'],
  [/driver not loaded|load library failed: lib(?:nvidia-ml|cuda|dxcore)/i, 'no-driver-on-host'],
  [/driver (?:rpc )?error|no cuda-capable device/i, 'no-driver-on-host'],
  [/unknown device|invalid device|no such device/i, 'no-such-device'],
  [/file creation failed: .{0,400}(?:file exists|is a directory)/i, 'driver-in-image'],
  [/device (?:filter|rules)|bpf_prog|devices\.allow|cgroup/i, 'cgroup'],
  [/no such device or address/i, 'no-driver-on-host'],
];

const TOO_OLD = {
  kind: 'version-mismatch',
  found: null,
  atLeast: true,
  asker: 'this image',
} as const;

/** What an image asks of the host: "cuda>=11.6", "brand = tesla", joined by commas; the least that one of them can be told by. */
function unsatisfied(condition: string): TestimonyKind {
  const wanted = (name: string): string | undefined =>
    new RegExp(`\\b${name} ?>=? ?(\\d[\\d.]{0,12})`, 'i').exec(condition)?.[1]?.replace(/\.$/, '');
  const [cuda, driver] = [wanted('cuda'), wanted('driver')];
  if (cuda !== undefined) return { ...TOO_OLD, of: 'cuda-of-driver', expected: cuda };
  if (driver !== undefined && !/\b(?:brand|arch)\b/i.test(condition))
    return { ...TOO_OLD, of: 'driver', expected: driver };
  return notLent('toolkit', 'no-such-device', condition.trim());
}

const CLI: readonly Sentence[] = [
  {
    // nvidia-container-cli: STAGE error: MESSAGE. A requirement is the driver's version, and a mismatch is the driver's own: others hear those.
    literal: ['nvidia-container-cli: ', 'nvidia-container-cli.real: '],
    pattern:
      /nvidia-container-cli(?:\.real)?: (initialization|detection|container|device|mount|ldcache|permission|input|configuration) error: ([^\n]{1,600})/i,
    says: ([, stage, message]) => {
      if (/version mismatch|gpu is lost/i.test(message!)) return null;
      // In WSL it asks the library that Windows' driver brings.
      if (/WSL environment detected but no adapters/i.test(message!))
        return { kind: 'trouble', what: 'windows-driver-too-old', detail: null };
      const text = `${stage} error: ${message}`;
      const reason = CLI_MESSAGES.find(([pattern]) => pattern.test(text))?.[1] ?? 'setup-failed';
      return notLent('toolkit', reason, `${stage!.toLowerCase()} error`);
    },
  },
  {
    // nvidia-container-cli: requirement error: unsatisfied condition: cuda>=11.6, please update your driver; since 1.3 without spaces;
    // of an image's requirements the first group is shown: brand=tesla,driver>=418,driver<419
    literal: 'unsatisfied condition: ',
    pattern: /unsatisfied condition: ([\w.,<>=! ]{4,160}?)(?:, please update| \(|\\|"|: unknown|\s*$)/i,
    says: ([, condition]) => unsatisfied(condition!),
  },
  {
    literal: 'please update your driver to a newer version',
    pattern: /^(?!.*unsatisfied condition).{0,200}please update your driver to a newer version/i,
    says: () => ({ ...TOO_OLD, of: 'cuda-of-driver', expected: null }),
  },
  {
    // Parts of the toolkit of different versions, or built for another distribution
    literal: ['nvidia-container-cli: symbol lookup', 'nvidia-container-cli: error while loading'],
    pattern:
      /nvidia-container-cli: (?:symbol lookup error|error while loading shared libraries): (\S{3,80})/i,
    says: ([, file]) => notLent('toolkit', 'setup-failed', file!.replace(/:$/, '')),
  },
  {
    // crun: error executing hook `/usr/bin/nvidia-cdi-hook` (exit code: 1), and no word of why: the toolkit's own, or CDI's
    literal: 'error executing hook `',
    pattern: /error executing hook `\/[^\s`]{0,120}\/nvidia-[\w-]{2,40}`/i,
    says: () => notLent('toolkit', 'setup-failed'),
  },
  {
    // libnvidia-container's log: the helper that asks the driver, where it ended before it had told all
    literal: ['driver rpc service terminated with signal', 'driver service terminated with signal'],
    pattern: /driver (?:rpc )?service terminated with signal \d/i,
    says: () => notLent('toolkit', 'setup-failed', 'driver service'),
  },
  {
    // The runtime starts runc or crun behind it.
    literal: 'no runtime binary found from candidate list',
    pattern: /no runtime binary found from candidate list/i,
    says: () => notLent('toolkit', 'setup-failed', 'runc'),
  },
  {
    // nvidia-ctk, device plugin, runtime: failed to generate CDI spec: ...: failed to locate libcuda.so.550.54.14: ... not found. What NVML said others hear.
    literal: ['cdi spec', 'nvidia kernel modules'],
    pattern:
      /(?:failed to (?:generate|create|get) (?:the )?CDI spec\w{0,10}\b|unable to create cdi spec file|failed to load NVIDIA kernel modules)([^\n]{0,600})/i,
    says: ({ 0: all, 1: why }) =>
      /version mismatch|gpu is lost|ERROR_(?:LIBRARY|DRIVER)_NOT/i.test(why!)
        ? null
        : notLent(
            'toolkit',
            /kernel modules|libcuda|libnvidia-ml|library not found|no devices/i.test(all)
              ? 'no-driver-on-host'
              : 'setup-failed',
          ),
  },
  {
    // exec: "nvidia-container-cli": executable file not found; Command not found: nvidia-container-cli; fork/exec /usr/bin/...: no such file
    literal: ['nvidia-container-', 'nvidia-docker', 'nvidia-ctk'],
    pattern:
      /(?:command not found|Missing tool):? nvidia-(?:container-cli|ctk)|nvidia-(?:container-(?:cli|runtime(?:-hook)?|toolkit)|docker2?|ctk)\\?"?: (?:executable file not found|no such file|command not found|not found)/i,
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
    // Docker before 19.03, Podman before 5: unknown flag: --gpus; Compose before 1.28, and what it says of keys that it does not know
    literal: [
      'unknown flag: --gpus',
      'unknown option: --gpus',
      "'devices' was unexpected",
      'option for services',
      'services.',
    ],
    pattern:
      /unknown (?:flag|option): --gpus|deploy\.resources\.reservations value.{0,60}'devices' was unexpected|Unsupported config option for services\.[\w.-]{1,60}: '(?:gpus|runtime)'|services\.[\w.-]{1,60} Additional property (?:gpus|runtime) is not allowed|services\.[\w.-]{1,60}\.reservations(?:\.devices\S{0,6})? (?:Additional property (?:devices|capabilities) is not allowed|capabilities is required)/i,
    says: ({ input }) => notLent(/podman/i.test(input) ? 'podman' : 'docker', 'option-unknown'),
  },
  {
    // dockerd, of the file that says which runtimes there are: it does not start
    literal: 'unable to configure the docker daemon with file',
    pattern: /unable to configure the Docker daemon with file (\/\S{3,100}?):? /i,
    says: ([, file]) => notLent('docker', 'bad-configuration', file!),
  },
  {
    // Docker from 28.3 on, containerd, where --gpus is looked up in CDI's descriptions
    literal: ['failed to discover gpu vendor from cdi', 'no known gpu vendor found'],
    pattern: /failed to discover GPU vendor from CDI|no known GPU vendor found/i,
    says: () => notLent('docker', 'toolkit-missing', 'CDI'),
  },
  {
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
      /nvidia|gpu/i.test(names!)
        ? notLent('cdi', 'no-such-device', names!.replace(/: .*$/, '').replace(/[. ]+$/, ''))
        : null,
  },
  {
    // crun: cannot stat `/usr/lib64/libcuda.so.535.54.03`: No such file or directory; runc: error mounting "/usr/lib/.../libEGL_nvidia.so.550.54.14" to rootfs
    literal: ['cannot stat `/', 'error mounting "/', 'error mounting \\"/', 'cannot open `/'],
    pattern:
      /(?:cannot (?:stat|open) `|error mounting \\?")(\/[^`"\s]{0,200}(?:nvidia|libcuda|nvoptix|libnv)[^`"\s]{0,80}\.so[.\d]{0,20}).{0,400}No such file/i,
    says: ([, file]) => notLent('cdi', 'stale-description', file!),
  },
  {
    // Two descriptions of one device: conflicting device "nvidia.com/gpu=0" (specs "/etc/cdi/nvidia.yaml", "/var/run/cdi/nvidia.yaml")
    literal: 'conflicting device ',
    pattern: /conflicting device \\?"(nvidia\.com\/[\w.=:-]{2,60})\\?"/i,
    says: ([, name]) => notLent('cdi', 'stale-description', name!),
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
    pattern: /(stat |adding custom device \\?")nvidia\.com\/gpu=[\w:-]{1,60}.{0,6}no such file/i,
    says: ([, how]) => notLent(how === 'stat ' ? 'podman' : 'docker', 'option-unknown', 'CDI'),
  },
];

const OTHERS: readonly Sentence[] = [
  {
    // WARNING: nv files may not be bound with --writable
    literal: 'files may not be bound with --writable',
    pattern: /\bnv files may not be bound with --writable/i,
    says: () => notLent('singularity', 'option-unknown', '--writable'),
  },
  {
    literal: 'nvidia_visible_devices must be set or no gpus',
    pattern: /NVIDIA_VISIBLE_DEVICES must be set or no GPUs will be available/i,
    says: () => notLent('singularity', 'not-asked-for', '--contain'),
  },
  {
    literal: ['nvidia-container-cli not allowed in setuid mode', 'nvidia-container-cli is not owned by root'],
    pattern: /nvidia-container-cli (?:not allowed in setuid mode|is not owned by root)/i,
    says: () => notLent('singularity', 'setup-failed'),
  },
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
    // enroot's hook; the toolkit's: unsupported capabilities found in 'compute,moon' (allowed 'compute,utility'), also with %v and brackets
    literal: ['unknown nvidia driver capability', 'unsupported capabilities found in'],
    pattern:
      /Unknown NVIDIA driver capability: (\S{1,40})|unsupported capabilities found in ['"]?([\w,-]{1,80})/i,
    says: ([, one, several]) =>
      notLent(one === undefined ? 'toolkit' : 'enroot', 'capability-unknown', (one ?? several)!),
  },
  {
    literal: ['hooks.d/98-nvidia.sh', 'hooks.d/50-nvidia'],
    pattern: /hooks\.d\/(?:98-nvidia\.sh|50-nvidia)\S{0,20} exited with return code/i,
    says: () => notLent('enroot', 'setup-failed'),
  },
  {
    // LXC's own hook: lxc-start ...: Script exec /usr/share/lxc/hooks/nvidia ct1 lxc mount exited with status 1
    literal: 'lxc/hooks/nvidia',
    pattern: /lxc\/hooks\/nvidia\b.{0,80}(?:exited|returned|failed|status [1-9])/i,
    says: () => notLent('lxc', 'setup-failed'),
  },
  {
    // LXC's log names no hook; those of LXD and Incus that mount are NVIDIA's
    literal: 'failed to run mount hooks',
    pattern: /\blxc_setup:\d{1,6} - Failed to run mount hooks/i,
    says: () => notLent('lxc', 'setup-failed', 'mount hook'),
  },
  {
    // LXD and Incus: The NVIDIA LXC hook couldn't be found; The NVIDIA container tools couldn't be found
    literal: ['the nvidia lxc hook', 'the nvidia container tools'],
    pattern: /The NVIDIA (?:LXC hook|container tools) couldn't be found/i,
    says: () => notLent('lxc', 'toolkit-missing'),
  },
  {
    // nvidia.runtime is incompatible with privileged containers
    literal: 'nvidia.runtime is incompatible',
    pattern: /nvidia\.runtime is incompatible with privileged/i,
    says: () => notLent('lxc', 'option-unknown', 'nvidia.runtime'),
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
    { literal: 'error response from daemon', pattern: /Error response from daemon: .{0,300}?nvidia/i },
    {
      literal: 'nvidia.com/gpu',
      pattern: /(?:error|fail|cannot|could not|invalid).{0,200}?nvidia\.com\/gpu/i,
    },
    // What it prints of enroot's log follows, line by line.
    {
      literal: 'error: pyxis: ',
      pattern: /error: pyxis: (?!printing | {2}|container start failed|child \d)/i,
    },
    { literal: '[error] ', pattern: /\[ERROR\] .{0,120}?(?:nvidia|enroot)/i },
    { literal: 'fatal: ', pattern: /^FATAL: {2,4}.{0,160}?nvidia/i },
    { literal: ' error ', pattern: /^lxc(?:-start)? .{0,80}? ERROR .{0,200}?nvidia/i },
  ],
);
