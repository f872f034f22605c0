import { valueOf } from '../../../machine/answer.ts';
import type { Facts } from '../../../machine/facts.ts';
import { builtForRunningKernel, moduleLoaded } from '../../../machine/questions/driver.ts';
import { gpuSeen, gpusOf, nameOfGpu } from '../../../machine/questions/gpu.ts';
import { hasKernelPackages, installedPackages, kernelPackages } from '../../../machine/questions/packages.ts';
import { inContainer, ownsItsKernel } from '../../../machine/questions/platform.ts';
import { evidence } from '../../evidence.ts';
import { installDriver } from '../../fix/driver.ts';
import { ask, byHand } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type Finding, type Heard } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';
import { seesNoneAndGoesOn } from '../../witness/no-gpu-note.ts';
import { isOfDriver, saidInContainer } from '../../witness/kernel-modules.ts';
import type { Witness } from '../../witness/testimony.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['kernel-module'],
  notOnJetson: true,
  severity: 'error',
  title: "NVIDIA's driver is not installed",
  causes: [
    // nouveau is what one sees when no driver is installed.
    { code: 'nouveau-in-use' },
    { code: 'device-nodes-missing' },
    { code: 'libcuda-missing' },
    { code: 'nvidia-utils-missing' },
    { code: 'module-not-loaded' },
  ],
  excludes: [{ code: 'driver-library-mismatch' }, { code: 'module-not-built-for-kernel' }],
  // Inside a container the driver is the host's: what is missing is not an installation.
  explainedBy: [{ code: 'no-nvidia-gpu' }, { code: 'container-no-gpu', when: inContainer }],
  related: ['nouveau-in-use', 'module-not-loaded', 'gpu-unsupported-by-driver', 'gpu-needs-open-modules'],
  textSummary: "NVIDIA's driver seems not to be installed",
  hears: hearing(['error-code', 'module-load', 'missing-program', 'trouble'], (one, all, facts) => {
    if (one.kind === 'missing-program')
      return one.program === 'nvidia-smi' ? { confidence: 'likely', rank: 5 } : null;
    if (one.kind === 'trouble' && one.what === 'no-gpu-seen') return notSeen(one.detail, all, facts);
    if (one.kind === 'trouble')
      return heardTrouble(one, {
        'driver-not-answering': { confidence: 'possible', rank: 6 },
        'driver-not-found': { confidence: 'likely', rank: 5 },
        'no-cuda-drivers': { confidence: 'possible', rank: 5 },
        'driver-not-running': { confidence: 'possible', rank: 5 },
      });
    if (one.kind === 'module-load')
      return one.why === 'not-found' &&
        one.module !== null &&
        isOfDriver(one.module) &&
        !saidInContainer(one, all)
        ? { confidence: 'possible', rank: 4 }
        : null;
    return heardError(one, {
      'cuda 35': { confidence: 'possible', rank: 3 },
      'nvml 12': { confidence: 'possible', rank: 4 },
    });
  }),
  next: [ask('Is any NVIDIA driver package installed?', 'dpkg', '-l', 'nvidia-driver*')],
  refutedBy: (facts) => moduleLoaded(facts) === true || hasKernelPackages(facts) === true,
  judge(facts) {
    if (!ownsItsKernel(facts) || !gpuSeen(facts) || moduleLoaded(facts) !== false) {
      return partial(facts);
    }
    if (hasKernelPackages(facts) !== false || builtForRunningKernel(facts) === true) return partial(facts);
    // A module for another kernel without packages: the .run installer, which module-not-built-for-kernel judges.
    if (facts.kernelDriver.moduleBuiltFor.state === 'present') return [];
    return [finding(facts, facts.kernelDriver.moduleBuiltFor.state === 'absent' ? 'certain' : 'likely')];
  },
  remedy: (facts) => installDriver(facts),
};

/** @param who conda, of the machine that it solves for; else a program, of where it runs */
function notSeen(who: string | null, all: Witness, facts: Facts): Heard | null {
  if (who !== 'conda')
    return all.of('framework').some(({ build }) => build === 'cpu')
      ? null
      : { confidence: 'possible', rank: 3, ...(seesNoneAndGoesOn(who) ? { severity: 'warning' } : {}) };
  const install = installDriver(facts);
  return {
    confidence: 'possible',
    rank: 3,
    summary: 'conda finds no driver on this machine, and builds for CUDA want one',
    fix: [
      ...install,
      byHand(
        'conda-override',
        'Where the environment is for another machine, or an image is built without a GPU: set CONDA_OVERRIDE_CUDA to the CUDA that the driver there serves; for a CPU name the build for it',
        { alternativeTo: install[0]!.id },
      ),
    ],
  };
}

/** From a paste: a GPU, no nvidia-smi, and nothing that speaks of an installed driver. */
function partial(facts: Facts): Finding[] {
  const { moduleBuiltFor } = facts.kernelDriver;
  const nothingInstalled =
    ownsItsKernel(facts) &&
    gpusOf(facts).length > 0 &&
    facts.nvidiaSmi.state === 'absent' &&
    moduleLoaded(facts) !== true &&
    hasKernelPackages(facts) !== true &&
    moduleBuiltFor.state !== 'present';
  return nothingInstalled ? [finding(facts, 'likely')] : [];
}

function finding(facts: Facts, confidence: Finding['confidence']): Finding {
  const gpus = gpusOf(facts);
  const { packages, moduleBuiltFor, moduleVersion } = facts.kernelDriver;
  const userParts = kernelPackages(facts).length === 0 ? installedPackages(facts) : [];
  const nouveau = gpus.some(({ kernelDriver }) => valueOf(kernelDriver) === 'nouveau');
  return {
    subject: 'machine',
    severity: 'error',
    confidence,
    summary:
      `NVIDIA's driver is not installed${gpus[0] ? ` for the ${nameOfGpu(gpus[0])}` : ''}` +
      (nouveau ? '; nouveau, which cannot run CUDA, has the GPU meanwhile' : '') +
      (userParts.length > 0 ? `; only its user-mode part is (${userParts[0]!.name})` : ''),
    evidence: [
      evidence(facts.gpus, 'NVIDIA devices', (list) => list.map(nameOfGpu).join(', ')),
      evidence(packages, 'driver packages', (list) =>
        list.map(({ name, state }) => `${name} (${state})`).join(', '),
      ),
      evidence(moduleBuiltFor, 'kernels with an nvidia module', (list) => list.join(', ')),
      evidence(moduleVersion, 'loaded nvidia module', String),
      ...(facts.nvidiaSmi.state === 'absent' ? [evidence(facts.nvidiaSmi, 'nvidia-smi')] : []),
    ],
    fix: [],
  };
}
