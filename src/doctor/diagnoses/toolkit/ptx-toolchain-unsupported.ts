import { upgradeDriver } from '../../fix/driver.ts';
import { capabilityOf } from '../../fix/fitting-cuda.ts';
import { byHand, command } from '../../fix/steps.ts';
import { ptxFindings } from '../../question/ptx.ts';
import { hearing, type DiagnosisDefinition, type FixStep } from '../../types.ts';
import { heardError } from '../../witness/heard-error.ts';
import { heardTrouble } from '../../witness/heard-trouble.ts';
import type { Facts } from '../../../machine/facts.ts';
import { valueOf } from '../../../machine/answer.ts';
import { minDriverForCuda } from '../../../compat/drivers.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['driver-serves-cuda'],
  severity: 'error',
  title: 'The PTX is newer than the driver',
  related: ['driver-too-old-for-cuda', 'gpu-arch-not-in-build'],
  textSummary: 'The program holds PTX of a newer CUDA than the driver can compile',
  hears: hearing(['error-code', 'trouble'], (one) =>
    one.kind === 'trouble'
      ? heardTrouble(one, { 'ptx-too-new': { confidence: 'certain', namesCause: true } })
      : heardError(one, {
          'cuda 222': { confidence: 'certain', namesCause: true },
          'cuda 218': { confidence: 'possible', namesCause: true },
        }),
  ),
  judge: (facts, question) => ptxFindings(facts, question, () => remedy(facts)),
  remedy,
};

function remedy(facts: Facts | null): FixStep[] {
  const upgrade = upgradeDriver(facts, { atLeast: driverOfToolkit(facts) });
  const capability = capabilityOf(facts);
  const native =
    'Or build with machine code for this GPU, so that no PTX is needed; or with an older toolkit';
  return [
    ...upgrade,
    capability === null
      ? byHand('native-code', native, { alternativeTo: upgrade[0]!.id })
      : command(
          'native-code',
          native,
          ['cmake', '-B', 'build', `-DCMAKE_CUDA_ARCHITECTURES=${capability.replace('.', '')}-real`],
          { root: false, alternativeTo: upgrade[0]!.id },
        ),
  ];
}

/** PTX is compiled by the driver: it must be as new as the toolkit that made it. */
function driverOfToolkit(facts: Facts | null): string | null {
  const toolkits = facts === null ? [] : (valueOf(facts.toolkits) ?? []);
  const version =
    toolkits.find(({ inUse }) => inUse.length > 0)?.version ??
    (facts === null ? undefined : valueOf(facts.nvcc))?.version ??
    null;
  return version === null ? null : minDriverForCuda(version);
}
