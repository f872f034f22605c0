/**
 * Schedulers that have no GPU to give, or were not told of one: Kubernetes (scheduler, kubelet, NVIDIA's device plugin and operator)
 * and Slurm (slurmctld, slurmd, and what sbatch and srun pass on).
 *
 *     0/3 nodes are available: 3 Insufficient nvidia.com/gpu.
 *     Detected non-NVML platform: could not load NVML library: libnvidia-ml.so.1: cannot open shared object file
 *     sbatch: error: Batch job submission failed: Invalid generic resource (gres) specification
 *     error: gres/gpu count reported lower than configured (0 < 4)
 */
import { familyOf, type Sentence } from '../family.ts';
import type { Lender, NotLent, TestimonyKind } from '../testimony.ts';

const notLent = (by: Lender, reason: NotLent, detail: string | null = null): TestimonyKind => ({
  kind: 'gpu-not-lent',
  by,
  reason,
  detail,
});

const KUBERNETES: readonly Sentence[] = [
  {
    literal: 'insufficient nvidia.com/',
    pattern: /Insufficient (nvidia\.com\/[\w.-]{1,60}\w)/i,
    says: ([, resource]) => notLent('kubernetes', 'none-free', resource!),
  },
  {
    // kubelet: Allocate failed due to requested number of devices unavailable for nvidia.com/gpu. Requested: 1, Available: 0
    literal: 'devices unavailable for nvidia.com/',
    pattern:
      /devices unavailable for (nvidia\.com\/[\w.-]{1,60}?)\. Requested: (\d{1,4}), Available: (\d{1,4})/i,
    says: ([, resource, , available]) =>
      notLent('kubernetes', available === '0' ? 'fewer-than-configured' : 'none-free', resource!),
  },
  {
    literal: 'no healthy devices present',
    pattern: /no healthy devices present.{0,80}(nvidia\.com\/[\w.-]{1,60})/i,
    says: ([, resource]) => notLent('kubernetes', 'fewer-than-configured', resource!),
  },
  {
    // The device plugin, by version: Failed to initialize NVML: could not load NVML library; Detected non-NVML platform; Incompatible strategy
    // detected auto; Incompatible platform detected; If this is a GPU node, did you set the docker default runtime to `nvidia`?
    literal: [
      'detected non-nvml platform',
      'incompatible strategy detected',
      'incompatible platform detected',
      'if this is a gpu node, did you',
      'failed to initialize nvml: could not load nvml',
    ],
    pattern:
      /Detected non-NVML platform|Incompatible (?:strategy|platform) detected|If this is a GPU node, did you (?:set the docker default runtime|configure the NVIDIA Container Toolkit)|Failed to initialize NVML: could not load NVML/i,
    says: () => notLent('kubernetes', 'runtime-unknown', 'device plugin'),
  },
  {
    // XidCriticalError: Xid=79 on Device=GPU-..., marking device as unhealthy.
    literal: 'xidcriticalerror: xid=',
    pattern: /XidCriticalError: Xid=(\d{1,3}) on Device/i,
    says: ([, number]) => ({ kind: 'xid', number: Number(number), pci: null, program: null }),
  },
  {
    // The scheduler, of a node that is kept for pods which say that they may stand there
    literal: ['taint {nvidia.com/gpu', 'taints {nvidia.com/gpu'],
    pattern: /taints? \{(nvidia\.com\/gpu)[:\s}]/i,
    says: ([, resource]) => notLent('kubernetes', 'not-asked-for', resource!),
  },
  {
    // The device plugin without a device: No devices found. Waiting indefinitely.
    literal: 'no devices found. waiting indefinitely',
    pattern: /No devices found\. Waiting indefinitely/i,
    says: () => notLent('kubernetes', 'fewer-than-configured', 'device plugin'),
  },
  {
    // The operator's init containers, again and again until driver and toolkit are there
    literal: [
      'waiting for nvidia container stack to be setup',
      '/run/nvidia/validations/',
      'driver modules are not yet loaded',
    ],
    pattern:
      /waiting for nvidia container stack to be setup|cannot statx? '\/run\/nvidia\/validations\/\.?(?:driver-ctr|driver|toolkit)-ready'|nvidia driver modules are not yet loaded, invoking runc directly/i,
    says: () => notLent('kubernetes', 'waiting'),
  },
  {
    // The validator: failed to create symlinks under /dev/char that are required when using systemd cgroup management
    literal: ['error validating driver installation', 'error validating toolkit', 'symlinks under /dev/char'],
    pattern: /error validating (?:driver|toolkit) installation|failed to create symlinks under \/dev\/char/i,
    says: () => notLent('kubernetes', 'setup-failed', 'validator'),
  },
  {
    // The driver container, where no repository has the headers of the node's kernel
    literal: 'could not resolve linux kernel version',
    pattern: /Could not resolve Linux kernel version/i,
    says: () => ({
      kind: 'module-build',
      module: 'nvidia',
      driver: null,
      kernel: null,
      why: 'headers',
      detail: null,
    }),
  },
  {
    // The driver container
    literal: 'could not unload nvidia driver kernel modules',
    pattern: /Could not unload NVIDIA driver kernel modules, driver is in use/i,
    says: () => ({ kind: 'module-load', module: 'nvidia', why: 'in-use', detail: null }),
  },
  {
    // The operator's validator
    literal: 'gpu resources are not discovered by the node',
    pattern: /GPU resources are not discovered by the node/i,
    says: () => notLent('kubernetes', 'fewer-than-configured', 'nvidia.com/gpu'),
  },
];

