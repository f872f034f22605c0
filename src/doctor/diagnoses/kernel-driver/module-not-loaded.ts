import type { Facts } from '../../../machine/facts.ts';
import {
  builtForRunningKernel,
  moduleLoaded,
  nvidiaIsSwitchedOff,
} from '../../../machine/questions/driver.ts';
import { gpusOf } from '../../../machine/questions/gpu.ts';
import { hasKernelPackages, installedPackages } from '../../../machine/questions/packages.ts';
import { ownsItsKernel } from '../../../machine/questions/platform.ts';
import { evidence } from '../../evidence.ts';
import { kernelHeaders } from '../../fix/kernel-headers.ts';
import { rebuildModule } from '../../fix/module-build.ts';
import { distributionOf } from '../../fix/distribution.ts';
import { ask, command, reboot, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type Finding, type FixStep } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';
import { isOfDriver } from '../../witness/kernel-modules.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['kernel-module'],
  notOnJetson: true,
  severity: 'error',
  title: 'The nvidia kernel module is not loaded',
  causes: [
    // `alias nvidia off`: nouveau takes the GPU because nvidia may not.
    { code: 'nouveau-in-use', when: nvidiaIsSwitchedOff },
    { code: 'device-nodes-missing' },
  ],
  // It says no more than they do.
  explainedBy: [
    { code: 'no-nvidia-gpu' },
    { code: 'driver-not-installed' },
    { code: 'module-not-built-for-kernel' },
    { code: 'module-build-failed' },
    { code: 'secure-boot-blocks-module' },
    { code: 'iommu-or-vm-passthrough-misconfigured' },
    { code: 'nouveau-in-use', when: (facts) => !nvidiaIsSwitchedOff(facts) },
  ],
  related: [
    'nouveau-in-use',
    'secure-boot-blocks-module',
    'module-not-built-for-kernel',
    'driver-not-installed',
  ],
  hears: hearing(['error-code', 'module-load', 'trouble'], (one) => {
    if (one.kind === 'trouble')
      return heardTrouble(one, {
        'driver-not-loaded': { confidence: 'likely', rank: 1 },
        'driver-not-answering': { confidence: 'possible', rank: 9 },
        'driver-not-running': { confidence: 'possible', rank: 6 },
        // A warning: where there is no GPU it is said too, and the work goes on.
        'nvml-not-started': { severity: 'warning', confidence: 'possible', rank: 3 },
      });
    if (one.kind === 'error-code')
      return heardError(one, {
        'cuda 100': { confidence: 'possible', rank: 3 },
        'nvml 9': { confidence: 'likely' },
        'nvml device': { confidence: 'possible', rank: 3 },
      });
    if (one.why === 'off') {
      return {
        confidence: 'certain',
        namesCause: true,
        summary:
          "The nvidia module is switched off by a line 'alias nvidia off', which prime-select intel writes",
        fix: switchOn(),
      };
    }
    if (!isOfDriver(one.module) || one.module === null) return null;
    if (one.why === 'failed') return { confidence: 'likely', rank: 2 };
    return one.why === 'no-device' ? { confidence: 'possible', rank: 2 } : null;
  }),
  next: [
    ask(
      'Is the module loaded, and what does loading it say?',
      'sh',
      '-c',
      'lsmod | grep nvidia || modprobe nvidia',
    ),
  ],
  refutedBy: (facts) => moduleLoaded(facts) === true,
  judge(facts) {
    if (!ownsItsKernel(facts) || moduleLoaded(facts) !== false) return [];
    const built = builtForRunningKernel(facts);
    const installed = built === true || (built === undefined && hasKernelPackages(facts) === true);
    return installed ? [finding(facts)] : [];
  },
  remedy,
};

function finding(facts: Facts): Finding {
  const { moduleVersion, moduleBuiltFor, blacklisted } = facts.kernelDriver;
  const off = nvidiaIsSwitchedOff(facts);
  return {
    subject: 'machine',
    severity: 'error',
    confidence: 'certain',
    summary: off
      ? 'The nvidia module is installed, but the configuration keeps it from loading'
      : 'The nvidia module is installed for this kernel, but not loaded',
    evidence: [
      evidence(moduleVersion, 'loaded nvidia module', String),
      evidence(moduleBuiltFor, 'kernels with an nvidia module', (list) => list.join(', ')),
      evidence(blacklisted.nvidia, 'nvidia kept from loading', (yes) => (yes ? 'yes' : 'no')),
      ...gpusOf(facts).map((gpu) =>
        evidence(gpu.kernelDriver, `kernel driver of ${gpu.busId}`, (d) => d ?? 'none'),
      ),
    ],
    fix: [],
    ...(off
      ? {}
      : { next: [ask('What does the kernel say when the module is loaded?', 'modprobe', 'nvidia')] }),
  };
}

function remedy(facts: Facts | null): FixStep[] {
  if (facts !== null && nvidiaIsSwitchedOff(facts)) return switchOn(facts);
  return [
    command('load', 'Load the module', ['modprobe', 'nvidia']),
    script('kernel-log', 'If that fails, see why', 'dmesg | tail -n 20'),
    ...(facts !== null && builtForRunningKernel(facts) === true ? [] : builtAnew(facts)),
    {
      ...command(
        'prime',
        'On a hybrid laptop that was switched to the Intel GPU: switch back',
        ['prime-select', 'nvidia'],
        { reboot: true },
      ),
      alternativeTo: 'load',
    },
  ];
}

/** Nothing told for which kernels it is built: most often an update of the kernel left it behind. */
const builtAnew = (facts: Facts | null): FixStep[] => [
  ...kernelHeaders(facts).map((step) => ({
    ...step,
    title: `If the module is not found, it is not built for this kernel: ${lowered(step.title)}`,
  })),
  ...rebuildModule(facts).map((step) => ({ ...step, title: `Then ${lowered(step.title)}` })),
];

const lowered = (title: string): string => title.charAt(0).toLowerCase() + title.slice(1);

function switchOn(facts: Facts | null = null): FixStep[] {
  const family = distributionOf(facts)?.family;
  const hasPrime = facts === null || installedPackages(facts).some(({ name }) => name === 'nvidia-prime');
  const prime = family === undefined || family === 'ubuntu' || hasPrime;
  return [
    ...(prime
      ? [
          command('prime', 'Switch the hybrid laptop to the NVIDIA GPU (on-demand serves CUDA too)', [
            'prime-select',
            'nvidia',
          ]),
        ]
      : []),
    script(
      'find-blacklist',
      'Or find the line that keeps the module away, and remove it',
      'grep -rnE "(blacklist|alias|install) +nvidia" /etc/modprobe.d /lib/modprobe.d /usr/lib/modprobe.d',
      prime ? { alternativeTo: 'prime' } : {},
    ),
    reboot(),
  ];
}
