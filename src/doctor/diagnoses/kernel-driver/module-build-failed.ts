import { upgradeDriver } from '../../fix/driver.ts';
import { kernelHeaders } from '../../fix/kernel-headers.ts';
import { ask, byHand, retitled, script } from '../../fix/steps.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['kernel-module'],
  notOnJetson: true,
  severity: 'error',
  title: 'The nvidia module could not be built',
  causes: [
    { code: 'module-not-built-for-kernel' },
    { code: 'module-not-loaded' },
    { code: 'nouveau-in-use' },
    { code: 'device-nodes-missing' },
  ],
  related: ['module-not-built-for-kernel', 'disk-full', 'gpu-unsupported-by-driver'],
  textSummary: 'The nvidia module could not be built for this kernel',
  text: [
    {
      literal: 'bad return status for module build',
      pattern: /Bad return status for module build on kernel/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'nvidia',
      pattern: /\/(?:var\/lib\/dkms\/nvidia|nvidia-installer)[^:]{0,160}\.[ch]:\d{1,6}.{0,8} error:/i,
      confidence: 'likely',
      namesCause: true,
    },
    {
      literal: 'unable to build the',
      pattern: /Unable to build the (?:NVIDIA )?kernel module/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'building kernel modules',
      pattern: /error occurred while performing the step: "Building kernel modules"/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'dkms',
      pattern: /dkms autoinstall on \S{3,60} failed for nvidia/i,
      confidence: 'certain',
      namesCause: true,
    },
  ],
  next: [ask('What did the compiler say?', 'sh', '-c', 'tail -n 40 /var/lib/dkms/nvidia/*/build/make.log')],
  remedy: (facts) => {
    const upgrade = upgradeDriver(facts);
    return [
      script('make-log', 'See what the compiler said', 'tail -n 40 /var/lib/dkms/nvidia/*/build/make.log', {
        root: false,
      }),
      ...kernelHeaders(facts),
      ...retitled(upgrade, (title) => `Where the driver is older than this kernel, a newer driver: ${title}`),
      byHand('older-kernel', 'Or start an older kernel, for which this driver can be built', {
        reboot: true,
        alternativeTo: upgrade[0]!.id,
      }),
    ];
  },
};
