import { valueOf } from '../../../machine/answer.ts';
import { smiWorks } from '../../../machine/questions/driver.ts';
import { gpusOf, nameOfGpu } from '../../../machine/questions/gpu.ts';
import { evidence } from '../../evidence.ts';
import { subjectOfGpu } from '../../subject.ts';
import { byHand, script } from '../../fix/steps.ts';
import { rebuildInitramfs } from '../../fix/system.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['gpu'],
  severity: 'error',
  title: 'The GPU is set aside for virtual machines',
  causes: [{ code: 'module-not-loaded' }, { code: 'device-nodes-missing' }, { code: 'rm-init-failed' }],
  related: ['nouveau-in-use', 'no-nvidia-gpu', 'rm-init-failed'],
  textSummary: 'The passthrough of this GPU to a virtual machine is not set up right',
  text: [
    {
      literal: 'all devices within the iommu_group are bound',
      pattern: /ensure all devices within the iommu_group are bound to their vfio bus driver/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'group',
      pattern: /vfio: error.{0,60}group \d{1,4} is not viable/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'kernel driver in use: vfio-pci',
      pattern: /Kernel driver in use: vfio-pci/i,
      confidence: 'possible',
    },
  ],
  judge(facts) {
    const given = gpusOf(facts).filter(({ kernelDriver }) =>
      ['vfio-pci', 'pci-stub', 'xen-pciback'].includes(valueOf(kernelDriver) ?? ''),
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
