/**
 * Words that name the machine: its GPU, driver, distribution, kernel. Written by nvidia-smi, lspci, the kernel, os-release, reports of
 * frameworks about their environment, and people who fill in a form.
 *
 *     | NVIDIA-SMI 440.64       Driver Version: 440.64       CUDA Version: 10.2     |
 *     GPU 0: NVIDIA GeForce RTX 3090 (UUID: GPU-...)
 *     OS: Ubuntu 22.04.3 LTS (x86_64)
 */
import { gpuNamed } from '../../../compat/gpu-name.ts';
import { familyOf, type Sentence } from '../family.ts';
import type { TestimonyKind } from '../testimony.ts';

/** What a GPU's name begins with, wherever it stands; what the table does not have is none. */
const MODEL =
  '(?:NVIDIA |Nvidia |nvidia )?(?:GeForce |Geforce |Quadro |Tesla |TITAN |Titan |RTX ?|GTX ?|GT |A\\d{1,3}0\\b|H\\d00|B\\d00|L4|V100|P100|T4|K80)[\\w -]{0,40}';

/** A name by its longest beginning that the table knows: what follows it on the line is no part of it. */
function gpuIn(text: string, computeCapability: string | null = null): TestimonyKind | null {
  const words = text
    .replace(/\s{2,}.*$/, '')
    .trim()
    .split(' ');
  for (let length = Math.min(words.length, 7); length > 0; length--) {
    const name = words
      .slice(0, length)
      .join(' ')
      .replace(/[,.;:]$/, '');
    const known = gpuNamed(name);
    if (known !== null)
      return { kind: 'gpu', name, computeCapability: computeCapability ?? known.computeCapability };
  }
  return computeCapability === null ? null : { kind: 'gpu', name: null, computeCapability };
}

const version = (of: Extract<TestimonyKind, { kind: 'version' }>['of'], text: string): TestimonyKind => ({
  kind: 'version',
  of,
  version: text.replace(/\.$/, ''),
});

const GPU: readonly Sentence[] = [
  {
    // |   0  GeForce RTX 208...  Off  | 00000000:01:00.0  On |
    literal: ' 0000',
    pattern: /^\|\s{1,4}\d{1,2}\s{1,3}([A-Z][\w .()/-]{2,30}?)\s{1,12}(?:On|Off|N\/A) {1,3}\| 0000/,
    says: ([, name]) => gpuIn(name!),
  },
  {
    // nvidia-smi -L, PyTorch's collect_env; deviceQuery and llama.cpp: Device 0: "Tesla K80"; Device 0: NVIDIA A100, compute capability 8.0
    literal: ['gpu ', 'device '],
    pattern: new RegExp(
      `(?:GPU|Device) \\d{1,2}: "?(${MODEL})(?:.{0,20}compute capability:? (\\d{1,2}\\.\\d))?`,
      'i',
    ),
    says: ([, name, cc]) => gpuIn(name!, cc ?? null),
  },
  {
    // TensorFlow: name: NVIDIA GeForce RTX 3090, pci bus id: 0000:01:00.0, compute capability: 8.6; older ones with computeCapability: 8.6, or
    // name: GeForce GTX 1060 major: 6 minor: 1
    literal: 'name: ',
    pattern:
      /\bname: ([A-Z][\w .-]{2,40}?)(?:, pci bus id: \S{4,20}, compute capability: (\d{1,2}\.\d)| computeCapability: (\d{1,2}\.\d)| major: (\d{1,2}) minor: (\d)|,|$)/,
    says: ([, name, now, before, major, minor]) =>
      gpuIn(name!, now ?? before ?? (major === undefined ? null : `${major}.${minor}`)),
  },
  {
    // 01:00.0 VGA compatible controller: NVIDIA Corporation TU116M [GeForce GTX 1660 Ti Mobile] (rev a1)
    literal: 'nvidia corporation',
    pattern: /NVIDIA Corporation (\w{2,10} \[[\w .\/-]{2,60}\])/,
    says: ([, name]) => gpuIn(name!),
  },
  {
    // ubuntu-drivers devices: model    : TU116M [GeForce GTX 1660 Ti Mobile]
    literal: 'model ',
    pattern: /^\s{0,8}model\s{1,6}: (\w{2,10} \[[\w .\/-]{2,60}\])/,
    says: ([, name]) => gpuIn(name!),
  },
  {
    // What people write into a form: GPU model and memory: GeForce RTX 2080 Ti, 11GB
    literal: ['gpu', 'graphics card', 'video card'],
    pattern: new RegExp(
      `(?:GPUs?|graphics card|video card)(?: models?)?(?: and (?:memory|configuration))?s?\\W{1,6}(?:is |are )?(?:an? )?(?:\\d x )?(${MODEL})`,
      'i',
    ),
    says: ([, name]) => gpuIn(name!),
  },
];

