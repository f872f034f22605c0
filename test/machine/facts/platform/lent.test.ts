/** What a container or a job was lent by who started it. */
import { describe, expect, it } from 'vitest';
import { valueOf } from '../../../../src/machine/answer.ts';
import { probeLent } from '../../../../src/machine/facts/platform/lent.ts';
import { debianDesktop } from '../../../support/machines/healthy.ts';
import { changed, machineOf, type Change } from '../../../support/machines/host.ts';

const lent = (change: Change): ReturnType<typeof probeLent> =>
  probeLent(machineOf(changed(debianDesktop, change)));

describe('a job of Slurm', () => {
  it('is in none without a number', async () => {
    expect((await lent({ env: { SLURM_GPUS: '2' } })).job).toMatchObject({ state: 'present', value: null });
  });

  it.each([
    ['SLURM_JOB_GPUS', '2,3', '2,3'],
    // One GPU, that of number 0.
    ['SLURM_STEP_GPUS', '0', '0'],
    ['SLURM_GPUS_ON_NODE', '0', null],
    ['SLURM_GPUS_ON_NODE', '2', '2'],
    ['SLURM_GPUS', '', null],
  ])('was given what %s="%s" says', async (name, value, gpus) => {
    const { job } = await lent({ env: { SLURM_JOB_ID: '4711', [name]: value } });
    expect(valueOf(job)).toEqual({ id: '4711', gpus });
  });
});

describe('shared memory', () => {
  const folders = [...debianDesktop.folders, '/dev/shm'];

  it('has a size where the file system says it', async () => {
    const space = { '/dev/shm': { freeBytes: 1, freeInodes: null, totalBytes: 64 << 20 } };
    expect(valueOf((await lent({ folders, space })).sharedMemory)).toEqual({
      freeBytes: 1,
      totalBytes: 64 << 20,
    });
  });

  it('is not known where an old recording has no size, and absent without the folder', async () => {
    const space = { '/dev/shm': { freeBytes: 1, freeInodes: null } };
    expect((await lent({ folders, space })).sharedMemory.state).toBe('unknown');
    expect((await lent({})).sharedMemory.state).toBe('absent');
  });
});
