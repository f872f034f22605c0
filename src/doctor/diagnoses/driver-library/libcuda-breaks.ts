import { valueOf } from '../../../machine/answer.ts';
import type { Facts } from '../../../machine/facts.ts';
import { inContainer, inWsl, onJetson } from '../../../machine/questions/platform.ts';
import { giveContainerItsGpu } from '../../fix/container.ts';
import { windowsDriver } from '../../fix/driver.ts';
import { jetsonDriver } from '../../fix/jetson.ts';
import { installPart } from '../../fix/driver-parts.ts';
import { resetGpu } from '../../fix/gpu-recovery.ts';
import { inPlaceOf } from '../../fix/steps.ts';
import { libcudaBreaks } from '../../question/computing.ts';
import type { DiagnosisDefinition, FixStep } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['compute', 'libcuda'],
  severity: 'error',
  title: "The driver's CUDA library breaks or hangs whoever loads it",
  // Each of these shows itself in that way to whoever asks the driver.
  explainedBy: [
    { code: 'driver-library-mismatch' },
    { code: 'libcuda-missing' },
    { code: 'gpu-fell-off-bus' },
    { code: 'gpu-reset-required' },
    { code: 'gsp-timeout' },
    { code: 'rm-init-failed' },
  ],
  related: ['libcuda-missing', 'driver-library-mismatch', 'gpu-reset-required'],
  judge: (facts) => libcudaBreaks(facts),
  remedy,
};

/** What hangs is the driver or the GPU; what crashes or does not load is the file. */
function remedy(facts: Facts | null): FixStep[] {
  if (facts?.compute !== null && facts !== null && valueOf(facts.compute)?.outcome === 'hung')
    return resetGpu();
  if (facts !== null && onJetson(facts)) return [jetsonDriver()];
  if (facts !== null && inWsl(facts)) return windowsDriver();
  if (facts !== null && inContainer(facts)) return giveContainerItsGpu(facts);
  const install = installPart(facts, 'libcuda', {
    id: 'install-libcuda',
    title: "Install the driver's CUDA library anew, of the branch that is installed",
  });
  return [...install, ...inPlaceOf(install[0]?.id ?? 'install-libcuda', resetGpu())];
}
