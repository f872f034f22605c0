import { describe, expect, it } from 'vitest';
import { needsOf } from '../../src/recipe/needs.ts';

const ask = (...words: string[]) => needsOf(words, { config: '/nowhere', cwd: '/nowhere' });

describe('what doctor --for asks about', () => {
  it.each([
    ['cuda10', { prefix: 'cuda10', cuda: '10.0', cudnn: '7.5', compiler: true }],
    ['cuda@10.0', { prefix: 'cuda10.0', cuda: '10.0', cudnn: null, compiler: true }],
    ['cuda@>=11.5 <12', { prefix: 'cuda-from11.5-below12', cuda: '>=11.5 <12', cudnn: null, compiler: true }],
  ])('%s', async (word, needs) => {
    expect(await ask(word)).toEqual({ recipe: word, install: [word], builds: [], ...needs });
  });

  it.each([
    // What it loads, and what brings it; nothing is compiled.
    ['tensorflow-1.9', { install: ['cuda9'], prefix: 'cuda9', cuda: '9.0', cudnn: null, compiler: false }],
    ['darknet', { install: null, prefix: null, cuda: null, cudnn: null, compiler: true }],
    ['yolov4-nano', { install: null, prefix: null, cuda: null, cudnn: null, compiler: false }],
  ])('%s, which is not installed itself', async (word, needs) => {
    expect(await ask(word)).toEqual({ recipe: word, builds: [], ...needs });
  });

  it('is one prefix where several specs are named, in one word or in several', async () => {
    const needs = {
      recipe: 'cuda@10.0 cudnn@7.6',
      install: ['cuda@10.0', 'cudnn@7.6'],
      prefix: 'cuda10.0-cudnn7.6',
      cuda: '10.0',
      cudnn: '7.6',
    };
    expect(await ask('cuda@10.0 cudnn@7.6')).toMatchObject(needs);
    expect(await ask('cuda@10.0', 'cudnn@7.6')).toMatchObject(needs);
  });

  it('is a framework: its builds, of which the machine decides', async () => {
    const { builds, install } = await ask('tensorflow@1.9');
    expect(builds.map(({ cuda, cudnn }) => [cuda, cudnn])).toEqual([['9.0', '7.0']]);
    expect(install).toEqual(['tensorflow@1.9']);
    expect((await ask('torch')).builds.length).toBeGreaterThan(20);
    const tagged = (await ask('torch@2.4+cu121')).builds;
    expect(new Set(tagged.map(({ build }) => build))).toEqual(new Set(['cu121']));
  });

  it('is TensorRT alone, of which the machine decides the CUDA, or beside one that is named', async () => {
    const { install, builds } = await ask('tensorrt@8.6.1');
    expect(install).toEqual(['tensorrt@8.6.1']);
    expect(builds.map(({ cuda }) => cuda)).toEqual(['12.0', '11.8', '11.4']);
    expect(await ask('cuda@11.8', 'tensorrt@8.6')).toMatchObject({
      install: ['cuda@11.8', 'tensorrt@8.6'],
      prefix: 'cuda11.8-tensorrt8.6',
      cuda: '11.8',
      builds: [],
    });
  });

  it('is a recipe, a spec, a framework, or a usage error', async () => {
    await expect(ask('cuda99')).rejects.toMatchObject({ code: 'unknown-recipe', exitCode: 2 });
    await expect(ask('./none')).rejects.toMatchObject({ code: 'unknown-recipe', exitCode: 2 });
    await expect(ask('tensorflow@99')).rejects.toMatchObject({ exitCode: 2 });
    await expect(ask('tensorflow@1.9', 'cuda@10.0')).rejects.toMatchObject({
      code: 'bad-spec',
      hint: expect.stringContaining('gpu-setup plan tensorflow@1.9 cuda@10.0') as string,
    });
  });
});
