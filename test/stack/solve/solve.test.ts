import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CUDA_RELEASES } from '../../../src/compat/cuda-releases.ts';
import { driverBranchesForGpu } from '../../../src/compat/drivers.ts';
import { smallestConflict } from '../../../src/stack/solve/conflict.ts';
import { namesOf, premisesOf, without, type Premises } from '../../../src/stack/solve/premises.ts';
import { solve } from '../../../src/stack/solve/solve.ts';
import { fits } from '../../../src/stack/solve/together.ts';
import { newestPythonIn } from '../../../src/stack/python-releases.ts';
import type { PlanMachine, PlanRequest } from '../../../src/stack/types.ts';
import { gpu, machineWith, wanted } from '../../support/plan-machine.ts';

const GPUS = [
  'Tesla K80',
  'GTX 980',
  'GTX 1080 Ti',
  'V100',
  'GTX 1660 Ti',
  'RTX 3080',
  'RTX 4090',
  'H100',
  'RTX 5090',
];
const DRIVERS = ['390.157', '440.64', '470.256.02', '535.183.01', '570.86.10', '580.65.06', '595.45.04'];
const WORDS = [
  'tensorflow@1.9',
  'tensorflow@2.4',
  'tensorflow',
  'torch@1.4',
  'torch@2.4',
  'torch@2.14+cu130',
  'torch@>=2.1,<2.5',
  'jax',
  'jax@0.4.30',
  'onnxruntime@1.20',
  'cuda',
  'cuda@10.0',
  'cuda@11.8',
  'cuda@12',
  'cuda@13',
  'cudnn@7.5',
  'cudnn@9',
  'gcc@7',
];

const requests: fc.Arbitrary<PlanRequest> = fc.record({
  wanted: fc
    .uniqueArray(fc.constantFrom(...WORDS), {
      minLength: 1,
      maxLength: 3,
      selector: (word) => word.split('@')[0],
    })
    .map((words) => words.map(wanted)),
  purpose: fc.constantFrom('run', 'build'),
});

const machines: fc.Arbitrary<PlanMachine> = fc
  .record(
    {
      gpus: fc.uniqueArray(fc.constantFrom(...GPUS), { maxLength: 2 }),
      driver: fc.constantFrom(...DRIVERS),
      python: fc.constantFrom('3.6', '3.9', '3.12'),
    },
    { requiredKeys: [] },
  )
  .chain((known) =>
    fc
      .constantFrom('this machine', '--assume-gpu')
      .map((gpus) => machineWith(known as Parameters<typeof machineWith>[0], { gpus })),
  );