const DRIVER: readonly Sentence[] = [
  {
    literal: 'driver version',
    pattern: /driver version\s{0,4}[:=] {0,12}v?(\d{3}\.\d{2,3}(?:\.\d{2})?)(?![.\d])/i,
    says: ([, found]) => version('driver', found!),
  },
  {
    // NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86.10  Release Build
    literal: 'kernel module',
    pattern: /NVIDIA UNIX .{0,40}Kernel Module.{0,20}?\s(\d{3}\.\d{2,3}(?:\.\d{2})?)\s/,
    says: ([, found]) => version('driver', found!),
  },
  {
    // TensorFlow: kernel reported version is: 384.90.0
    literal: ' reported version is: ',
    pattern: /(kernel|libcuda) reported version is: (\d{3}\.\d{1,3}(?:\.\d{1,2})?)/,
    says: ([, which, found]) =>
      version(which === 'kernel' ? 'driver' : 'driver-library', found!.replace(/\.0$/, '')),
  },
  {
    literal: 'cuda version: ',
    pattern: /Driver Version: \S{3,16} {1,20}CUDA Version: (\d{1,2}\.\d)/,
    says: ([, found]) => version('cuda-of-driver', found!),
  },
];

const DISTRIBUTIONS: readonly (readonly [id: string, name: RegExp])[] = [
  ['ubuntu', /^ubuntu/i],
  ['debian', /^debian/i],
  ['fedora', /^fedora/i],
  ['centos', /^centos/i],
  ['rocky', /^rocky/i],
  ['almalinux', /^alma/i],
  ['rhel', /^red hat/i],
];

const SYSTEM: readonly Sentence[] = [
  {
    // Jetson Thor (L4T R38.4 / JetPack 7); # R35 (release), REVISION: 4.1, GCID: ..., BOARD: t186ref
    literal: ['jetson', '(release), revision: '],
    pattern:
      /\b(Jetson (?:AGX )?(?:Nano|TX[12]|Xavier|Orin|Thor)(?: NX| Nano)?)\b(?:.{0,60}?L4T R?(\d{2}\.\d(?:\.\d)?))?|# R(\d{2}) \(release\), REVISION: (\d\.\d)/i,
    says: ([, model = null, named, major, revision]) => {
      const release = named ?? (major === undefined ? undefined : `${major}.${revision}`);
      return { kind: 'jetson', model, release: release === undefined ? null : `L4T ${release}` };
    },
  },
  {
    literal: '-tegra',
    pattern: /\b\d\.\d{1,3}\.\d{1,3}-tegra\b/,
    says: () => ({ kind: 'jetson', model: null, release: null }),
  },
  {
    // The shell's prompt in one of Singularity or Apptainer
    literal: ['singularity>', 'apptainer>'],
    pattern: /^(?:Singularity|Apptainer)>/i,
    says: () => ({ kind: 'container', by: 'singularity' }),
  },
  {
    // The shell of a container is named by its id, and its root has no other name.
    // An image is built in one: Docker's own lines, BuildKit's, and what Debian's packages say in it.
    literal: ['root@', 'running in ', ' run ', 'policy-rc.d denied', 'apt-utils is not'],
    pattern:
      /\broot@[0-9a-f]{12}:|^ ?-{3}> Running in [0-9a-f]{12}|^#\d{1,4} \[[^\]]{1,80}\] RUN |^Step \d{1,3}\/\d{1,3} : RUN |invoke-rc\.d: policy-rc\.d denied|debconf: delaying package configuration, since apt-utils is not/,
    says: () => ({ kind: 'container' }),
  },
  {
    // PRETTY_NAME="Ubuntu 18.04.6 LTS"; OS: Debian GNU/Linux 12 (bookworm); Description: Fedora release 39
    literal: ['ubuntu', 'debian', 'fedora', 'centos', 'rocky', 'almalinux', 'red hat'],
    pattern:
      /\b(?<!Linux )(Ubuntu|Debian|Fedora|CentOS|Rocky|AlmaLinux|Red Hat)(?: GNU\/Linux| Enterprise Linux| Linux| Stream)?(?: Server| release)?[ -](\d{1,2}(?:\.\d{1,2})?)(?![\d-]|\.\d{1,2}-)/i,
    says: ([, name, found]) => distribution(name!, found!),
  },
  {
    // gcc (Ubuntu 9.4.0-1ubuntu1~20.04.2) 9.4.0: what was built for a release says which
    literal: 'ubuntu',
    pattern: /\dubuntu[\d.]{1,9}~(\d{2}\.\d{2})\b/,
    says: ([, found]) => distribution('Ubuntu', found!),
  },
  {
    // Linux version 5.15.0-91-generic (buildd@...; Linux host 5.4.0-42-generic #46-Ubuntu SMP
    literal: 'linux ',
    pattern:
      /\bLinux (?:version |(?!version)[\w.-]{1,64} )(\d\.\d{1,3}\.\d{1,3}[\w.+~-]{0,60})(?: \(|\s#| SMP)/,
    says: ([, release]) => ({ kind: 'kernel', release: release! }),
  },
];

function distribution(name: string, found: string): TestimonyKind | null {
  const id = DISTRIBUTIONS.find(([, names]) => names.test(name))?.[0];
  if (id === undefined) return null;
  // Ubuntu's releases are year and month; of others the point releases say nothing.
  const release = id === 'ubuntu' ? found : found.split('.')[0]!;
  return id === 'ubuntu' && !/^\d{2}\.\d{2}$/.test(release)
    ? null
    : { kind: 'distribution', id, version: release };
}

export const family = familyOf('machine', [...GPU, ...DRIVER, ...SYSTEM]);
