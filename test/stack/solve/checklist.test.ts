/** What is known to be so of well-known machines. */
import { describe, expect, it } from 'vitest';
import { compareDottedVersions } from '../../../src/compat/dotted-version.ts';
import { solve } from '../../../src/stack/solve/solve.ts';
import type { Solution } from '../../../src/stack/solve/solution.ts';
import { machineWith, wanted } from '../../support/plan-machine.ts';

type Known = Parameters<typeof machineWith>[0];

const plan = (machine: Known, ...words: readonly string[]): Solution =>
  solve({ wanted: words.map(wanted), purpose: 'run' }, machineWith(machine));

const conflictOf = ({ conflicts }: Solution): string => conflicts.map(({ text }) => text).join('\n');

describe('GTX 1660 Ti, driver 440.64, Ubuntu 18.04', () => {
  const laptop: Known = { gpus: ['GTX 1660 Ti'], driver: '440.64', os: ['ubuntu', '18.04', '2.27'] };

  it('runs TensorFlow 1.9 on CUDA 9.0 and cuDNN 7.0 with Python 3.6', () => {
    const { feasible, stack } = plan(laptop, 'tensorflow@1.9');
    expect(feasible).toBe('yes');
    expect(stack).toMatchObject({
      framework: { name: 'tensorflow', version: '1.9.0', package: 'tensorflow-gpu' },
      cuda: '9.0',
      cudnn: '7.0',
      architectures: [{ sm: 'sm_75', fit: 'yes' }],
    });
    expect(plan({ ...laptop, python: '3.6' }, 'tensorflow@1.9').feasible).toBe('yes');
    expect(plan({ ...laptop, python: '3.7' }, 'tensorflow@1.9').feasible).toBe('no');
  });

  it('runs darknet on CUDA 10.0 and cuDNN 7.5, beside TensorFlow too', () => {
    expect(plan(laptop, 'cuda@10.0', 'cudnn@7.5')).toMatchObject({
      feasible: 'yes',
      stack: { cuda: '10.0', cudnn: '7.5', framework: null },
    });
    const darknet = ['cuda@10.0', 'cudnn@7.5'].map((word) => ({ ...wanted(word), recipe: 'darknet' }));
    const both = solve(
      { wanted: [wanted('tensorflow@1.9'), ...darknet], purpose: 'run' },
      machineWith(laptop),
    );
    expect(both).toMatchObject({ feasible: 'yes', stack: { cuda: '9.0' }, further: [{ cuda: '10.0' }] });
    expect(both.stack!.driver).toEqual(both.further[0]!.driver);
  });

  it('cannot run CUDA 11.0, which asks for 450, nor 13, which asks for 580', () => {
    const eleven = plan(laptop, 'cuda@11.0');
    expect(eleven.feasible).toBe('no');
    expect(conflictOf(eleven)).toContain('450.');
    const thirteen = plan(laptop, 'cuda@13');
    expect(thirteen.feasible).toBe('no');
    expect(conflictOf(thirteen)).toContain('580');
  });
});

describe('RTX 3080, driver 535', () => {
  const desktop: Known = { gpus: ['RTX 3080'], driver: '535.183.01' };

  it('cannot run TensorFlow 1.9 or PyTorch 1.4: nothing of CUDA 9 or 10 has code for 8.6', () => {
    for (const word of ['tensorflow@1.9', 'torch@1.4']) {
      const solution = plan(desktop, word);
      expect(solution.feasible).toBe('no');
      expect(conflictOf(solution)).toContain('8.6');
    }
  });

  it('runs TensorFlow 2.4 on CUDA 11.0 and cuDNN 8.0', () => {
    expect(plan(desktop, 'tensorflow@2.4')).toMatchObject({
      feasible: 'yes',
      stack: { cuda: '11.0', cudnn: '8.0' },
    });
  });
});

