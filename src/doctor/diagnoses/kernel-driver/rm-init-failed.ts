import { ask, byHand, script } from '../../fix/steps.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['kernel-module'],
  notOnJetson: true,
  severity: 'error',
  title: 'The driver could not start the GPU',
  causes: [{ code: 'device-nodes-missing' }],
  related: [
    'gpu-power-cable-missing',
    'pci-bar-unassigned',
    'gpu-needs-open-modules',
    'ecc-or-xid-hardware-fault',
  ],
  textSummary: 'The nvidia module is loaded, but could not start the GPU',
  text: [
    {
      literal: 'rminitadapter failed',
      pattern: /RmInitAdapter failed!/i,
      confidence: 'likely',
      namesCause: true,
    },
    {
      literal: 'rm_init_adapter failed',
      pattern: /rm_init_adapter failed/i,
      confidence: 'likely',
      namesCause: true,
    },
    {
      literal: 'cannot initialize gsp',
      pattern: /Cannot initialize GSP firmware RM/i,
      confidence: 'likely',
      namesCause: true,
    },
    { literal: 'gfw_boot', pattern: /failed to wait for GFW_BOOT/i, confidence: 'likely', namesCause: true },
    {
      literal: 'gfw boot complete',
      pattern: /failed to wait for GFW boot complete/i,
      confidence: 'likely',
      namesCause: true,
    },
    { literal: 'no devices were found', pattern: /^No devices were found/i, confidence: 'possible' },
  ],
  next: [ask('What does the kernel say?', 'sh', '-c', 'dmesg | grep -iE "nvrm|nvidia"')],
  remedy: () => [
    script('kernel-log', 'See what the kernel says before this line', 'dmesg | grep -iE "nvrm|nvidia"'),
    byHand('cold-start', 'Switch the machine off and on: a card whose firmware hangs needs its power taken', {
      reboot: true,
    }),
    byHand('firmware', "Update the BIOS (and the card's firmware), and try the newest driver branch for it"),
    script(
      'gsp-off',
      'With proprietary modules: try without the GSP firmware',
      "printf 'options nvidia NVreg_EnableGpuFirmware=0\\n' > /etc/modprobe.d/nvidia-gsp.conf",
      { reboot: true },
    ),
  ],
};
