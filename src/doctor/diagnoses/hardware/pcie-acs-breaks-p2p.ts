import { byHand, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['gpu'],
  severity: 'error',
  title: 'Access checks of the PCI bridges break the traffic between GPUs',
  related: ['iommu-or-vm-passthrough-misconfigured', 'nvlink-fault'],
  textSummary:
    'GPUs cannot reach each other over the PCI bus: access control (ACS) of a bridge or the IOMMU redirects their traffic',
  hears: hearing(['hardware'], (one, all) => {
    if (one.what !== 'peer-access-failed') return null;
    const checks = all.of('hardware').filter(({ what }) => what === 'acs-on' || what === 'iommu-fault');
    return {
      confidence: checks.length > 0 ? 'certain' : 'likely',
      namesCause: true,
      also: checks.slice(0, 2),
    };
  }),
  remedy: () => [
    script(
      'see-acs',
      'See which bridges redirect the traffic (SrcValid+ is on)',
      'lspci -vvv | grep -i acsctl',
    ),
    byHand(
      'acs-off',
      'On a machine without virtual machines: switch ACS and the IOMMU off in the BIOS (or iommu=pt on the kernel command line)',
      { reboot: true },
    ),
    byHand(
      'without-p2p',
      'Until then NCCL goes without: NCCL_P2P_DISABLE=1 in the environment of the program',
      {
        alternativeTo: 'acs-off',
      },
    ),
  ],
};
