import { beforeAll, describe, expect, it } from 'vitest';
import { loadRecipes } from '../../src/recipe/load.ts';
import { requestOf, type RequestOptions, type Requested } from '../../src/recipe/request.ts';
import type { Recipe } from '../../src/recipe/recipe.ts';

let recipes: ReadonlyMap<string, Recipe>;
beforeAll(async () => {
  recipes = await loadRecipes('/nowhere');
});
const ask = (words: string, options: Partial<RequestOptions> = {}): Requested =>
  requestOf(words.split(' '), recipes, { architecture: 'amd64', ...options });

describe('a request', () => {
  it('of a recipe has its specs, components and first sources', () => {
    expect(ask('cuda10')).toMatchObject({
      request: {
        name: 'cuda10',
        recipe: 'cuda10',
        components: ['compiler', 'libraries', 'cudnn'],
        sources: ['nvidia-cuda-ubuntu1804', 'nvidia-ml-ubuntu1804'],
      },
      otherGroups: [['nvidia-cuda-ubuntu1604', 'nvidia-ml-ubuntu1604']],
    });
  });

  it('of specs is named after them and takes the sources that serve the newest release meant', () => {
    const { request } = ask('cuda@10.0 cudnn@7.6');
    expect(request).toMatchObject({
      name: 'cuda10.0-cudnn7.6',
      recipe: null,
      components: ['compiler', 'libraries', 'cudnn'],
      insisted: ['cudnn'],
      sources: ['nvidia-cuda-ubuntu1804', 'nvidia-ml-ubuntu1804'],
    });
    expect(ask('cuda@9.0').request.sources).toEqual(['nvidia-cuda-ubuntu1604', 'nvidia-ml-ubuntu1604']);
    expect(ask('cuda@11.8').otherGroups.flat()).toContain('debian-bookworm');
  });

  it('of a recipe with a spec of its own takes that in place of the recipe’s', () => {
    const { request } = ask('cuda10 cudnn@7.6');
    expect(request.specs).toContainEqual({ name: 'cudnn', version: '7.6' });
    expect(request.specs).toHaveLength(2);
    expect(request.insisted).toEqual(['cudnn']);
  });

  it('takes the group of the source that is named, and another name', () => {
    const { request } = ask('cuda11', { source: 'debian-bullseye', name: 'cuda11-2' });
    expect(request).toMatchObject({ name: 'cuda11-2', sources: ['debian-bullseye'] });
  });

  it('adds and takes away components; what was named is insisted on', () => {
    const { request } = ask('cuda10', { with: 'static, profiler', without: 'cudnn' });
    expect(request.components).toEqual(['compiler', 'libraries', 'static', 'profiler']);
    expect(request.insisted).toEqual(['static', 'profiler']);
    expect(request.specs.map(({ name }) => name)).toEqual(['cuda']);
  });

  it.each([
    ['cuda1O', {}, 'unknown-recipe', /did you mean cuda10/],
    ['cuda99', {}, 'unknown-recipe', /recipes are cuda9, cuda10/],
    ['cuda10.1', {}, 'unknown-recipe', /cuda@10\.1/],
    ['cuda9 cuda10', {}, 'two-recipes', /one after the other/],
    ['cudnn@7.5', {}, 'no-cuda', /cuda@10.0 cudnn@7.5/],
    ['cuda@10.9', {}, 'unknown-release', /nearest: cuda@10\.\d/],
    ['cuda@99', {}, 'unknown-release', /known are/],
    ['cuda@x', {}, 'bad-spec', /numbers between dots/],
    ['cuda10', { source: 'nvidia-cuda-ubuntu1840' }, 'unknown-source', /did you mean nvidia-cuda-ubuntu1804/],
    ['cuda10', { with: 'compilr' }, 'unknown-component', /did you mean compiler/],
    ['cuda10', { with: 'static', without: 'static' }, 'bad-components', /./],
    ['cuda10', { without: 'compiler,libraries,cudnn' }, 'nothing-left', /./],
    ['cuda10', { name: '../x' }, 'bad-name', /letters/],
    ['cuda10', { name: 'current' }, 'bad-name', /current/],
    ['cuda10', { name: '.hidden' }, 'bad-name', /./],
    ['cuda10', { name: 'a\u001b[2J' }, 'bad-name', /./],
  ])('%s %j is a usage error that says what to do', (words, options, code, hint) => {
    expect(() => ask(words, options)).toThrowError(
      expect.objectContaining({ code, exitCode: 2, hint: expect.stringMatching(hint) }),
    );
  });
});
