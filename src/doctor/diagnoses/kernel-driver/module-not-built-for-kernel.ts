import { valueOf } from '../../../machine/answer.ts';
import type { Facts } from '../../../machine/facts.ts';
import { builtForRunningKernel, moduleLoaded } from '../../../machine/questions/driver.ts';
import { hasKernelPackages, kernelPackages, packagedBranch } from '../../../machine/questions/packages.ts';
import { ownsItsKernel } from '../../../machine/questions/platform.ts';
import { evidence } from '../../evidence.ts';
import { distributionOf } from '../../fix/distribution.ts';
import { headersWithEveryKernel, kernelHeaders } from '../../fix/kernel-headers.ts';
import { rebuildModule } from '../../fix/module-build.ts';
import { packageInstall } from '../../fix/packages.ts';
import { ask, byHand, command, reboot } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type FixStep, type Heard } from '../../types.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';
import { isBuildOfDriver, isOfDriver, saidInContainer, withKernel } from '../../witness/kernel-modules.ts';
import type { TestimonyOf } from '../../witness/testimony.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['kernel-module'],
  notOnJetson: true,
  severity: 'error',
  title: 'The nvidia module is not built for the running kernel',
  causes: [{ code: 'module-not-loaded' }, { code: 'nouveau-in-use' }, { code: 'device-nodes-missing' }],
  explainedBy: [{ code: 'no-nvidia-gpu' }],
  related: ['module-build-failed', 'module-not-loaded', 'disk-full'],
  textSummary: 'There is no nvidia module for the running kernel',
  hears: hearing(['module-build', 'module-state', 'module-load', 'trouble'], (one, all, facts) => {
    switch (one.kind) {
      case 'trouble':
        return heardTrouble(one, {
          'driver-not-answering': { confidence: 'possible', rank: 8 },
          'driver-not-running': { confidence: 'possible', rank: 4 },
        });
      case 'module-build':
        return one.why === 'headers' && isBuildOfDriver(one, all)
          ? {
              confidence: 'certain',
              namesCause: true,
              summary: `The nvidia module cannot be built for the kernel${one.kernel === null ? '' : ` ${one.kernel}`}: its headers are missing`,
              fix: remedy(withKernel(facts, one.kernel)),
            }
          : null;
      case 'module-state':
        return { confidence: 'likely', namesCause: true, fix: remedy(withKernel(facts, one.kernel)) };
      case 'module-load':
        return saidInContainer(one, all) ? null : heardLoading(one);
    }
  }),
  next: [
    ask('For which kernels is the module built, and which one runs?', 'sh', '-c', 'dkms status; uname -r'),
  ],
  refutedBy: (facts) => moduleLoaded(facts) === true || builtForRunningKernel(facts) === true,
  judge(facts) {
    const { moduleBuiltFor } = facts.kernelDriver;
    if (!ownsItsKernel(facts) || moduleLoaded(facts) === true || builtForRunningKernel(facts) !== false)
      return [];
    const elsewhere = valueOf(moduleBuiltFor) ?? [];
    // Built for no kernel at all, and no package that would build it: then there is no driver.
    if (elsewhere.length === 0 && hasKernelPackages(facts) !== true) return [];
    const running = valueOf(facts.platform.kernel)?.release;
    const headersMissing = valueOf(facts.platform.kernelHeaders) === false;
    return [
      {
        subject: 'machine',
        severity: 'error',
        confidence: 'certain',
        summary:
          `The nvidia module is not built for the running kernel${running ? ` ${running}` : ''}` +
          (elsewhere.length > 0 ? `, only for ${elsewhere.join(', ')}` : '') +
          (headersMissing ? '; the headers to build it with are missing' : ''),
        evidence: [
          evidence(facts.platform.kernel, 'running kernel', ({ release }) => release),
          evidence(moduleBuiltFor, 'kernels with an nvidia module', (list) => list.join(', ')),
          evidence(facts.platform.kernelHeaders, 'headers of the running kernel', (there) =>
            there ? 'there' : 'missing',
          ),
          ...(hasKernelPackages(facts) === true
            ? [
                evidence(facts.kernelDriver.packages, 'driver packages', () =>
                  kernelPackages(facts)
                    .map(({ name, version }) => `${name} ${version}`)
                    .join(', '),
                ),
              ]
            : []),
        ],
        fix: [],
      },
    ];
  },
  remedy,
};

function heardLoading({ why, module, detail }: TestimonyOf<'module-load'>): Heard | null {
  if (module === null || !isOfDriver(module)) return null;
  if (why === 'not-found') return { confidence: 'likely', rank: 6 };
  const otherKernel = `The module ${module} on disk is built for another kernel than the one that runs`;
  if (why === 'version-magic')
    return { confidence: 'certain', namesCause: true, summary: `${otherKernel} (${detail})` };
  if (why === 'format') return { confidence: 'likely', namesCause: true, summary: otherKernel };
  return why === 'symbol'
    ? {
        confidence: 'likely',
        namesCause: true,
        summary: `The module ${module} does not fit the kernel or the other modules that are loaded${detail === null ? '' : `: the symbol ${detail} is unknown`}`,
      }
    : null;
}

function remedy(facts: Facts | null): FixStep[] {
  const packaged = facts === null ? undefined : hasKernelPackages(facts);
  return [
    ...kernelHeaders(facts),
    ...(packaged === true || distributionOf(facts)?.family === 'fedora' ? rebuild(facts) : dkms(facts)),
    ...headersWithEveryKernel(facts),
    command('load', 'Load the module', ['modprobe', 'nvidia']),
    {
      ...reboot('Or start the older kernel, for which the module is built'),
      alternativeTo: 'kernel-headers',
      id: 'older-kernel',
    },
  ];
}

function rebuild(facts: Facts | null): FixStep[] {
  const branch = facts === null ? undefined : packagedBranch(facts);
  const prebuilt =
    facts !== null && kernelPackages(facts).some(({ name }) => name.startsWith('linux-modules-nvidia'));
  const release = (facts === null ? undefined : valueOf(facts.platform.kernel))?.release;
  if (prebuilt && branch && release) {
    return [
      command('prebuilt-module', 'Install the module that Ubuntu has built for this kernel', [
        'apt',
        'install',
        `linux-modules-nvidia-${branch}-${release}`,
      ]),
    ];
  }
  return rebuildModule(facts);
}

/** What the .run installer put there without dkms is left behind by every kernel update. */
function dkms(facts: Facts | null): FixStep[] {
  const name = ['dkms'];
  return [
    ...packageInstall(
      facts,
      { ubuntu: name, debian: name, fedora: name, rhel: name, suse: name, arch: name },
      { id: 'dkms', title: 'Install dkms, which builds the module anew for every kernel' },
    ),
    command('rebuild-module', 'Build the module for this kernel', ['dkms', 'autoinstall']),
    byHand(
      'run-installer',
      'Or, where the driver came from a .run file, run that again with --dkms; a packaged driver in its place follows kernel updates by itself',
      { root: true, alternativeTo: 'rebuild-module' },
    ),
  ];
}
