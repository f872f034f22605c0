import { valueOf } from '../../../machine/answer.ts';
import { smiWorks } from '../../../machine/questions/driver.ts';
import { gpusOf, nameOfGpu } from '../../../machine/questions/gpu.ts';
import { evidence } from '../../evidence.ts';
import { script } from '../../fix/steps.ts';
import { subjectOfGpu } from '../../subject.ts';
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
  remedy: () => [
    script(
      'give-back',
      'To use the GPU here: take its ids out of the vfio options, rebuild the initial RAM disk, restart',
      'grep -rn vfio-pci /etc/modprobe.d /etc/default/grub   # remove its ids=10de:...\nupdate-initramfs -u',
      { reboot: true },
    ),
    script(
      'whole-group',
      'To use it in a virtual machine: bind every function of its IOMMU group to vfio-pci, the audio function too',
      '# options vfio-pci ids=10de:GPU,10de:AUDIO in /etc/modprobe.d/vfio.conf',
      { alternativeTo: 'give-back' },
    ),
  ],
};
