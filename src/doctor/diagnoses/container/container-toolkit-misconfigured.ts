import type { Facts } from '../../../machine/facts.ts';
import { configureRuntime, describeDevices, installToolkit, lookAtHost } from '../../fix/container.ts';
import { evidence } from '../../evidence.ts';
import { inContainer } from '../../../machine/questions/platform.ts';
import { byHand, command, script } from '../../fix/steps.ts';
import { allottedInVain } from '../../question/lent-gpu.ts';
import { wrongConfiguration } from '../../question/runtime-troubles.ts';
import { hearing, type DiagnosisDefinition, type FixStep } from '../../types.ts';
import type { Lender, NotLent } from '../../witness/testimony.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['container-gpu'],
  severity: 'error',
  title: 'The NVIDIA Container Toolkit fails',
  causes: [
    { code: 'container-no-gpu' },
    { code: 'device-nodes-missing', when: inContainer },
    { code: 'uvm-missing', when: inContainer },
    { code: 'libcuda-missing', when: inContainer },
    { code: 'nvidia-utils-missing', when: inContainer },
  ],
  related: ['container-toolkit-missing', 'container-cgroup-lost', 'driver-too-old-for-cuda'],
  textSummary: 'The NVIDIA Container Toolkit is installed, but fails to set the container up',
  hears: hearing(['gpu-not-lent'], ({ by, reason, detail }, _all, facts) => {
    if (by === 'docker' && reason === 'bad-configuration')
      return {
        confidence: 'certain',
        namesCause: true,
        rank: 10,
        summary: `Docker's daemon does not start: it cannot read ${detail}, where the NVIDIA runtime is named`,
        fix: readableConfiguration(detail ?? ''),
      };
    const elsewhere = by === 'slurm' || ((by === 'singularity' || by === 'lxc') && !OF_ALL.includes(reason));
    const summary = elsewhere ? undefined : SUMMARIES[reason];
    if (summary === undefined) return null;
    return { confidence: 'likely', namesCause: true, rank: 10, summary, fix: steps(facts, by, reason) };
  }),
  judge(facts) {
    if (!allottedInVain(facts)) return wrongConfiguration(facts);
    return [
      {
        subject: 'machine',
        severity: 'error',
        confidence: 'likely',
        summary:
          "The device plugin gave this pod a GPU, and the runtime that started it did not put it in: NVIDIA's is neither the default nor this pod's class",
        evidence: [
          evidence(facts.platform.container, 'container', String),
          evidence(facts.lent.visibleDevices, 'NVIDIA_VISIBLE_DEVICES', (value) => `"${value}"`),
          evidence(facts.nodes, 'device files', () => 'no /dev/nvidia0'),
        ],
        fix: [...configureRuntime('kubernetes'), lookAtHost()],
      },
    ];
  },
  remedy: (facts) => steps(facts, 'docker', 'setup-failed'),
};

/** Of Singularity and LXC the others are said of the container itself. */
const OF_ALL: readonly NotLent[] = ['setup-failed', 'option-unknown', 'capability-unknown'];

const SUMMARIES: Partial<Readonly<Record<NotLent, string>>> = {
  'runtime-unknown':
    'The container runtime does not know the NVIDIA runtime: its configuration does not name it',
  'no-driver-on-host':
    "The container toolkit finds no working driver on the host: it is the host's that is lent",
  'no-such-device': 'The container was to be given a GPU that is not there, or that CDI does not describe',
  'stale-description': "CDI's description names files of a driver that is no longer installed",
  cgroup: "The container toolkit could not set the access rules of the container's devices (cgroups)",
  'timed-out':
    'The container toolkit gave up waiting for the driver, which starts anew for every program while persistence mode is off',
  ldconfig:
    'The container toolkit cannot run ldconfig for the container: its configuration names one that is not there, or it fails',
  'option-unknown': 'The program that starts containers does not know this way of asking for a GPU',
  'capability-unknown': 'NVIDIA_DRIVER_CAPABILITIES asks for a part of the driver that there is not',
  'setup-failed': 'The NVIDIA Container Toolkit is installed, but fails to set the container up',
};

