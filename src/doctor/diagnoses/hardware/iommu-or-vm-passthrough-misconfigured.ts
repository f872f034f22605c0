import { valueOf } from '../../../machine/answer.ts';
import { smiWorks } from '../../../machine/questions/driver.ts';
import { gpusOf, nameOfGpu } from '../../../machine/questions/gpu.ts';
import { evidence } from '../../evidence.ts';
import { subjectOfGpu } from '../../subject.ts';
import { byHand, script } from '../../fix/steps.ts';
import { rebuildInitramfs } from '../../fix/system.ts';
import { hearing, type DiagnosisDefinition, type FixStep } from '../../types.ts';
import { isOfNvidia } from '../../witness/whose-device.ts';

/** Kernel drivers that hold a device for somebody else. */
const SET_ASIDE_BY: readonly string[] = ['vfio-pci', 'pci-stub', 'xen-pciback'];

const IDENTITY_MAPPING: readonly FixStep[] = [
  byHand(
    'identity-mapping',
    'On a machine without virtual machines: let the IOMMU map one to one (iommu=pt on the kernel command line), or switch it off in the BIOS',
    { reboot: true },
  ),
];

export const diagnosis: DiagnosisDefinition = {
  checks: ['gpu'],
  severity: 'error',
  title: 'The GPU is set aside for virtual machines',
  causes: [{ code: 'module-not-loaded' }, { code: 'device-nodes-missing' }, { code: 'rm-init-failed' }],
  related: ['nouveau-in-use', 'no-nvidia-gpu', 'rm-init-failed'],
  textSummary: 'The passthrough of this GPU to a virtual machine is not set up right',
  hears: hearing(['hardware', 'gpu-held'], (one, all) => {
    if (one.kind === 'gpu-held')
      return SET_ASIDE_BY.includes(one.by ?? '')
        ? {
            confidence: 'certain',
            namesCause: true,
            summary: `The GPU is bound to ${one.by}: it is set aside for a virtual machine`,
          }
        : null;
    switch (one.what) {
      case 'group-not-viable':
      case 'passthrough-failed':
        return { confidence: 'certain', namesCause: true };
      case 'iommu-fault':
        return isOfNvidia(one, all)
          ? {
              confidence: 'likely',
              namesCause: true,
              summary: 'The IOMMU turned down what the GPU wanted to read or write',
              fix: IDENTITY_MAPPING,
            }
          : null;
      case 'bound-to-vfio':
        return { confidence: 'possible' };
      default:
        return null;
    }
  }),
  judge(facts) {
    const given = gpusOf(facts).filter(({ kernelDriver }) =>
      SET_ASIDE_BY.includes(valueOf(kernelDriver) ?? ''),
    );
    return given.map((gpu) => ({
      subject: subjectOfGpu(gpu),
      severity: smiWorks(facts) ? ('info' as const) : ('error' as const),
      confidence: 'certain' as const,
      summary: `The ${nameOfGpu(gpu)} is bound to ${valueOf(gpu.kernelDriver)}: it is set aside for a virtual machine, and this system cannot use it`,
      evidence: [evidence(gpu.kernelDriver, `kernel driver of ${gpu.busId}`, String)],
      fix: [],
    }));
  },
  remedy: (facts) => [
    script(
      'find-ids',
      'To use the GPU here: find where the ids of its functions are given to vfio-pci',
      'grep -rn vfio-pci /etc/modprobe.d /etc/default/grub',
    ),
    byHand('give-back', 'Take its ids=10de:... out of there', { root: true }),
    { ...rebuildInitramfs(facts, 'Rebuild the initial RAM disk, and restart'), needsReboot: true },
    byHand(
      'whole-group',
      'Or, to use it in a virtual machine: bind every function of its IOMMU group to vfio-pci, the audio function too (options vfio-pci ids=... in /etc/modprobe.d)',
      { root: true, alternativeTo: 'give-back' },
    ),
  ],
};
