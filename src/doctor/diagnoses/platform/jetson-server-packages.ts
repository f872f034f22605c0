import { shadowsHostDriver } from '../../../compat/driver-packages.ts';
import { takesServerCuda } from '../../../compat/jetson.ts';
import { valueOf } from '../../../machine/answer.ts';
import type { Facts, ToolkitFacts } from '../../../machine/facts.ts';
import { installedPackages } from '../../../machine/questions/packages.ts';
import { inContainer } from '../../../machine/questions/platform.ts';
import { counts, nameOfToolkit } from '../../../machine/questions/toolkit.ts';
import { evidence } from '../../evidence.ts';
import { jetsonDriver, jetsonLibraries } from '../../fix/jetson.ts';
import { purgeShadowing } from '../../fix/packages.ts';
import { script } from '../../fix/steps.ts';
import { jetpack } from '../../fix/toolkit.ts';
import { subjectOf } from '../../subject.ts';
import type { DiagnosisDefinition, Finding, Question } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['os'],
  severity: 'error',
  title: 'Packages for Arm servers are installed on a Jetson',
  causes: [{ code: 'libcuda-missing' }],
  related: ['libcuda-missing', 'torch-cpu-build', 'wsl-linux-driver-installed'],
  judge(facts, question) {
    const release = valueOf(facts.platform.jetson);
    // Since JetPack 7 a Jetson shares its packages with servers.
    if (release == null || inContainer(facts) || takesServerCuda(release) !== false) return [];
    return [...ofDriver(facts), ...ofToolkits(release, facts, question)];
  },
  remedy: () => [
    script('remove-driver', 'Remove the driver for servers', purgeShadowing()),
    ...jetsonLibraries(),
  ],
};

/** Their libcuda stands before that of L4T, and speaks to a kernel module that no Jetson of that time has. */
function ofDriver(facts: Facts): Finding[] {
  const driver = installedPackages(facts).filter(({ name }) => shadowsHostDriver(name));
  if (driver.length === 0) return [];
  const names = driver.map(({ name }) => name).join(', ');
  const loaded = valueOf(facts.driverLibraries.libcudaLoaded);
  // A server's library carries the driver's version in its name, L4T's that of its interface.
  const isServers = loaded !== undefined && loaded.version !== null;
  return [
    {
      subject: 'machine',
      severity: isServers ? 'error' : 'warning',
      confidence: 'certain',
      summary: `A driver for desktops or servers is installed on this Jetson (${names}); its own is part of L4T`,
      evidence: [
        evidence(facts.platform.jetson, 'Jetson', String),
        evidence(facts.kernelDriver.packages, 'driver packages', () => names),
        evidence(
          facts.driverLibraries.libcudaLoaded,
          'libcuda.so.1 for the loader',
          ({ realPath }) => realPath,
        ),
      ],
      fix: [],
    },
  ];
}

/** Its nvcc works, and its libraries were built for the GPUs of servers and their driver. */
function ofToolkits(release: string, facts: Facts, { needs }: Question): Finding[] {
  return (valueOf(facts.toolkits) ?? []).filter(isServers).map((toolkit) => ({
    subject: subjectOf(toolkit),
    severity: counts(toolkit, needs) ? 'warning' : 'info',
    confidence: 'likely',
    summary: `${nameOfToolkit(toolkit)} is the one for Arm servers (sbsa), and this Jetson (${release}) takes that for Jetson`,
    evidence: [
      evidence(facts.platform.jetson, 'Jetson', String),
      evidence(facts.toolkits, `${toolkit.path}/targets`, () => toolkit.targets.join(', ')),
    ],
    fix: [jetpack(), jetsonDriver()],
  }));
}

const isServers = ({ targets }: ToolkitFacts): boolean =>
  targets.includes('sbsa-linux') && !targets.includes('aarch64-linux');
