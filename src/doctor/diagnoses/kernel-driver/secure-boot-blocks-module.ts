import { valueOf } from '../../../machine/answer.ts';
import type { Facts } from '../../../machine/facts.ts';
import {
  builtForRunningKernel,
  moduleLoaded,
  nvidiaIsSwitchedOff,
} from '../../../machine/questions/driver.ts';
import { gpusOf } from '../../../machine/questions/gpu.ts';
import { kernelPackages } from '../../../machine/questions/packages.ts';
import { ownsItsKernel } from '../../../machine/questions/platform.ts';
import { evidence } from '../../evidence.ts';
import { secureBootSteps } from '../../fix/secure-boot.ts';
import { ask } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type Heard } from '../../types.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';
import { isOfDriver } from '../../witness/kernel-modules.ts';
import type { TestimonyOf } from '../../witness/testimony.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['kernel-module'],
  notOnJetson: true,
  severity: 'error',
  title: 'Secure Boot refuses the nvidia module',
  causes: [{ code: 'module-not-loaded' }, { code: 'nouveau-in-use' }, { code: 'device-nodes-missing' }],
  explainedBy: [{ code: 'no-nvidia-gpu' }],
  related: ['module-not-loaded', 'module-not-built-for-kernel'],
  textSummary: 'Secure Boot refuses the nvidia module: no key that the firmware knows has signed it',
  hears: hearing(['module-load', 'signing', 'trouble'], (one, _all, facts) => {
    const on = valueOf(facts.platform.secureBoot);
    if (one.kind === 'trouble')
      return heardTrouble(one, {
        'driver-not-answering': { confidence: 'possible', rank: on === true ? 10 : 4 },
      });
    if (one.kind === 'signing') return on === false ? null : heardSigning(one, on === true, facts);
    const { why, module } = one;
    if (!isOfDriver(module)) return null;
    if (why === 'key') return { confidence: 'certain', namesCause: true };
    // What a locked-down kernel answers; a user who is not root gets the same.
    return why === 'not-permitted' ? { confidence: 'likely' } : null;
  }),
  next: [ask('Is Secure Boot on?', 'mokutil', '--sb-state')],
  refutedBy: (facts) => moduleLoaded(facts) === true || valueOf(facts.platform.secureBoot) === false,
  judge(facts) {
    const blocked =
      ownsItsKernel(facts) &&
      valueOf(facts.platform.secureBoot) === true &&
      moduleLoaded(facts) === false &&
      builtForRunningKernel(facts) === true &&
      !nvidiaIsSwitchedOff(facts) &&
      !signedByDistribution(facts);
    if (!blocked) return [];
    return [
      {
        subject: 'machine',
        severity: 'error',
        confidence: 'likely',
        summary:
          'Secure Boot is on and refuses the nvidia module, which no key known to the firmware has signed',
        evidence: [
          evidence(facts.platform.secureBoot, 'Secure Boot', (on) => (on ? 'on' : 'off')),
          evidence(facts.kernelDriver.moduleBuiltFor, 'kernels with an nvidia module', (list) =>
            list.join(', '),
          ),
          evidence(facts.kernelDriver.moduleVersion, 'loaded nvidia module', String),
          ...gpusOf(facts).map((gpu) =>
            evidence(gpu.kernelDriver, `kernel driver of ${gpu.busId}`, (d) => d ?? 'none'),
          ),
        ],
        fix: [],
        next: [ask('What does the kernel say when the module is loaded?', 'modprobe', 'nvidia')],
      },
    ];
  },
  remedy: (facts) => secureBootSteps(facts),
};

/** Without Secure Boot nobody asks for a signature: what is not signed loads all the same. */
function heardSigning({ what, detail }: TestimonyOf<'signing'>, on: boolean, facts: Facts): Heard | null {
  if (what === 'not-enrolled')
    return {
      confidence: 'likely',
      namesCause: true,
      ...(detail === null
        ? { summary: "The key that signs the module could not be handed to the firmware's list (MOK)" }
        : {
            summary: `${detail}, the key that signs the module, is not enrolled`,
            fix: secureBootSteps(facts, detail),
          }),
    };
  return on
    ? {
        confidence: 'likely',
        namesCause: true,
        summary: 'Secure Boot is on, and the module that was built here is not signed',
      }
    : null;
}

/** Ubuntu's prebuilt modules carry Canonical's signature, which every shim accepts. */
const signedByDistribution = (facts: Facts): boolean =>
  kernelPackages(facts).some(({ name }) => /^linux-(modules|objects)-nvidia-/.test(name)) &&
  !kernelPackages(facts).some(({ name }) => /dkms/.test(name));
