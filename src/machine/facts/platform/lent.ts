/** What a container or a job was lent by who started it: its devices, its shared memory. */
import { mapAnswer, present, unknown, valueOf, type Answer } from '../../answer.ts';
import type { JobFacts, LentFacts } from '../../facts.ts';
import type { Machine } from '../../machine.ts';

/**
 * Of one that was given GPUs Slurm sets one of these, to their numbers ("0", "2,3") or their count; which one differs with
 * version, step and how they were asked for (sbatch(1), srun(1), gres.conf(5)).
 */
const NUMBERS = ['SLURM_JOB_GPUS', 'SLURM_STEP_GPUS'] as const;
const COUNTS = ['SLURM_GPUS_ON_NODE', 'SLURM_GPUS'] as const;

export async function probeLent(machine: Machine): Promise<LentFacts> {
  const space = await machine.statfs('/dev/shm');
  return {
    visibleDevices: machine.env('NVIDIA_VISIBLE_DEVICES'),
    capabilities: machine.env('NVIDIA_DRIVER_CAPABILITIES'),
    job: probeJob(machine),
    sharedMemory:
      space.state === 'present' && space.value.totalBytes === undefined
        ? unknown('not-recorded', 'its size is not known', space.from)
        : mapAnswer(space, ({ freeBytes, totalBytes }) => ({ freeBytes, totalBytes: totalBytes! })),
  };
}

function probeJob(machine: Machine): Answer<JobFacts | null> {
  const id = machine.env('SLURM_JOB_ID');
  if (id.state === 'absent') return present(null, id.from);
  const set = (names: readonly string[]): string[] =>
    names.map((name) => valueOf(machine.env(name))?.trim() ?? '').filter((value) => value !== '');
  const gpus = [...set(NUMBERS), ...set(COUNTS).filter((count) => count !== '0')][0] ?? null;
  return mapAnswer(id, (value) => ({ id: value, gpus }));
}
