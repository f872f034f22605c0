import { valueOf } from '../../../machine/answer.ts';
import type { Facts } from '../../../machine/facts.ts';
import { moduleLoaded } from '../../../machine/questions/driver.ts';
import { gpuSeen } from '../../../machine/questions/gpu.ts';
import { inWsl } from '../../../machine/questions/platform.ts';
import { evidence } from '../../evidence.ts';
import { ask, byHand } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type FixStep } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['gpu'],
  notOnJetson: true,
  severity: 'error',
  title: 'This machine has no NVIDIA GPU',
  causes: [
    { code: 'module-not-loaded' },
    { code: 'device-nodes-missing' },
    { code: 'libcuda-missing' },
    { code: 'rm-init-failed' },
    { code: 'driver-not-installed' },
    { code: 'container-no-gpu' },
  ],
  related: [
    'pci-bar-unassigned',
    'gpu-fell-off-bus',
    'iommu-or-vm-passthrough-misconfigured',
    'container-no-gpu',
  ],
  textSummary: 'The driver found no NVIDIA GPU in this machine',
  hears: hearing(['error-code', 'hardware', 'trouble'], (one) => {
    if (one.kind === 'trouble')
      return heardTrouble(one, {
        'no-driver-offered': { confidence: 'possible', rank: 3 },
        'framework-without-gpu': { confidence: 'possible', rank: 1 },
        'no-opencl-device': { confidence: 'possible', rank: 1 },
      });
    if (one.kind === 'hardware')
      return one.what === 'no-gpu' ? { confidence: 'certain', namesCause: true } : null;
    return heardError(one, { 'cuda 100': { confidence: 'possible', rank: 1 } });
  }),
  next: [ask('Does the machine have an NVIDIA GPU at all?', 'lspci', '-nn', '-d', '10de:')],
  refutedBy: (facts) => gpuSeen(facts),
  judge(facts) {
    // Under WSL the GPU is no PCI device of NVIDIA's; a module that runs has found one.
    if (facts.gpus.state !== 'absent' || inWsl(facts) || gpuSeen(facts) || hasNodes(facts)) return [];
    const machine = valueOf(facts.platform.virtualMachine);
    return [
      {
        subject: 'machine',
        severity: 'error',
        confidence: 'certain',
        summary: machine
          ? 'No NVIDIA GPU: this virtual machine was given none'
          : 'No NVIDIA GPU: the PCI list is complete and holds none',
        evidence: [
          evidence(facts.gpus, 'NVIDIA devices'),
          ...(machine ? [evidence(facts.platform.virtualMachine, 'virtual machine', String)] : []),
          ...(moduleLoaded(facts)
            ? [evidence(facts.kernelDriver.moduleVersion, 'nvidia module', String)]
            : []),
        ],
        fix: [],
      },
    ];
  },
  remedy,
};

const hasNodes = (facts: Facts): boolean =>
  (valueOf(facts.nodes) ?? []).some(({ path }) => /\/nvidia\d+$/.test(path));

function remedy(facts: Facts | null): FixStep[] {
  const virtual = facts !== null && valueOf(facts.platform.virtualMachine) != null;
  return virtual
    ? [
        byHand(
          'pass-gpu-through',
          'No NVIDIA GPU is given to this virtual machine: attach one in the hypervisor (PCI passthrough or vGPU), or rent a GPU instance',
        ),
      ]
    : [
        byHand(
          'seat-card',
          'No NVIDIA card is seen on the bus: if there is one, check slot, power plugs and the BIOS (a laptop may switch it off); a machine without one can still build: gpu-setup doctor --purpose build',
        ),
      ];
}
