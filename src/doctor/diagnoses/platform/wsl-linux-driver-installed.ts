import { shadowsHostDriver } from '../../../compat/driver-packages.ts';
import { valueOf } from '../../../machine/answer.ts';
import { installedPackages } from '../../../machine/questions/packages.ts';
import { evidence } from '../../evidence.ts';
import { windowsDriver } from '../../fix/driver.ts';
import { purgeShadowing } from '../../fix/packages.ts';
import { retitled, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
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
    if (valueOf(facts.platform.wsl) !== 2) return [];
    const driver = installedPackages(facts).filter(({ name }) => shadowsHostDriver(name));
    if (driver.length === 0) return [];
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
