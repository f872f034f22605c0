/**
 * One truth from both sides: over a grid of GPUs, drivers, toolkits and purposes the doctor never calls ready what a plan calls
 * impossible, and what the doctor calls ready a plan calls possible. A sample of the grid by default, the same one each time;
 * GPU_SETUP_GRID=all walks all of it (minutes).
 */
import { describe, expect, it } from 'vitest';
import { CUDA_RELEASES } from '../../src/compat/cuda-releases.ts';
import { driverBranchesForGpu } from '../../src/compat/drivers.ts';
import { allGpus } from '../../src/compat/gpus.ts';
import { diagnose } from '../../src/doctor/diagnose.ts';
import type { Purpose, Question, Verdict } from '../../src/doctor/types.ts';
import { assume } from '../../src/machine/assume.ts';
import type { Facts } from '../../src/machine/facts.ts';
import { planMachineOf } from '../../src/stack/machine.ts';
import { solve } from '../../src/stack/solve/solve.ts';
import type { Plan } from '../../src/stack/types.ts';
import { gxx, is, known, prefix } from '../support/facts.ts';

const GPUS = 40;
const DRIVERS = 12;
/** One in so many points. */
const SAMPLE = process.env['GPU_SETUP_GRID'] === 'all' ? 1 : 29;

/** So many of a list, evenly spread from its first to its last. */
const spread = <T>(list: readonly T[], count: number): T[] =>
  Array.from({ length: count }, (_, at) => list[Math.round((at * (list.length - 1)) / (count - 1))]!);

const gpus = spread(
  [...allGpus()].sort((a, b) => Number(a.computeCapability) - Number(b.computeCapability)),
  GPUS,
).map(({ pciId }) => pciId);

const drivers = spread(
  driverBranchesForGpu({ firstDriverBranch: '367', lastDriverBranch: null }).flatMap(
    ({ lastRelease }) => lastRelease ?? [],
  ),
  DRIVERS,
);

/** A machine that has the toolkit in a prefix, and a compiler that it accepts. */
function machine(cuda: string, gpu: string, driver: string): Facts {
  const facts = known({ toolkits: is([prefix('mine', `${cuda}.1`, 99)]), compilers: is([gxx('9.4.0')]) });
  return assume(facts, { gpu, driver });
}

const question = (cuda: string, purpose: Purpose): Question => ({
  purpose,
  needs: {
    recipe: `cuda@${cuda}`,
    install: [`cuda@${cuda}`],
    prefix: 'mine',
    cuda,
    cudnn: null,
    compiler: purpose === 'build',
    builds: [],
  },
});

type Feasible = Plan['feasible'];

interface Point {
  gpu: string;
  driver: string;
  cuda: string;
  purpose: Purpose;
}

const points: Point[] = (['run', 'build'] as const)
  .flatMap((purpose) =>
    CUDA_RELEASES.flatMap((cuda) =>
      gpus.flatMap((gpu) => drivers.map((driver) => ({ gpu, driver, cuda, purpose }))),
    ),
  )
  .filter((_, at) => at % SAMPLE === 0);

function doctorSays({ gpu, driver, cuda, purpose }: Point): Verdict {
  return diagnose(machine(cuda, gpu, driver), question(cuda, purpose), 'grid').verdict;
}

function planSays({ gpu, driver, cuda, purpose }: Point): Feasible {
  const wanted = { name: 'cuda', version: cuda, notation: 'plain', build: null, from: 'grid' } as const;
  return solve({ wanted: [wanted], purpose }, planMachineOf(machine(cuda, gpu, driver), { title: 'grid' }))
    .feasible;
}

describe('plan and doctor', () => {
  const judged = points.map((point) => ({ point, plan: planSays(point), doctor: doctorSays(point) }));

  it('agree: what a plan calls impossible is never ready', () => {
    expect(judged.filter(({ plan, doctor }) => plan === 'no' && doctor !== 'failed')).toEqual([]);
  });

  it('agree: what is ready a plan calls possible', () => {
    expect(judged.filter(({ plan, doctor }) => doctor === 'ok' && plan !== 'yes')).toEqual([]);
  });

  it('were asked about what fits and what does not, for both purposes', () => {
    for (const purpose of ['run', 'build']) {
      const own = judged.filter(({ point }) => point.purpose === purpose);
      expect(own.filter(({ doctor }) => doctor === 'ok').length).toBeGreaterThan(50);
      expect(own.filter(({ doctor }) => doctor === 'failed').length).toBeGreaterThan(50);
    }
  });
});
