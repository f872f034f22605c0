import { compareDottedVersions } from '../../../compat/dotted-version.ts';
import { valueOf } from '../../../machine/answer.ts';
import type { Facts } from '../../../machine/facts.ts';
import { installedPackages } from '../../../machine/questions/packages.ts';
import { inContainer, inWsl } from '../../../machine/questions/platform.ts';
import { evidence } from '../../evidence.ts';
import { usesApt } from '../../fix/distribution.ts';
import { lxcLibraries } from '../../fix/lent.ts';
import { ask, byHand, command, reboot, script } from '../../fix/steps.ts';
import { loadedBy, mappedRow, nameOfProcess, subjectOfProcess } from '../../question/process.ts';
import { hearing, type DiagnosisDefinition, type Finding, type FixStep, type Heard } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';
import type { TestimonyOf } from '../../witness/testimony.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['kernel-module', 'libcuda', 'process'],
  notOnJetson: true,
  severity: 'error',
  title: 'Driver libraries and loaded kernel module differ in version',
  causes: [{ code: 'libcuda-missing' }, { code: 'rm-init-failed' }],
  explainedBy: [{ code: 'driver-package-in-container' }],
  related: ['driver-package-in-container', 'module-not-built-for-kernel'],
  textSummary: "NVIDIA's user-mode libraries and the loaded kernel module are of different versions",
  hears: hearing(['version-mismatch', 'error-code', 'trouble'], (one) =>
    one.kind === 'trouble'
      ? heardTrouble(one, { 'nvml-not-started': { severity: 'warning', confidence: 'possible', rank: 4 } })
      : one.kind === 'error-code'
        ? heardError(one, {
            'cuda 803': { confidence: 'certain', namesCause: true },
            'nvml 18': { confidence: 'certain', namesCause: true },
            'cuda 35': { confidence: 'possible', rank: 1 },
          })
        : heardMismatch(one),
  ),
  next: [
    ask(
      'Do module and libraries have one version?',
      'sh',
      '-c',
      'cat /proc/driver/nvidia/version; ls /usr/lib/*/libcuda.so.*',
    ),
  ],
  refutedBy: (facts) => valueOf(facts.nvidiaSmi)?.outcome === 'ok',
  judge(facts) {
    // Under WSL the tool and the Windows driver have different numbers by design.
    if (inWsl(facts)) return [];
    return [...ofProcess(facts), ...ofMachine(facts)];
  },
  remedy,
};

function ofMachine(facts: Facts): Finding[] {
  const smi = valueOf(facts.nvidiaSmi);
  const module = valueOf(facts.kernelDriver.moduleVersion);
  const library =
    valueOf(facts.driverLibraries.libcudaLoaded)?.version ?? valueOf(facts.driverLibraries.version);
  const differ =
    module !== undefined && library !== undefined && compareDottedVersions(module, library) !== 0;
  if (smi?.outcome === 'ok' || (smi?.outcome !== 'mismatch' && !differ)) return [];
  return [finding(facts, differ ? { module, library } : null)];
}

/** Loaded before an update, or in a container that was started before it; a library of the compat package is newer by design. */
function ofProcess(facts: Facts): Finding[] {
  const process = valueOf(facts.process);
  const module = valueOf(facts.kernelDriver.moduleVersion);
  if (process === undefined || module === undefined) return [];
  const other = loadedBy(
    facts,
    ({ library, version, path }) =>
      library === 'cuda' && version !== null && version.includes('.') && !path.includes('/compat/'),
  ).filter(({ version }) => compareDottedVersions(version!, module) !== 0);
  if (other.length === 0) return [];
  const isElsewhere = valueOf(process.elsewhere) === true;
  return [
    {
      subject: subjectOfProcess(process),
      severity: 'error',
      confidence: 'certain',
      summary: `${nameOfProcess(process)} has libcuda ${other[0]!.version} loaded, the nvidia module is ${module}: the driver was changed under it`,
      evidence: [
        evidence(facts.kernelDriver.moduleVersion, 'loaded nvidia module', String),
        mappedRow(facts, other),
      ],
      fix: [
        isElsewhere
          ? byHand(
              'restart-container',
              'Start its container anew: it still has the driver libraries of before the change',
            )
          : byHand(
              'restart-program',
              'Start the program anew: it then loads the libraries that are there now',
            ),
      ],
    },
  ];
}