function steps(facts: Facts | null, by: Lender, reason: NotLent): FixStep[] {
  const update = installToolkit(
    facts,
    'On the host: update the toolkit; old ones fail at newer drivers and kernels',
  );
  switch (reason) {
    case 'stale-description':
      return describeDevices();
    case 'no-such-device':
      return by === 'cdi'
        ? [...describeDevices(), lookAtHost()]
        : [
            lookAtHost(),
            byHand(
              'ask-for-what-is-there',
              'Ask for a GPU that nvidia-smi -L shows there: --gpus all, or its number or UUID in --gpus and NVIDIA_VISIBLE_DEVICES',
            ),
          ];
    case 'timed-out':
      return [
        command('persistence', 'On the host: keep the driver started', ['nvidia-smi', '-pm', '1']),
        command('persistenced', 'For good, where its service is installed', [
          'systemctl',
          'enable',
          '--now',
          'nvidia-persistenced',
        ]),
        lookAtHost(),
      ];
    case 'ldconfig':
      return [
        script(
          'ldconfig-path',
          'On the host: name the ldconfig that is there (Ubuntu and Debian keep the real one as ldconfig.real)',
          'nvidia-ctk config --in-place --set nvidia-container-cli.ldconfig="@$(ls /sbin/ldconfig.real /sbin/ldconfig 2>/dev/null | head -n 1)"',
        ),
        ...update,
      ];
    case 'option-unknown':
      return unknownOption(by);
    case 'capability-unknown':
      return [
        byHand(
          'capabilities',
          'Set NVIDIA_DRIVER_CAPABILITIES, in the image or where the container is started, to all, or to some of compute, utility, graphics, video, display, compat32, joined by commas',
        ),
      ];
    case 'cgroup':
      return [
        ...update,
        byHand(
          'no-cgroups',
          'In a rootless runtime or inside LXC: no-cgroups = true in /etc/nvidia-container-runtime/config.toml (only there: elsewhere it hides the devices)',
          { root: true, alternativeTo: update[0]!.id },
        ),
        ...configureRuntime(by),
      ];
    default:
      return [lookAtHost(), ...configureRuntime(by), ...update, ...optionalCdi(by)];
  }
}

const unknownOption = (by: Lender): FixStep[] =>
  by === 'singularity'
    ? [
        byHand(
          'no-writable',
          'Start it without --writable (an overlay or --writable-tmpfs in its place): the driver of the host cannot be bound into a writable image',
        ),
      ]
    : by === 'lxc'
      ? [
          byHand(
            'unprivileged',
            'Make the container an unprivileged one (security.privileged=false), or give it the device files and libraries without nvidia.runtime',
          ),
        ]
      : by === 'podman'
        ? [
            byHand(
              'newer-podman',
              'Update podman: this one takes the name of a CDI device for a path, or does not know --gpus',
            ),
            ...describeDevices(),
          ]
        : [
            byHand(
              'newer-runtime',
              'Update Docker or Compose: this one is older than the way in which it was asked for a GPU',
            ),
            byHand('podman-device', 'With Podman: ask by --device nvidia.com/gpu=all', {
              alternativeTo: 'newer-runtime',
            }),
            ...describeDevices().map((step) => ({ ...step, alternativeTo: 'newer-runtime' })),
          ];

/** @param file "/etc/docker/daemon.json" */
const readableConfiguration = (file: string): FixStep[] => [
  command('validate', 'See what is wrong with it', ['dockerd', '--validate', '--config-file', file]),
  byHand(
    'mend-configuration',
    `Mend ${file}: one JSON object, and nothing in it that the service's command line says too`,
    {
      root: true,
    },
  ),
  ...configureRuntime('docker'),
];

const optionalCdi = (by: Lender): FixStep[] =>
  by === 'podman' || by === 'cdi'
    ? []
    : describeDevices()
        .slice(0, 1)
        .map((step) => ({ ...step, alternativeTo: 'configure-runtime' }));
