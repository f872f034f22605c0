import { valueOf } from '../../../machine/answer.ts';
import type { Facts, GpuFacts } from '../../../machine/facts.ts';
import { moduleLoaded, nvidiaIsSwitchedOff, smiWorks } from '../../../machine/questions/driver.ts';
import { gpusOf, nameOfGpu } from '../../../machine/questions/gpu.ts';
import { hasKernelPackages } from '../../../machine/questions/packages.ts';
import { ownsItsKernel } from '../../../machine/questions/platform.ts';
import { evidence } from '../../evidence.ts';
import { subjectOfGpu } from '../../subject.ts';
import { installDriver } from '../../fix/driver.ts';
import { ask, reboot, script } from '../../fix/steps.ts';
import { rebuildInitramfs } from '../../fix/system.ts';
import { hearing, type DiagnosisDefinition, type Finding, type FixStep } from '../../types.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';
import { isOfDriver } from '../../witness/kernel-modules.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['kernel-module'],
  notOnJetson: true,
  severity: 'error',
  title: 'The nouveau driver holds the GPU',
  causes: [
    { code: 'module-not-loaded', when: (facts) => !nvidiaIsSwitchedOff(facts) },
    { code: 'device-nodes-missing' },
    { code: 'rm-init-failed' },
  ],
  explainedBy: [{ code: 'no-nvidia-gpu' }],
  related: ['driver-not-installed', 'module-not-loaded', 'secure-boot-blocks-module'],
  textSummary: 'Another kernel driver, most often nouveau, holds the GPU',
  hears: hearing(['gpu-held', 'module-load', 'trouble'], (one) => {
    if (one.kind === 'trouble')
      return heardTrouble(one, { 'driver-not-answering': { confidence: 'possible', rank: 5 } });
    if (one.kind === 'gpu-held') {
      if (one.by !== null && one.by !== 'nouveau') return null;
      return { confidence: one.blocks ? 'certain' : 'likely', namesCause: true };
    }
    const another = one.why === 'no-device' || one.why === 'busy';
    return another && isOfDriver(one.module) ? { confidence: 'possible', rank: 5 } : null;
  }),
  next: [ask('Which kernel driver has the GPU?', 'lspci', '-nnk', '-d', '10de:')],
  refutedBy: (facts) => smiWorks(facts) || (gpusOf(facts).length > 0 && gpusOf(facts).every(boundToNvidia)),
  judge(facts) {
    if (!ownsItsKernel(facts)) return [];
    const bound = gpusOf(facts).filter(({ kernelDriver }) => valueOf(kernelDriver) === 'nouveau');
    if (bound.length > 0) return bound.map((gpu) => ofGpu(gpu, facts));
    return loadedAlone(facts) ? [ofMachine(facts)] : [];
  },
  remedy,
};

const boundToNvidia = ({ kernelDriver }: GpuFacts): boolean => valueOf(kernelDriver) === 'nvidia';

/** nouveau among the modules, nvidia not: it has the GPU although no list says which driver is bound. */
function loadedAlone(facts: Facts): boolean {
  const modules = valueOf(facts.kernelDriver.modules) ?? [];
  const boundElsewhere = gpusOf(facts).some(({ kernelDriver }) => kernelDriver.state === 'present');
  return modules.includes('nouveau') && moduleLoaded(facts) !== true && !boundElsewhere;
}

function ofGpu(gpu: GpuFacts, facts: Facts): Finding {
  // Beside a GPU that works, one on nouveau may well be what somebody wanted: an old card for the screen.
  const besides = smiWorks(facts) || gpusOf(facts).some(boundToNvidia);
  return {
    subject: subjectOfGpu(gpu),
    severity: besides ? 'warning' : 'error',
    confidence: 'certain',
    summary: `nouveau holds the ${nameOfGpu(gpu)}; it cannot run CUDA and keeps NVIDIA's driver away from it`,
    evidence: [
      evidence(gpu.kernelDriver, `kernel driver of ${gpu.busId}`, String),
      evidence(facts.kernelDriver.packages, 'driver packages', (list) =>
        list.map(({ name, version }) => `${name} ${version}`).join(', '),
      ),
    ],
    fix: [],
  };
}

function ofMachine(facts: Facts): Finding {
  return {
    subject: 'machine',
    severity: 'error',
    confidence: 'likely',
    summary: 'nouveau is loaded in place of the nvidia module; it cannot run CUDA',
    evidence: [
      evidence(facts.kernelDriver.modules, 'loaded modules', (list) =>
        list.filter((name) => /nouveau|nvidia/.test(name)).join(', '),
      ),
    ],
    fix: [],
    next: [ask('Is any NVIDIA driver package installed?', 'dpkg', '-l', 'nvidia-driver*')],
  };
}

function remedy(facts: Facts | null): FixStep[] {
  if (facts !== null && hasKernelPackages(facts) === false) return installDriver(facts);
  return [
    ...(facts !== null && hasKernelPackages(facts) === true
      ? []
      : installDriver(facts).filter(({ id }) => id !== 'reboot')),
    ...keepNouveauAway(facts),
    reboot('Restart: nouveau gives the GPU up only then'),
  ];
}

/** Blacklist it, also in the initial RAM disk, which loads it before the root file system is there. */
function keepNouveauAway(facts: Facts | null): FixStep[] {
  return [
    script(
      'blacklist-nouveau',
      'Keep nouveau from loading',
      "printf 'blacklist nouveau\\noptions nouveau modeset=0\\n' > /etc/modprobe.d/blacklist-nouveau.conf",
    ),
    rebuildInitramfs(facts, 'Rebuild the initial RAM disk, so that it holds the blacklist too'),
  ];
}