/** The kernel says which version its module has (`expected`), and which one came to it. */
function heardMismatch({ of, found, expected }: TestimonyOf<'version-mismatch'>): Heard | null {
  if (of !== 'driver-library' && of !== 'driver') return null;
  const what = of === 'driver' ? 'another of its modules is' : 'the libraries are';
  return {
    confidence: 'certain',
    namesCause: true,
    ...(found === null || expected === null
      ? {}
      : {
          summary: `The loaded kernel module is ${expected}, ${what} ${found}: the running kernel part and the files on disk do not belong together`,
        }),
  };
}

function finding(facts: Facts, versions: { module: string; library: string } | null): Finding {
  const { moduleVersion, packages } = facts.kernelDriver;
  return {
    subject: 'machine',
    severity: 'error',
    confidence: 'certain',
    summary: versions
      ? `The loaded nvidia module is ${versions.module}, the driver libraries are ${versions.library}: ` +
        (valueOf(facts.platform.container) === 'lxc'
          ? "those in the container must be of exactly the host's version"
          : compareDottedVersions(versions.library, versions.module) > 0
            ? 'an update replaced the libraries under the running module'
            : 'libraries of an older driver are in the way')
      : 'The loaded nvidia module and the driver libraries are of different versions',
    evidence: [
      evidence(moduleVersion, 'loaded nvidia module', String),
      evidence(facts.driverLibraries.version, 'driver libraries', String),
      ...(facts.nvidiaSmi.state === 'present' && facts.nvidiaSmi.value.outcome === 'mismatch'
        ? [evidence(facts.nvidiaSmi, 'nvidia-smi', ({ excerpt }) => excerpt)]
        : []),
      ...(packages.state === 'present'
        ? [
            evidence(packages, 'driver packages', (list) =>
              list.map(({ name, version }) => `${name} ${version}`).join(', '),
            ),
          ]
        : []),
    ],
    fix: [],
  };
}

function remedy(facts: Facts | null): FixStep[] {
  if (facts !== null && valueOf(facts.platform.container) === 'lxc') return lxcLibraries(facts);
  if (facts !== null && inContainer(facts)) {
    return [
      byHand(
        'restart-container',
        'Start the container anew: it still holds the driver libraries of before the host was updated',
      ),
    ];
  }
  const apt = usesApt(facts);
  const halfDone =
    facts !== null &&
    installedPackages(facts).some(({ state }) => state !== 'installed' && state !== 'unknown');
  return [
    ...(apt && (halfDone || facts === null || facts.kernelDriver.packages.state === 'unknown')
      ? [
          command('finish-upgrade', 'First finish an upgrade that stopped half-way', [
            'apt',
            '--fix-broken',
            'install',
          ]),
        ]
      : []),
    reboot('Restart (reboot): the kernel then loads the module that belongs to the libraries'),
    command(
      'unload-module',
      'Or, with no program and no display using the GPU, unload the module',
      ['rmmod', 'nvidia_uvm', 'nvidia_drm', 'nvidia_modeset', 'nvidia'],
      { alternativeTo: 'reboot' },
    ),
    command('reload-module', 'And load the one that belongs to the libraries', ['modprobe', 'nvidia'], {
      alternativeTo: 'reboot',
    }),
    ...(apt ? [holdBack()] : []),
  ];
}

/** What brought it about on most machines: unattended-upgrades replaced the driver under running jobs. */
const holdBack = (): FixStep =>
  script(
    'hold-driver',
    'To prevent it: keep unattended upgrades away from the driver, and upgrade it when you can restart',
    'printf \'Unattended-Upgrade::Package-Blacklist { "nvidia-"; "libnvidia-"; "linux-modules-nvidia-"; };\\n\' > /etc/apt/apt.conf.d/51nvidia-hold',
  );
