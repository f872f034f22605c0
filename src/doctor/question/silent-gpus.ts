/** GPUs and drivers that do not answer, where others do. */
import { gpuTakesDriver } from '../../compat/rules/gpu-takes-driver.ts';
import { valueOf } from '../../machine/answer.ts';
import type { Facts, GpuFacts } from '../../machine/facts.ts';
import type { Transcript } from '../../machine/machine.ts';
import { driverVersion } from '../../machine/questions/driver.ts';
import { gpusOf, nameOfGpu } from '../../machine/questions/gpu.ts';
import { inContainer } from '../../machine/questions/platform.ts';
import { evidence } from '../evidence.ts';
import { subjectOfGpu } from '../subject.ts';
import type { Finding } from '../types.ts';
import { traitsOf } from './gpus.ts';
import { KERNEL_LOG } from './kernel-log.ts';

/** A driver that waits for its GPU keeps whoever asks it waiting. */
export function withoutAnswer(facts: Facts): Finding[] {
  if (valueOf(facts.nvidiaSmi)?.outcome !== 'hung') return [];
  return [
    {
      subject: 'machine',
      severity: 'error',
      confidence: 'likely',
      summary: 'nvidia-smi does not come back: the driver waits for a GPU that no longer answers',
      evidence: [evidence(facts.nvidiaSmi, 'nvidia-smi', () => 'no answer within the time limit')],
      fix: [],
      next: KERNEL_LOG,
    },
  ];
}

/**
 * On the bus, and not among those that the driver shows. A container or a job shows what it was given; what another driver holds, or what this
 * one does not support, is no wonder.
 */
export function notStarted(facts: Facts): Finding[] {
  const shown = valueOf(facts.gpuStates) ?? [];
  const ids = new Set(shown.map(({ busId }) => busId));
  const answers = valueOf(facts.nvidiaSmi)?.outcome === 'ok' && shown.length > 0 && !ids.has(null);
  const isGivenSome = inContainer(facts) || (valueOf(facts.nodes) ?? []).some(({ forbidden }) => forbidden);
  if (!answers || isGivenSome || facts.transcripts.some(asksForOne)) return [];
  const driver = driverVersion(facts);
  return gpusOf(facts)
    .filter((gpu) => !ids.has(gpu.busId) && mayBeOurs(gpu))
    .filter((gpu) => driver === undefined || gpuTakesDriver(traitsOf(gpu), driver).fit === 'yes')
    .map((gpu) => ({
      subject: subjectOfGpu(gpu),
      severity: 'error',
      confidence: gpu.kernelDriver.state === 'present' ? 'likely' : 'possible',
      summary: `${nameOfGpu(gpu)} is on the bus at ${gpu.busId}, and the driver does not show it: it could not be started, or was lost`,
      evidence: [
        evidence(facts.gpus, 'NVIDIA devices on the bus', (list) =>
          list.map(({ busId }) => busId).join(', '),
        ),
        evidence(facts.gpuStates, 'GPUs that the driver shows', (list) =>
          list.map(({ busId }) => busId).join(', '),
        ),
      ],
      fix: [],
      next: KERNEL_LOG,
    }));
}

/** Somebody asked nvidia-smi about one GPU, and it told of that one. */
const asksForOne = ({ argv }: Transcript): boolean =>
  argv.some((word) => word.endsWith('nvidia-smi')) &&
  argv.some((word) => /^(?:-i|--id)(?:$|[=\d])/.test(word));

/** Whether it has an address that can be compared, and no other driver is known to hold it. */
const mayBeOurs = ({ busId, kernelDriver }: GpuFacts): boolean =>
  !busId.startsWith('?') && (kernelDriver.state !== 'present' || kernelDriver.value === 'nvidia');
