import { describe, expect, it } from 'vitest';
import { collectFacts } from '../../src/machine/facts/collect.ts';
import { memoized } from '../../src/machine/memo.ts';
import { snapshotMachine } from '../../src/machine/snapshot/snapshot.ts';
import { frameworkPrefix, type FrameworkPrefix } from '../../src/recipe/framework-prefix.ts';
import { loadRecipes } from '../../src/recipe/load.ts';
import { planMachineOf } from '../../src/stack/machine.ts';

const GPUS = {
  'GTX 1660 Ti':
    '01:00.0 VGA compatible controller [0300]: NVIDIA Corporation TU116M [GeForce GTX 1660 Ti Mobile] [10de:2191] (rev a1)',
  'RTX 3080':
    '01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA102 [GeForce RTX 3080] [10de:2206] (rev a1)',
};

async function prefixFor(word: string, gpu: keyof typeof GPUS | null): Promise<FrameworkPrefix> {
  const commands =
    gpu === null ? [] : [{ argv: ['lspci', '-nn'], exit: 0, stdout: `${GPUS[gpu]}\n`, stderr: '' }];
  const machine = snapshotMachine({ format: 'gpu-setup/snapshot@1', commands }, 'a machine');
  const here = planMachineOf(await collectFacts(memoized(machine)), { title: 'this machine' });
  return frameworkPrefix([word], await loadRecipes('/nonexistent'), here);
}

describe('install of a framework', () => {
  it.each(['GTX 1660 Ti', null] as const)(
    'is the CUDA and the cuDNN that it is built for (%s)',
    async (gpu) => {
      expect(await prefixFor('tensorflow@1.9', gpu)).toEqual({
        words: ['cuda@9.0', 'cudnn@7.0'],
        name: 'tensorflow1.9',
        warnings: [],
      });
    },
  );

  it('is done all the same where it cannot run, and that is said', async () => {
    const { words, warnings } = await prefixFor('tensorflow@1.9', 'RTX 3080');
    expect(words).toEqual(['cuda@9.0', 'cudnn@7.0']);
    expect(warnings).toEqual([expect.stringMatching(/^on this machine it cannot run: .*RTX 3080/)]);
  });

  it('is refused where its packages bring their CUDA, with what to type instead', async () => {
    await expect(prefixFor('torch@2.4', 'RTX 3080')).rejects.toMatchObject({
      code: 'brings-its-own-cuda',
      exitCode: 2,
      hints: expect.arrayContaining([expect.stringMatching(/pip install .*torch==2\.4/)]) as string[],
    });
  });
});
