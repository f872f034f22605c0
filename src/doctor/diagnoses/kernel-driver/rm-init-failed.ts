import type { Facts } from '../../../machine/facts.ts';
import { ask, byHand, command, script } from '../../fix/steps.ts';
import { rebuildInitramfs } from '../../fix/system.ts';
import { rmInitStage, rmStatus } from '../../../compat/xid.ts';
import { withoutInterrupts } from '../../question/gpu-state.ts';
import { notStarted } from '../../question/silent-gpus.ts';
import { hearing, type DiagnosisDefinition, type FixStep, type Heard, type TextDetail } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';

export const diagnosis: DiagnosisDefinition = {
  // A job that was given none is shown none.
  explainedBy: [{ code: 'cluster-gives-no-gpu' }],
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
  hears: hearing(['hardware', 'error-code'], (one, _all, facts) => {
    if (one.kind === 'error-code') return heardError(one, { 'nvml 11': NO_INTERRUPTS });
    switch (one.what) {
      case 'start-failed':
        return { confidence: 'likely', namesCause: true, ...startSaid(one.detail) };
      case 'gsp-start-failed':
        return { confidence: 'likely', namesCause: true };
      case 'no-interrupts':
        return NO_INTERRUPTS;
      case 'firmware-missing':
        return {
          confidence: 'certain',
          namesCause: true,
          rank: 1,
          summary: `The driver cannot start the GPU: the firmware that it loads into it is missing (/lib/firmware/${one.detail})`,
          fix: bringFirmware(facts, one.detail ?? ''),
        };
      case 'nothing-found':
        return { confidence: 'possible' };
      default:
        return null;
    }
  }),
  judge: (facts) => [...notStarted(facts), ...withoutInterrupts(facts)],
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

const NO_INTERRUPTS: Heard = {
  confidence: 'certain',
  namesCause: true,
  summary: 'The driver cannot use the GPU: it gets no interrupts from it',
};

/** "0x62:0x65:1792": how far it came, with which status, in which line of the driver's source. */
function startSaid(codes: string | undefined): TextDetail {
  const [stage, status] = (codes ?? '').split(':').map((one) => Number.parseInt(one, 16));
  const how = Number.isNaN(stage) ? null : rmInitStage(stage!);
  const why = status === undefined || Number.isNaN(status) ? null : rmStatus(status);
  if (how === null) return {};
  return {
    summary: `The nvidia module is loaded, but could not start the GPU: ${how}${why === null ? '' : ` (${why.name}: ${why.meaning})`}`,
  };
}

/** Packages bring it apart from the module; and a module in the initial RAM disk sees no other file than those in it. */
const bringFirmware = (facts: Facts | null, file: string): FixStep[] => [
  command('see-firmware', 'See whether it is there', ['ls', '-l', `/lib/firmware/${file}`], { root: false }),
  byHand(
    'install-firmware',
    "If not: install the driver's firmware of exactly the module's version (Debian and Ubuntu have it as a package of its own), or the driver anew",
    { root: true },
  ),
  {
    ...rebuildInitramfs(
      facts,
      'If it is: the module is loaded before the disk is there. Write the initial RAM disk anew, and restart',
    ),
    needsReboot: true,
  },
];
