import { resetGpu } from '../../fix/gpu-recovery.ts';
import { byHand, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import { heardXid } from '../../witness/xid-verdict.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['kernel-module'],
  notOnJetson: true,
  severity: 'error',
  title: "The GPU's system processor (GSP) does not answer",
  causes: [{ code: 'rm-init-failed' }, { code: 'gpu-reset-required' }],
  related: ['rm-init-failed', 'gpu-reset-required', 'gpu-fell-off-bus'],
  textSummary: "The driver waited in vain for the GPU's system processor (GSP)",
  hears: hearing(['xid', 'hardware'], (one) =>
    one.kind === 'xid'
      ? without(heardXid('gsp-timeout', one))
      : one.what === 'gsp-timeout'
        ? { confidence: 'certain', namesCause: true }
        : null,
  ),
  remedy: () => [
    ...resetGpu(),
    byHand('update', "Bring the driver (it brings the GSP's firmware) and the card's firmware up to date"),
    script(
      'gsp-off',
      'It comes again, with proprietary modules: go without the GSP firmware',
      "printf 'options nvidia NVreg_EnableGpuFirmware=0\\n' > /etc/modprobe.d/nvidia-gsp.conf",
      { reboot: true },
    ),
  ],
};

/** The table's steps say less than ours. */
function without<T extends { fix?: unknown }>(heard: T | null): Omit<T, 'fix'> | null {
  if (heard === null) return null;
  const { fix: _, ...rest } = heard;
  return rest;
}