const SLURM: readonly Sentence[] = [
  {
    // Slurm's ESLURM_INVALID_GRES; since 21.08 also of TRES
    literal: ['(gres) specification', '(tres) specification'],
    pattern: /Invalid (?:generic resource \(gres\)|Trackable RESource \(TRES\)) specification/i,
    says: () => notLent('slurm', 'not-configured'),
  },
  {
    literal: [
      'gres option unsupported by configured',
      'invalid gres specification',
      'insufficient gres available in allocation',
    ],
    pattern:
      /(Requested GRES option unsupported by configured|Invalid GRES specification)|Insufficient GRES available in allocation/i,
    says: ([, unknown]) => notLent('slurm', unknown === undefined ? 'not-asked-for' : 'not-configured'),
  },
  {
    // Of what was asked for together no node has all: GPUs, cores, memory, features
    literal: 'requested node configuration is not available',
    pattern: /Requested node configuration is not available/i,
    says: () => notLent('slurm', 'no-such-node'),
  },
  {
    // Also squeue's reasons: one's share of all GPUs is used up
    literal: ['required node not available (', 'requested nodes are busy', 'reqnodenotavail', 'gres'],
    pattern:
      /Required node not available \(|Requested nodes are busy|\bReqNodeNotAvail\b|\b(?:QOS|Assoc)(?:Max|Grp|Min)\w{0,10}GRES\w{0,20}\b/,
    says: () => notLent('slurm', 'none-free'),
  },
  {
    literal: 'may not submit a job not requesting gpus',
    pattern: /may not submit a job not requesting GPUs/i,
    says: () => notLent('slurm', 'not-asked-for'),
  },
  {
    literal: [
      'gpu detection failed',
      '0 gpus detected on the system',
      'if using autodetect the amount of gpus',
    ],
    pattern:
      /System GPU detection failed|There were 0 GPUs detected on the system|If using AutoDetect the amount of GPUs configured/i,
    says: () => notLent('slurm', 'fewer-than-configured', 'AutoDetect'),
  },
  {
    // slurmctld: Killing job 12: gres/gpu type a100 not found on node n1; gres/gpu count mismatch on node n1; gres/gpu lacks "File=" parameter
    literal: 'gres/gpu ',
    pattern:
      /gres\/gpu (?:type (\S{1,60}) not found on node|count mismatch on node|lacks "File=" parameter for node)/i,
    says: ([, type]) =>
      notLent('slurm', type === undefined ? 'fewer-than-configured' : 'not-configured', type ?? null),
  },
  {
    // slurmctld and a node's reason: gres/gpu count reported lower than configured (0 < 4); gres/gpu count too low (0 < 4)
    literal: 'gres/gpu',
    pattern:
      /gres\/gpu:?\S{0,20} count (?:reported lower than configured|too low) ?\(?(\d{1,3} < \d{1,3})?|gres\/gpu: count changed (?:for|on) node \S{0,60} ?(?:from \d{1,3} to 0|\(\d{1,3} != 0\))/i,
    says: ([, counts]) => notLent('slurm', 'fewer-than-configured', counts ?? null),
  },
  {
    // slurmd: fatal: can't stat gres.conf file /dev/nvidia0: No such file or directory; error: Waiting for gres.conf file /dev/nvidia0
    literal: ['gres.conf file /dev/nvidia', 'unable to stat gres'],
    pattern: /(?:can't stat|unable to stat|Waiting for) gres\.conf file (\/dev\/nvidia\S{0,20})/i,
    says: ([, node]) => notLent('slurm', 'fewer-than-configured', node!.replace(/[:,]$/, '')),
  },
  {
    // slurmd with AutoDetect=nvml, built without it
    literal: 'autodetect nvml functionality',
    pattern: /configured to autodetect nvml functionality, but we weren't able to find that lib/i,
    says: () => notLent('slurm', 'setup-failed', 'AutoDetect=nvml'),
  },
  {
    // slurmd, which ends at it: gres.conf duplicate records for gpu; gres.conf for gpu, some records have File specification while others do not
    literal: ['gres.conf duplicate records for ', 'gres.conf for gpu, '],
    pattern:
      /gres\.conf (?:(duplicate records) for gpu\b|for gpu, (some records have "?(?:File|Type|Cores)=?"?) specification)/i,
    says: ([, twice, some]) => notLent('slurm', 'bad-configuration', `gres.conf: ${twice ?? some!}`),
  },
  {
    literal: ['invalid gres record for gpu', 'invalid grestypes value', 'cannot find gres plugin for'],
    pattern:
      /Invalid GRES record for gpu|Invalid GresTypes value: gpu|cannot find gres plugin for gres\/gpu/i,
    says: ({ 0: said }) => notLent('slurm', 'bad-configuration', said),
  },
  {
    literal: ['ignoring file-less gpu', 'discarding the following config-only gpu'],
    pattern: /Ignoring file-less GPU|Discarding the following config-only GPU/i,
    says: () => notLent('slurm', 'fewer-than-configured'),
  },
];

export const family = familyOf(
  'clusters',
  [...KUBERNETES, ...SLURM],
  [
    {
      literal: ['nvidia-device-plugin', 'gres/gpu'],
      pattern: /(?:nvidia-device-plugin|gres\/gpu).{0,80}\b(?:error|failed|fatal)\b/i,
    },
    { literal: 'gres/gpu', pattern: /\b(?:error|fatal): .{0,120}?gres\/gpu/i },
  ],
);
