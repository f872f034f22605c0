/** Whether any driver serves a CUDA and drives a GPU too: the GPU's last branch must be new enough. */
import { majorOf } from '../dotted-version.ts';
import { branchOf, driverRowOfCuda } from '../drivers.ts';
import { leastDriverFor } from './driver-serves-toolkit.ts';
import type { GpuTraitsKnown, Judgement } from './judgement.ts';
import { judged, known, refused } from './judged.ts';

export function someDriverServes(
  cuda: string,
  gpu: Pick<GpuTraitsKnown, 'name' | 'lastDriverBranch'>,
): Judgement {
  const row = driverRowOfCuda(cuda);
  const least = leastDriverFor(cuda);
  const last = gpu.lastDriverBranch;
  if (row === null || least === null)
    return judged('some-driver-serves', 'unknown', `which driver CUDA ${cuda} asks for is in no table`);
  const asks = known(row, `CUDA ${row.cuda} asks for driver ${least} or newer`);
  if (last === null || majorOf(least)! <= Number(last))
    return judged(
      'some-driver-serves',
      'yes',
      `there are drivers for CUDA ${row.cuda} and ${gpu.name}`,
      asks,
    );
  return refused(
    'some-driver-serves',
    `${asks.text}; branch ${last} is the last that drives ${gpu.name}`,
    asks,
    known(
      { source: branchOf(last)?.source ?? 'the table of GPUs', confidence: 'seen' },
      `branch ${last} is the last that drives ${gpu.name}`,
    ),
  );
}
