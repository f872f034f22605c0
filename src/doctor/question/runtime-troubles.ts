/** What is wrong with the way in which containers that are started here are given the GPU. Programs outside of containers do without. */
import { valueOf } from '../../machine/answer.ts';
import type { ContainerRuntime, Facts, RuntimesFacts } from '../../machine/facts.ts';
import { driverVersion } from '../../machine/questions/driver.ts';
import { gpuSeen } from '../../machine/questions/gpu.ts';
import { evidence } from '../evidence.ts';
import { configureRuntime, describeDevices } from '../fix/container.ts';
import { byHand, command } from '../fix/steps.ts';
import type { Finding, FixStep } from '../types.ts';

type Engine = 'docker' | 'containerd';
const ENGINES: readonly Engine[] = ['docker', 'containerd'];
const TITLES = { docker: 'Docker', containerd: 'containerd' } as const;

/** A GPU can be lent from here: not by what was itself lent one, apart from LXC, in which Docker runs as on a machine of its own. */
function lends(facts: Facts): boolean {
  const container = valueOf(facts.platform.container);
  return gpuSeen(facts) && (container === null || container === 'lxc');
}

const isNvidias = ({ name, program }: ContainerRuntime): boolean =>
  name.startsWith('nvidia') || /\bnvidia-container-runtime\b/.test(program ?? '');

/** A runtime of NVIDIA's is named, and its program is not there: the toolkit was taken away, or never came. */
export function runtimeWithoutProgram(facts: Facts): Finding[] {
  if (!lends(facts)) return [];
  return ENGINES.flatMap((engine): Finding[] => {
    const answer = facts.runtimes[engine];
    const gone = valueOf(answer)?.runtimes.find((one) => isNvidias(one) && one.isThere === false);
    if (gone === undefined) return [];
    return [
      {
        ...OF_CONTAINERS,
        summary: `${TITLES[engine]} is told to start containers with ${gone.program}, which is not installed`,
        evidence: [evidence(answer, `runtime ${gone.name}`, () => gone.program ?? '')],
        fix: [],
      },
    ];
  }).slice(0, 1);
}

/** The gravest first; one at a time, since each repair makes the rest look different. */
export function wrongConfiguration(facts: Facts): Finding[] {
  if (!lends(facts)) return [];
  const { runtimes } = facts;
  return [
    ...ENGINES.flatMap((engine) => unreadable(engine, runtimes)),
    ...unreadableToolkit(runtimes),
    ...ENGINES.flatMap((engine) => unknownDefault(engine, runtimes)),
    ...unreadBySnap(runtimes),
    ...staleDescription(facts),
    ...withoutCgroups(facts),
  ].slice(0, 1);
}

const OF_CONTAINERS = { subject: 'machine', severity: 'warning', confidence: 'certain' } as const;

function unreadable(engine: Engine, runtimes: RuntimesFacts): Finding[] {
  const answer = runtimes[engine];
  const fault = valueOf(answer)?.fault ?? null;
  if (fault === null) return [];
  return [
    {
      ...OF_CONTAINERS,
      summary: `${TITLES[engine]} cannot read its configuration, and does not start with it: ${fault}`,
      evidence: [evidence(answer, 'what is wrong with it', () => fault)],
      fix: [
        CHECK[engine],
        byHand('mend-file', `Mend ${answer.from.name}: it must be ${engine === 'docker' ? 'JSON' : 'TOML'}`, {
          root: true,
        }),
        command('restart-runtime', `Let ${TITLES[engine]} read it`, ['systemctl', 'restart', engine]),
      ],
    },
  ];
}

const CHECK: Readonly<Record<Engine, FixStep>> = {
  docker: command('see-fault', 'See where it is', [
    'dockerd',
    '--validate',
    '--config-file=/etc/docker/daemon.json',
  ]),
  containerd: command('see-fault', 'See where it is', ['containerd', 'config', 'dump'], { root: false }),
};

function unreadableToolkit({ toolkit }: RuntimesFacts): Finding[] {
  const fault = valueOf(toolkit)?.fault ?? null;
  if (fault === null) return [];
  return [
    {
      ...OF_CONTAINERS,
      summary: `NVIDIA's Container Toolkit cannot read its configuration, and no container gets a GPU: ${fault}`,
      evidence: [evidence(toolkit, 'what is wrong with it', () => fault)],
      fix: [
        byHand('mend-file', `Mend ${toolkit.from.name}, or let the toolkit write it anew`, { root: true }),
        command(
          'default-config',
          'Write it anew, as the toolkit comes',
          ['nvidia-ctk', 'config', 'default', `--output=${toolkit.from.name}`],
          { alternativeTo: 'mend-file' },
        ),
      ],
    },
  ];
}

