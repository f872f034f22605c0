import { shadowsHostDriver } from '../../../compat/driver-packages.ts';
import { valueOf } from '../../../machine/answer.ts';
import type { Facts } from '../../../machine/facts.ts';
import { smiWorks } from '../../../machine/questions/driver.ts';
import { installedPackages } from '../../../machine/questions/packages.ts';
import { inContainer } from '../../../machine/questions/platform.ts';
import { evidence } from '../../evidence.ts';
import { windowsDriver } from '../../fix/driver.ts';
import { purgeShadowing } from '../../fix/packages.ts';
import { command, retitled, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type Finding } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['os'],
  severity: 'error',
  title: 'A Linux driver is installed inside WSL',
  causes: [
    { code: 'libcuda-missing' },
    { code: 'driver-library-mismatch' },
    { code: 'nvidia-utils-missing' },
  ],
  related: ['wsl-host-driver-too-old', 'wsl1-no-gpu', 'driver-library-mismatch'],
  textSummary: "A Linux driver package inside WSL stands before WSL's own driver library",
  hears: hearing(['error-code'], (one) =>
    heardError(one, { 'nvml 17': { confidence: 'likely', namesCause: true } }),
  ),
  judge(facts) {
    if (valueOf(facts.platform.wsl) !== 2 || inContainer(facts)) return [];
    const driver = installedPackages(facts).filter(({ name }) => shadowsHostDriver(name));
    if (driver.length === 0) return ofInstaller(facts);
    const names = driver.map(({ name }) => name).join(', ');
    return [
      {
        subject: 'machine',
        // Where nvidia-smi works all the same, WSL's own library is found first.
        severity: valueOf(facts.nvidiaSmi)?.outcome === 'ok' ? 'warning' : 'error',
        confidence: 'certain',
        summary: `A Linux driver is installed inside WSL (${names}); WSL brings its own in /usr/lib/wsl/lib`,
        evidence: [
          evidence(facts.platform.wsl, 'WSL', String),
          evidence(facts.kernelDriver.packages, 'driver packages', () => names),
        ],
        fix: [],
      },
    ];
  },
  remedy: () => [
    script('remove-linux-driver', 'Remove the Linux driver packages inside WSL', purgeShadowing()),
    script('wsl-smi', "Use WSL's own tools", '/usr/lib/wsl/lib/nvidia-smi', { root: false }),
    ...retitled(windowsDriver(), (title) => `If that fails too: ${title}`),
  ],
};

/** A library of a Linux driver carries its version in its name, those that Windows lends that of their interface. */
function ofInstaller(facts: Facts): Finding[] {
  const loaded = valueOf(facts.driverLibraries.libcudaLoaded);
  if (loaded === undefined || loaded.version === null || loaded.stub || smiWorks(facts)) return [];
  return [
    {
      subject: 'machine',
      severity: 'error',
      confidence: 'certain',
      summary: `The library of a Linux driver (${loaded.realPath}) stands before the one that WSL brings in /usr/lib/wsl/lib`,
      evidence: [
        evidence(facts.platform.wsl, 'WSL', String),
        evidence(
          facts.driverLibraries.libcudaLoaded,
          'libcuda.so.1 for the loader',
          ({ realPath }) => realPath,
        ),
        evidence(
          facts.kernelDriver.packages,
          'driver packages',
          () => 'none: an installer (.run) put it there',
        ),
      ],
      fix: [
        command('uninstall', 'Remove what the installer (.run) of the Linux driver put there', [
          '/usr/bin/nvidia-uninstall',
        ]),
        command('ldconfig', "Refresh the loader's cache", ['ldconfig']),
        script('wsl-smi', "Use WSL's own tools", '/usr/lib/wsl/lib/nvidia-smi', { root: false }),
      ],
    },
  ];
}
