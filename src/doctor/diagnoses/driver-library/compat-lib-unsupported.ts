import { upgradeDriver } from '../../fix/driver.ts';
import { byHand, inPlaceOf, script } from '../../fix/steps.ts';
import { multiarchFolder } from '../../fix/system.ts';
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
      'find-compat',
      'See whether a compat folder (/usr/local/cuda/compat) is on the search path: LD_LIBRARY_PATH or ld.so.conf.d',
      'echo "$LD_LIBRARY_PATH" | tr : "\\n" | cat - /etc/ld.so.conf.d/*.conf | grep compat',
      { root: false },
    ),
    byHand('drop-compat', 'Take it out of there'),
    script(
      'host-library',
      "In a container: put the host's library first",
      `export LD_LIBRARY_PATH=${multiarchFolder(facts)}:$LD_LIBRARY_PATH`,
      { root: false },
    ),
    ...inPlaceOf('drop-compat', upgradeDriver(facts)),
  ],
};
