import { multiarchFolder } from '../../fix/architecture.ts';
import { byHand, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['driver-serves-cuda'],
  severity: 'error',
  title: 'Forward compatibility does not work on this GPU',
  related: ['driver-too-old-for-cuda', 'libcuda-stub-loaded'],
  textSummary: "A compat library stands before the driver's libcuda, and this GPU does not support that",
  hears: hearing(['error-code'], (one) =>
    heardError(one, {
      'cuda 804': { confidence: 'certain', namesCause: true },
    }),
  ),
  remedy: (facts) => [
    script(
      'drop-compat',
      'Take the compat folder out of the search path',
      'echo "$LD_LIBRARY_PATH"; cat /etc/ld.so.conf.d/*cuda*   # remove /usr/local/cuda/compat',
      { root: false },
    ),
    script(
      'host-library',
      "In a container: put the host's library first",
      `export LD_LIBRARY_PATH=${multiarchFolder(facts)}:$LD_LIBRARY_PATH`,
      { root: false },
    ),
    byHand('upgrade-driver', 'Or upgrade the driver, which makes the compat library needless', {
      root: true,
      alternativeTo: 'drop-compat',
    }),
  ],
};