describe('solve', () => {
  it('answers the same question the same way', () => {
    fc.assert(
      fc.property(requests, machines, (request, machine) => {
        expect(solve(request, machine)).toEqual(solve(structuredClone(request), structuredClone(machine)));
      }),
      { numRuns: 20 },
    );
  });

  it('finds contradictions that are minimal: without any one premise it fits', () => {
    fc.assert(
      fc.property(requests, machines, (request, machine) => {
        const premises = premisesOf(request, machine);
        const solution = solve(request, machine);
        expect(solution.feasible === 'no').toBe(!fits(premises));
        if (solution.feasible !== 'no') return;
        const { premises: names } = smallestConflict(premises);
        const alone = namesOf(premises)
          .filter((name) => !names.includes(name))
          .reduce<Premises>(without, premises);
        expect(fits(alone), 'these alone contradict each other').toBe(false);
        for (const name of names) expect(fits(without(alone, name)), `without ${name}`).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('says of what does not fit why, on what was seen, and proposes only what fits', () => {
    fc.assert(
      fc.property(requests, machines, (request, machine) => {
        const { feasible, conflicts, alternatives, stack } = solve(request, machine);
        expect(stack === null).toBe(feasible === 'no');
        expect(conflicts.length > 0).toBe(feasible === 'no');
        for (const { text, facts } of conflicts) {
          expect(text).not.toBe('');
          expect(facts.length).toBeGreaterThan(0);
        }
        for (const one of alternatives) {
          expect(one.text).not.toContain('null');
          const reached = one.stack.architectures.map(({ fit }) => fit);
          expect(reached.length === 0 || reached.some((fit) => fit !== 'no')).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('is never made impossible by a newer driver that drives the GPU', () => {
    for (const name of GPUS) {
      const branches = driverBranchesForGpu({ ...gpu(name), firstDriverBranch: null });
      const possible = new Set<string>();
      for (const { branch } of branches) {
        const machine = machineWith({ gpus: [name], driver: `${branch}.999` });
        for (const cuda of CUDA_RELEASES) {
          const premises = premisesOf({ wanted: [wanted(`cuda@${cuda}`)], purpose: 'run' }, machine);
          if (fits(premises)) possible.add(cuda);
          else expect(possible.has(cuda), `${name}, CUDA ${cuda}, driver ${branch}`).toBe(false);
        }
      }
    }
  });

  it('takes the CUDA and the cuDNN that are asked for with a framework for that framework', () => {
    const machine = machineWith({ gpus: ['RTX 3080'], driver: '580.65.06' });
    const plan = (...words: readonly string[]) =>
      solve({ wanted: words.map(wanted), purpose: 'run' }, machine);
    expect(plan('torch@2.4', 'cuda@12.1').stack?.framework?.build).toBe('cu121');
    const other = plan('torch@2.14', 'cuda@11.8');
    expect(other.feasible).toBe('no');
    expect(other.conflicts[0]!.facts.map(({ text }) => text)).toEqual(
      expect.arrayContaining(['torch 2.14', 'cuda 11.8']),
    );
    expect(plan('tensorflow@2.4', 'cudnn@9').feasible).toBe('no');
    expect(plan('cuda@10.0', 'cudnn@9').feasible).toBe('no');
    expect(plan('cuda@11.8', 'gcc@7').feasible).toBe('yes');
    expect(plan('cuda@11.8', 'gcc@13').feasible).toBe('no');
  });

  it('names the nearest stacks by what would have to change', () => {
    const machine = machineWith({ gpus: ['RTX 3080'], driver: '535.183.01' });
    const { alternatives } = solve({ wanted: [wanted('tensorflow@1.9')], purpose: 'run' }, machine);
    const by = (change: string) => alternatives.filter((one) => one.change === change);
    expect(by('framework')[0]?.stack.framework?.version).toBe('2.4.0');
    expect(by('gpu')[0]?.text).toContain('7.5');
    expect(by('driver')).toEqual([]);
  });

  it('names the driver that it takes', () => {
    const machine = machineWith({ gpus: ['GTX 1660 Ti'], driver: '440.64' });
    const { alternatives } = solve({ wanted: [wanted('cuda@11.0')], purpose: 'run' }, machine);
    const driver = alternatives.find(({ change }) => change === 'driver');
    expect(driver?.text).toContain('450.');
    expect(alternatives.find(({ change }) => change === 'cuda')?.stack.cuda).toBe('10.2');
  });

  it('names the systems whose C library will do', () => {
    const machine = machineWith({ gpus: ['RTX 3080'], driver: '580.65.06', os: ['ubuntu', '16.04', '2.23'] });
    const solution = solve({ wanted: [wanted('cuda@13')], purpose: 'run' }, machine);
    expect(solution.conflicts[0]!.facts.map(({ text }) => text)).toEqual(
      expect.arrayContaining(['glibc 2.23', 'cuda 13']),
    );
    const by = (change: string) => solution.alternatives.filter((one) => one.change === change);
    expect(by('os')[0]?.text).toBe('ubuntu 18.04');
    expect(by('container')[0]?.text).toMatch(/^a container of /);
  });

  describe('of what one file asks for', () => {
    const inFile = (...words: readonly string[]) =>
      words.map((word) => ({ ...wanted(word), environment: 'requirements.txt' }));
    const machine = machineWith({ gpus: ['V100'], driver: '535.183.01' });

    it('takes versions that one Python is for, and says which', () => {
      const { feasible, stack, further } = solve(
        { wanted: inFile('tensorflow@2.4', 'torch'), purpose: 'run' },
        machine,
      );
      expect(feasible).toBe('yes');
      expect(further).toHaveLength(1);
      expect(further[0]!.python).toBe(stack!.python);
      const apart = solve({ wanted: [wanted('tensorflow@2.4'), wanted('torch')], purpose: 'run' }, machine);
      expect(apart.further[0]!.framework!.version).not.toBe(further[0]!.framework!.version);
      expect(newestPythonIn(stack!.python!)).toBe('3.8');
    });

    it('refuses what no Python is for, with the two that exclude each other and what would go', () => {
      const request = { wanted: inFile('tensorflow@1.9', 'torch@2.4', 'cuda'), purpose: 'run' as const };
      const { feasible, conflicts, alternatives } = solve(request, machine);
      expect(feasible).toBe('no');
      expect(conflicts).toHaveLength(1);
      expect(conflicts[0]!.text).toMatch(
        /tensorflow 1\.9\.0.* is for Python .* and torch 2\.4.* is for Python/,
      );
      expect(conflicts[0]!.facts.map(({ text }) => text)).toEqual(
        expect.arrayContaining(['tensorflow 1.9', 'torch 2.4']),
      );
      const premises = premisesOf(request, machine);
      const { premises: names } = smallestConflict(premises);
      expect(names).toEqual(['wanted tensorflow', 'wanted torch']);
      for (const name of names) expect(fits(without(premises, name))).toBe(true);
      expect(alternatives.map(({ change }) => change)).toContain('framework');
      const torch = alternatives.find(({ stack }) => stack.framework?.name === 'torch')!;
      expect(
        solve(
          { wanted: inFile('tensorflow@1.9', `torch@${torch.stack.framework!.version}`), purpose: 'run' },
          machine,
        ).feasible,
      ).toBe('yes');
    });
  });
});