describe('Pascal and Volta', () => {
  it('run the newest PyTorch through CUDA 12.6 alone', () => {
    const machine: Known = { gpus: ['GTX 1080 Ti'], driver: '580.65.06' };
    expect(plan(machine, 'torch').stack?.framework).toMatchObject({ version: '2.14.1', build: 'cu126' });
    expect(plan(machine, 'torch@2.14+cu130').feasible).toBe('no');
    expect(plan(machine, 'cuda@13').feasible).toBe('no');
    expect(plan(machine, 'cuda').stack?.cuda).toBe('12.9');
  });

  it('have CUDA 12.8 builds of PyTorch 2.8 to 2.10 on a V100', () => {
    const machine: Known = { gpus: ['V100'], driver: '580.65.06' };
    expect(plan(machine, 'torch@2.14').stack?.framework?.build).toBe('cu126');
    for (const version of ['2.8', '2.9', '2.10'])
      expect(plan(machine, `torch@${version}+cu128`).feasible, version).toBe('yes');
    for (const version of ['2.7', '2.11'])
      expect(plan(machine, `torch@${version}+cu128`).feasible).toBe('no');
  });
});

describe('drivers', () => {
  it('H100 under 580 runs CUDA 13', () => {
    expect(plan({ gpus: ['H100'], driver: '580.65.06' }, 'cuda@13')).toMatchObject({
      feasible: 'yes',
      stack: { cuda: '13.0' },
    });
  });

  it('590 no longer drives a GTX 980: 580 is its last', () => {
    const solution = plan({ gpus: ['GTX 980'], driver: '590.44.01' }, 'cuda');
    expect(solution.feasible).toBe('no');
    expect(conflictOf(solution)).toContain('580');
    expect(solution.conflicts[0]!.facts.filter(({ source }) => source === 'this machine')).toHaveLength(2);
    expect(solution.alternatives.find(({ change }) => change === 'driver')?.stack.driver.max).toBe('580');
  });

  it('an RTX 5090 takes CUDA 12.8 or later, driver 570 at least, and the open modules', () => {
    const { stack } = plan({ gpus: ['RTX 5090'], driver: '570.86.10' }, 'cuda');
    expect(stack?.driver).toMatchObject({ min: '570', openModules: true });
    expect(compareDottedVersions(stack!.cuda!, '12.8')).toBeGreaterThanOrEqual(0);
    expect(plan({ gpus: ['RTX 5090'], driver: '565.77' }, 'cuda').feasible).toBe('no');
    expect(plan({ gpus: ['RTX 5090'], driver: '470.256.02' }, 'cuda@10').feasible).toBe('no');
  });

  it('a K80 runs CUDA 11.4 natively, to 11.8 by minor version compatibility, and 12 never', () => {
    const machine: Known = { gpus: ['Tesla K80'], driver: '470.256.02' };
    expect(plan(machine, 'cuda')).toMatchObject({ feasible: 'yes', stack: { cuda: '11.4' } });
    const last = plan(machine, 'cuda@11.8');
    expect(last.feasible).toBe('yes');
    expect(last.remarks.map(({ rule }) => rule)).toContain('minor-version-compatibility');
    const twelve = plan(machine, 'cuda@12');
    expect(twelve.feasible).toBe('no');
    expect(twelve.alternatives.map(({ change }) => change)).not.toContain('driver');
  });
});

describe('to build', () => {
  it('the hardware of the machine is of no account, a GPU that is named is', () => {
    const machine = { gpus: ['GTX 1080 Ti'], driver: '390.157' };
    const build = (word: string, from: string): Solution =>
      solve({ wanted: [wanted(word)], purpose: 'build' }, machineWith(machine, { gpus: from }));
    expect(build('cuda@13', 'this machine').feasible).toBe('yes');
    expect(build('cuda@13', '--assume-gpu GTX 1080 Ti').feasible).toBe('no');
    expect(build('cuda@12', '--assume-gpu GTX 1080 Ti').feasible).toBe('yes');
    expect(build('cuda', '--assume-gpu GTX 1080 Ti').stack?.cuda).toBe('12.9');
  });
});

describe('what is not known', () => {
  it('is neither for nor against anything', () => {
    expect(plan({}, 'torch')).toMatchObject({ feasible: 'yes', stack: { framework: { version: '2.14.1' } } });
    expect(plan({}, 'cuda').stack?.cuda).toBe('13.4');
  });

  it('no GPU at all runs nothing, but what leaves the GPU alone', () => {
    expect(plan({ gpus: [] }, 'cuda').feasible).toBe('no');
    expect(plan({ gpus: [] }, 'torch@2.14+cpu')).toMatchObject({ feasible: 'yes', stack: { cuda: null } });
  });
});
