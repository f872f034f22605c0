import { shadowsHostDriver } from '../../../compat/driver-packages.ts';
import { valueOf } from '../../../machine/answer.ts';
import { installedPackages } from '../../../machine/questions/packages.ts';
import { evidence } from '../../evidence.ts';
import { purgeShadowing } from '../../fix/packages.ts';
import { script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['container-gpu'],
  severity: 'error',
  title: 'A driver package is installed inside the container',
  causes: [{ code: 'driver-library-mismatch' }, { code: 'libcuda-missing' }],
  related: ['driver-library-mismatch', 'container-no-gpu'],
  textSummary: "A file of the driver lies in the image, where the host's is to be mounted",
  // nvidia-container-cli: mount error: file creation failed: .../merged/usr/bin/nvidia-smi: file exists
  hears: hearing(['gpu-not-lent'], ({ reason }) =>
    reason === 'driver-in-image' ? { confidence: 'likely', namesCause: true, rank: 11 } : null,
  ),
  judge(facts) {
    const kind = valueOf(facts.platform.container);
    if (kind == null || kind === 'chroot' || kind === 'lxc') return [];
    const driver = installedPackages(facts).filter(({ name }) => shadowsHostDriver(name));
    if (driver.length === 0) return [];
    const names = driver.map(({ name, version }) => `${name} ${version}`).join(', ');
    return [
      {
        subject: 'machine',
        severity: valueOf(facts.nvidiaSmi)?.outcome === 'mismatch' ? 'error' : 'warning',
        confidence: 'certain',
        summary: `A driver package is installed inside the container (${driver[0]!.name}): it must be exactly the host's version, always`,
        evidence: [
          evidence(facts.platform.container, 'container', String),
          evidence(facts.kernelDriver.packages, 'driver packages', () => names),
        ],
        fix: [],
      },
    ];
  },
  remedy: () => [
    script(
      'remove-driver',
      "Remove it from the image: the Container Toolkit lends the host's libraries",
      purgeShadowing(),
    ),
  ],
};