function unknownDefault(engine: Engine, runtimes: RuntimesFacts): Finding[] {
  const answer = runtimes[engine];
  const { defaultRuntime = null, isWhole = false, runtimes: known = [] } = valueOf(answer) ?? {};
  const isKnown = known.some(({ name }) => name === defaultRuntime);
  if (defaultRuntime === null || !isWhole || isKnown || !defaultRuntime.startsWith('nvidia')) return [];
  return [
    {
      ...OF_CONTAINERS,
      summary: `${TITLES[engine]} is told to start containers with the runtime ${defaultRuntime}, which its configuration does not describe`,
      evidence: [
        evidence(answer, 'default runtime', () => defaultRuntime),
        evidence(
          answer,
          'runtimes that are described',
          () => known.map(({ name }) => name).join(', ') || 'none',
        ),
      ],
      fix: configureRuntime(engine),
    },
  ];
}

function unreadBySnap({ docker, snapDocker }: RuntimesFacts): Finding[] {
  if (valueOf(snapDocker) !== true || !valueOf(docker)?.runtimes.some(isNvidias)) return [];
  return [
    {
      ...OF_CONTAINERS,
      confidence: 'likely',
      summary: `Docker is the one from snap, which does not read ${docker.from.name}: NVIDIA's runtime is unknown to it`,
      evidence: [
        evidence(snapDocker, 'Docker from snap alone', String),
        evidence(docker, 'runtimes', () => 'one of NVIDIA'),
      ],
      fix: leaveSnap(),
    },
  ];
}

const leaveSnap = (): FixStep[] => [
  byHand(
    'docker-package',
    "Take Docker's own package or your distribution's (https://docs.docker.com/engine/install/), which reads it; containers and images of the snap stay behind",
    { root: true },
  ),
  command('remove-snap', 'Then take the snap away', ['snap', 'remove', 'docker']),
  byHand(
    'snap-own',
    "Or keep the snap: newer ones (snap refresh docker) set NVIDIA's runtime up by themselves, in a configuration of their own",
    { root: true, alternativeTo: 'docker-package' },
  ),
];

/** Containers that are given devices by it fail to start, or get files of a driver that is gone. */
function staleDescription(facts: Facts): Finding[] {
  const stale = valueOf(facts.runtimes.cdi)?.find(({ isThere }) => isThere === false);
  if (stale === undefined) return [];
  const driver = driverVersion(facts);
  return [
    {
      ...OF_CONTAINERS,
      summary: `${stale.file} describes the devices for containers with files of a driver that is gone (${stale.library})${driver === undefined ? '' : `; driver ${driver} runs`}`,
      evidence: [
        evidence(facts.runtimes.cdi, `library that ${stale.file} names`, () => `${stale.library}, missing`),
        evidence(facts.kernelDriver.moduleVersion, 'loaded nvidia module', String),
      ],
      fix: describeDevices(stale.file),
    },
  ];
}

/** Right for a rootless Docker and inside LXC alone: else a container sees the devices, and may not open them. */
function withoutCgroups({ runtimes, platform }: Facts): Finding[] {
  const { toolkit, docker } = runtimes;
  const set = valueOf(toolkit);
  if (set === undefined || !set.noCgroups || set.mode === 'cdi' || valueOf(platform.container) !== null)
    return [];
  if (!valueOf(docker)?.runtimes.some(isNvidias)) return [];
  return [
    {
      subject: 'machine',
      severity: 'info',
      confidence: 'possible',
      summary: `no-cgroups = true in ${toolkit.from.name} is for a rootless Docker: containers of another see the GPU, and cannot open it`,
      evidence: [evidence(toolkit, 'no-cgroups', () => 'true')],
      fix: [
        command('cgroups', 'Where Docker runs as root: let the toolkit set the rules of cgroups again', [
          'nvidia-ctk',
          'config',
          '--set',
          'nvidia-container-cli.no-cgroups=false',
          '--in-place',
        ]),
      ],
    },
  ];
}
