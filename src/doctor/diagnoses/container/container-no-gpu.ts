import { originText, valueOf } from '../../../machine/answer.ts';
import type { Facts } from '../../../machine/facts.ts';
import type { Transcript } from '../../../machine/machine.ts';
import { moduleLoaded, smiWorks } from '../../../machine/questions/driver.ts';
import { isGpuNode, nameOfGpu } from '../../../machine/questions/gpu.ts';
import { inContainer, onJetson } from '../../../machine/questions/platform.ts';
import { cut, evidence } from '../../evidence.ts';
import { giveContainerItsGpu, lookAtHost } from '../../fix/container.ts';
import { allottedInVain, givesNone } from '../../question/lent-gpu.ts';
import { ask, command } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type Evidence, type Finding, type FixStep } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';
import { saidInContainer } from '../../witness/kernel-modules.ts';
import { seesNoneAndGoesOn } from '../../witness/no-gpu-note.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['container-gpu'],
  severity: 'error',
  title: 'This container was started without a GPU',
  causes: [
    { code: 'device-nodes-missing' },
    { code: 'uvm-missing' },
    { code: 'libcuda-missing' },
    { code: 'nvidia-utils-missing' },
    // As it looks from inside; of the host nothing is said.
    { code: 'module-not-loaded', when: mayBeInside },
    { code: 'driver-not-installed', when: mayBeInside },
  ],
  explainedBy: [{ code: 'no-nvidia-gpu' }, { code: 'container-toolkit-missing' }],
  related: [
    'container-toolkit-missing',
    'container-toolkit-misconfigured',
    'container-cgroup-lost',
    'device-nodes-missing',
  ],
  textSummary: 'This container was started without a GPU',
  hears: hearing(['gpu-not-lent', 'error-code', 'trouble', 'missing-program'], (one, all) => {
    if (one.kind === 'missing-program')
      return one.program === 'nvidia-smi' && saidInContainer(one, all)
        ? {
            confidence: 'likely',
            namesCause: true,
            summary:
              'nvidia-smi, which the host lends with the GPU, is not in this container: it was started without one',
          }
        : null;
    if (one.kind === 'trouble') {
      const isCpuBuild = all.of('framework').some(({ build }) => build === 'cpu');
      return one.what !== 'no-gpu-seen' || one.detail === 'conda' || isCpuBuild
        ? null
        : {
            confidence: 'possible',
            rank: 4,
            ...(seesNoneAndGoesOn(one.detail) ? { severity: 'warning' as const } : {}),
            summary:
              'The program sees neither driver nor GPU: most often it runs in a container that was not given one',
          };
    }
    if (one.kind === 'error-code')
      return heardError(one, {
        'cuda 35': { confidence: 'possible', rank: 5 },
        'cuda 100': { confidence: 'possible', rank: 2 },
        'nvml 12': { confidence: 'possible', rank: 5 },
      });
    if (one.reason === 'not-asked-for' && one.by !== 'kubernetes' && one.by !== 'slurm')
      return { confidence: one.detail === null ? 'likely' : 'certain', namesCause: true };
    if (one.by === 'lxc' && one.reason === 'no-such-device')
      return {
        confidence: 'likely',
        namesCause: true,
        summary: 'The container was to be given a GPU that the host does not have at that address',
      };
    return one.by === 'singularity' && one.reason === 'no-driver-on-host'
      ? {
          confidence: 'likely',
          namesCause: true,
          // It is said on every node without a GPU too, where scripts always pass --nv, and the work goes on.
          severity: 'warning',
          summary:
            '--nv found no files of a driver on this host: none is installed there, or the loader does not find it',
          fix: [lookAtHost(), refreshLoader(), ...giveContainerItsGpu(null)],
        }
      : null;
  }),
  next: [
    ask(
      'If this is a container: does the host see its GPU, and was the container given it?',
      'ls',
      '/dev/nvidiactl',
    ),
  ],
  refutedBy: (facts) => smiWorks(facts) || valueOf(facts.platform.container) === null,
  judge(facts) {
    return [...started(facts), ...inside(facts)].slice(0, 1);
  },
  remedy: giveContainerItsGpu,
};

/** Not known to be a machine of its own. */
function mayBeInside({ platform }: Facts): boolean {
  return valueOf(platform.container) !== null;
}

/** Singularity asks the loader's cache for the host's libraries. */
const refreshLoader = (): FixStep =>
  command('ldconfig', "On the host: write the loader's cache anew", ['ldconfig']);

