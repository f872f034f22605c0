import { describe, expect, it } from 'vitest';
import { needsOf } from '../../src/recipe/needs.ts';

const ask = (word: string) => needsOf(word, { config: '/nowhere', cwd: '/nowhere' });

describe('what doctor --for asks about', () => {
  it.each([
    ['cuda10', { install: 'cuda10', cuda: '10.0', cudnn: '7.5', compiler: true }],
    ['cuda@10.0', { install: 'cuda@10.0', cuda: '10.0', cudnn: null, compiler: true }],
    ['cuda@>=11.5 <12', { install: 'cuda@>=11.5 <12', cuda: '>=11.5 <12', cudnn: null, compiler: true }],
    // What it loads, and what brings it; nothing is compiled.
    ['tensorflow-1.9', { install: 'cuda9', cuda: '9.0', cudnn: null, compiler: false }],
    ['darknet', { install: null, cuda: null, cudnn: null, compiler: true }],
    ['yolov4-nano', { install: null, cuda: null, cudnn: null, compiler: false }],
  ])('%s', async (word, needs) => {
    expect(await ask(word)).toEqual({ recipe: word, ...needs });
  });

  it('is a recipe, a spec, or a usage error', async () => {
    await expect(ask('cuda99')).rejects.toMatchObject({ code: 'unknown-recipe', exitCode: 2 });
    await expect(ask('./none')).rejects.toMatchObject({ code: 'unknown-recipe', exitCode: 2 });
  });
});