/** The doctor runs inside: no device files, no driver library, and no complete PCI list that rules a GPU out. */
function inside(facts: Facts): Finding[] {
  if (!inContainer(facts) || smiWorks(facts) || facts.gpus.state === 'absent') return [];
  const nodes = valueOf(facts.nodes) ?? [];
  const hasNodes = nodes.some(({ path, stat }) => isGpuNode(path) && stat.state !== 'absent');
  if (hasNodes) return [];
  // Nobody looked for device files: then a program must have missed the driver.
  if (facts.nodes.state === 'unknown' && facts.transcripts.every((run) => failureIn(run) === undefined))
    return [];
  if (allottedInVain(facts)) return [];
  const gpuOnHost = facts.gpus.state === 'present' || moduleLoaded(facts) === true || onJetson(facts);
  return [
    {
      subject: 'machine',
      severity: 'error',
      confidence: gpuOnHost ? 'certain' : 'likely',
      summary: `${
        gpuOnHost
          ? 'The host has an NVIDIA GPU, but this container was started without it'
          : 'This container has no GPU: it was started without one, or its host has none'
      }${whyNotGiven(facts)}`,
      evidence: [
        evidence(facts.platform.container, 'container', String),
        ...facts.transcripts.flatMap(failureEvidence).slice(0, 1),
        evidence(facts.gpus, 'NVIDIA devices', (list) => list.map(nameOfGpu).join(', ')),
        evidence(facts.nodes, 'device files', () => 'no /dev/nvidia0'),
        evidence(facts.lent.visibleDevices, 'NVIDIA_VISIBLE_DEVICES', (value) => `"${value}"`),
        evidence(facts.kernelDriver.moduleVersion, "nvidia module of the host's kernel", String),
        evidence(facts.driverLibraries.libcuda, 'libcuda.so.1', (files) =>
          files.map(({ path }) => path).join(', '),
        ),
      ],
      fix: [],
      ...(gpuOnHost ? {} : { next: [ask('Does the host have a GPU? Ask there:', 'nvidia-smi')] }),
    },
  ];
}

/** What the container runtime was told; a pod that asks for no GPU gets "void", where a class of runtime is the default. */
function whyNotGiven({ lent }: Facts): string {
  const told = valueOf(lent.visibleDevices)?.trim();
  if (told === undefined || !givesNone(told)) return '';
  return ` (NVIDIA_VISIBLE_DEVICES is "${told}", which asks for none)`;
}

/** A recorded `docker run` without any option that gives a GPU, whose program missed the driver. */
function started(facts: Facts): Finding[] {
  return facts.transcripts.filter(missedGpu).map((transcript): Finding => ({
    subject: 'machine',
    severity: 'error',
    confidence: 'likely',
    summary: 'The container was started without a GPU: the command line gives it none',
    evidence: failureEvidence(transcript),
    fix: [],
  }));
}

const MISSES_DRIVER =
  /libcuda\.so\.1|no CUDA-capable device|driver version is insufficient|Found no NVIDIA driver|nvidia-smi: (?:command )?not found|"nvidia-smi\\?": executable file not found|CUDA is not available|Could not find cuda drivers|UNKNOWN ERROR \(303\)|kernel driver does not appear to be running/i;

function missedGpu(transcript: Transcript): boolean {
  const words = transcript.argv.map((word) => word.split('/').at(-1)!);
  const tool = words.findIndex((word) => word === 'docker' || word === 'podman' || word === 'nerdctl');
  const runs = tool >= 0 && words.slice(tool + 1).some((word) => word === 'run' || word === 'create');
  return (runs || inSingularity(words)) && !givesGpu(transcript.argv) && failureIn(transcript) !== undefined;
}

/** `singularity exec IMAGE ...`: it lends the host's driver with --nv alone. */
const inSingularity = (words: readonly string[]): boolean =>
  words.some(
    (word, at) =>
      /^(?:singularity|apptainer)$/.test(word) &&
      words.slice(at + 1).some((verb) => verb === 'exec' || verb === 'run' || verb === 'shell'),
  );

const givesGpu = (argv: readonly string[]): boolean =>
  argv.some((word) =>
    /^--gpus\b|^--nv(?:ccli)?$|^--runtime=nvidia|^nvidia$|nvidia\.com\/gpu|^--device=\/dev\/nvidia|^\/dev\/nvidia/.test(
      word,
    ),
  );

function failureEvidence(transcript: Transcript): Evidence[] {
  const line = failureIn(transcript);
  if (line === undefined) return [];
  return [{ from: originText({ kind: 'command', name: transcript.argv.join(' ') }), excerpt: cut(line) }];
}

const failureIn = ({ stdout, stderr }: Transcript): string | undefined =>
  `${stdout}\n${stderr}`
    .split('\n')
    .find((line) => MISSES_DRIVER.test(line.slice(0, 4096)))
    ?.trim();
