import { beforeAll, describe, expect, it } from 'vitest';
import { loadSources } from '../../src/apt/sources/sources.ts';
import type { Source } from '../../src/apt/types.ts';
import { sameRequest } from '../../src/prefix/plan/lockfile.ts';
import { loadRecipes } from '../../src/recipe/load.ts';
import { requestOf, type RequestOptions, type Requested } from '../../src/recipe/request.ts';
import type { Recipe } from '../../src/recipe/recipe.ts';
import type { RequestContext } from '../../src/recipe/source-groups.ts';
import { sourceOf } from '../support/index.ts';

let recipes: ReadonlyMap<string, Recipe>;
let sources: ReadonlyMap<string, Source>;
beforeAll(async () => {
  recipes = await loadRecipes('/nowhere');
  sources = await loadSources('/nowhere');
});
const ask = (words: string, options: RequestOptions = {}, context: Partial<RequestContext> = {}): Requested =>
  requestOf(words.split(' '), recipes, options, { architecture: 'amd64', sources, ...context });
const onArm64 = (words: string, more: Partial<RequestContext> = {}): Requested =>
  ask(words, {}, { architecture: 'arm64', ...more });

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

  it('of TensorRT beside a CUDA or a recipe has its component, which is insisted on', () => {
    expect(ask('cuda@11.8 trt@8.6').request).toMatchObject({
      name: 'cuda11.8-tensorrt8.6',
      components: ['compiler', 'libraries', 'tensorrt'],
      insisted: ['tensorrt'],
    });
    expect(ask('cuda11 tensorrt@8.6').request).toMatchObject({ name: 'cuda11', insisted: ['tensorrt'] });
  });

  it('leaves out what the recipe asks for, and never what was typed', () => {
    const { specs } = ask('cuda10', { without: 'cudnn' }).request;
    expect(specs.map(({ name }) => name)).toEqual(['cuda']);
    expect(() => ask('cuda11 tensorrt@8.6', { without: 'tensorrt' })).toThrow(
      'tensorrt@8.6 is wanted, and what it belongs to is not (--without tensorrt)',
    );
    expect(() => ask('cuda@11.8 gcc@9', { without: 'host-compiler' })).toThrow(
      'gcc@9 is wanted, and what it belongs to is not (--without host-compiler)',
    );
  });

  it('takes the group of the source that is named, and another name', () => {
    const { request } = ask('cuda11', { source: 'debian-bullseye', name: 'cuda11-2' });
    expect(request).toMatchObject({ name: 'cuda11-2', sources: ['debian-bullseye'] });
  });

  it("takes the configuration's components in place of the recipe's, without insisting on them", () => {
    const components = ['libraries', 'static'] as const;
    const { request } = ask('cuda10', { components, with: 'docs', without: 'static' });
    expect(request.components).toEqual(['libraries', 'docs']);
    expect(request.insisted).toEqual(['docs']);
    expect(ask('cuda@10.0 cudnn@7.6', { components }).request.components).toEqual([
      'libraries',
      'static',
      'cudnn',
    ]);
  });

  it('adds and takes away components; what was named is insisted on', () => {
    const { request } = ask('cuda10', { with: 'static, profiler', without: 'cudnn' });
    expect(request.components).toEqual(['compiler', 'libraries', 'static', 'profiler']);
    expect(request.insisted).toEqual(['static', 'profiler']);
    expect(request.specs.map(({ name }) => name)).toEqual(['cuda']);
  });

  it.each([
    ['cuda1O', {}, 'unknown-recipe', /did you mean cuda10/],
    ['nvcc', {}, 'unknown-recipe', /cuda@VERSION --only nvcc/],
    ['cuda99', {}, 'unknown-recipe', /recipes are cuda9, cuda10/],
    ['cuda10.1', {}, 'unknown-recipe', /cuda@10\.1/],
    ['cuda9 cuda10', {}, 'two-recipes', /one after the other/],
    // By the tables: what each is for, and the newest CUDA that all of them are for.
    ['cudnn@7.5', {}, 'no-cuda', /for CUDA 10\.1, 10\.0, 9\.2, 9\.0: .* cuda@10\.1 cudnn@7\.5$/],
    ['tensorrt@8.6', {}, 'no-cuda', /for CUDA 12\.0, 11\.8, 11\.4: .* cuda@12\.0 tensorrt@8\.6$/],
    ['tensorrt@6 cudnn@7.0', {}, 'no-cuda', /for CUDA 9\.0: .* cuda@9\.0 tensorrt@6 cudnn@7\.0$/],
    ['tensorrt@99', {}, 'no-cuda', /^add one, as in: gpu-setup install cuda@\d+\.\d+ tensorrt@99$/],
    ['gcc@5 nccl@2.99', {}, 'no-cuda', /for CUDA \d.* and \d+ older: .* gcc@5 nccl@2\.99$/],
    ['tensorrt8', {}, 'unknown-recipe', /did you mean tensorrt@8\?/],
    ['cuda@10.9', {}, 'unknown-release', /nearest: cuda@10\.\d/],
    ['cuda@99', {}, 'unknown-release', /known are/],
    ['cuda@99', {}, 'unknown-release', /^newest: cuda@1[3-9]\.\d+; known are/],
    ['cuda@11.8 cuda@11.2', {}, 'spec-twice', /two calls/],
    ['cuda10 cudnn@7.5 cudnn@7.6', {}, 'spec-twice', /two calls/],
    ['cuda@>=11.8,<12', {}, 'bad-spec', /did you mean 'cuda@>=11.8 <12'\?.*a range is quoted/],
    ['cuda@x', {}, 'bad-spec', /numbers between dots/],
    ['cuda10', { with: 'compilr' }, 'unknown-component', /did you mean compiler/],
    ['cuda10', { with: 'static', without: 'static' }, 'bad-components', /./],
    ['cuda10', { only: 'nvcc,cublas', without: 'compiler' }, 'bad-components', /./],
    ['cuda10', { only: 'nvcc,cublas', without: 'libraries' }, 'bad-components', /./],
    ['cuda10', { only: 'cublas', without: 'libraries' }, 'bad-components', /./],
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

  it('of a range takes the sources of the newest release in it; one that no release is in is not there', () => {
    const of = (spec: string): Requested =>
      requestOf([spec], recipes, {}, { architecture: 'amd64', sources });
    expect(of('cuda@>=11.5 <11.9').request).toMatchObject({
      name: 'cuda-from11.5-below11.9',
      sources: ask('cuda@11.8').request.sources,
    });
    expect(of('cuda@>=10 <10.1').request.sources).toEqual(ask('cuda@10.0').request.sources);
    for (const [spec, near] of [
      ['cuda@>=99', /^newest: cuda@1[3-9]\.\d+; known are .*11\.8/],
      ['cuda@>=12.7 <12.8', /^nearest: cuda@12\.8, cuda@12\.6; known are .*11\.8/],
      ['cuda@<7', /^nearest: cuda@8\.0; known are/],
    ] as const) {
      expect(() => of(spec), spec).toThrowError(
        expect.objectContaining({
          code: 'version-not-found',
          exitCode: 1,
          hint: expect.stringMatching(near),
        }),
      );
    }
  });

  it.each([
    [['cuda11', 'cuda@11.2'], '11.2'],
    [['cuda11', 'cuda@>=11.2 <11.5'], '>=11.2 <11.5'],
    // Alone it would be the newest CUDA of all.
    [['cuda11', 'cuda@>=11.2'], '11 >=11.2'],
    [['cuda11', 'cuda'], '11'],
    [['cuda10', 'cuda@10'], '10.0'],
    [['cuda12', 'cuda@11.8 || 12.4'], '12 12.4'],
  ])('of a recipe narrows the recipe’s CUDA by what is asked for besides: %j', (words, version) => {
    const { request } = requestOf(words, recipes, {}, { architecture: 'amd64', sources });
    expect(request.specs.find(({ name }) => name === 'cuda')).toEqual({ name: 'cuda', version });
  });

  it.each([
    [['cuda10', 'cuda@>=11 <12'], /^recipes with it: cuda11; .*install 'cuda@>=11 <12'$/],
    [['cuda9', 'cuda@8'], /^without a recipe: gpu-setup install cuda@8$/],
  ])('of a recipe is none for another CUDA: %j', (words, hint) => {
    expect(() => requestOf(words, recipes, {}, { architecture: 'amd64', sources })).toThrowError(
      expect.objectContaining({ code: 'recipe-conflict', exitCode: 2, hint: expect.stringMatching(hint) }),
    );
  });

  it('can be made from every enabled source that a table takes to have the release', () => {
    expect(ask('cuda@13.4').otherGroups.flat()).toContain('nvidia-cuda-debian13');
    expect(ask('cuda11').otherGroups).toContainEqual(['nvidia-cuda-ubuntu1804', 'nvidia-ml-ubuntu1804']);
    const off = new Map([
      ...sources,
      ['nvidia-cuda-ubuntu2204', sourceOf('nvidia-cuda-ubuntu2204', { enabled: false })],
    ]);
    const { request, otherGroups } = ask('cuda@11.8', {}, { sources: off });
    expect([request.sources, ...otherGroups].flat()).not.toContain('nvidia-cuda-ubuntu2204');
  });

  it.each([
    ['cuda@13', 'nvidia-cuda-debian13'],
    ['cuda@11.8', 'nvidia-cuda-debian11'],
    ['cuda@12.4', 'nvidia-cuda-debian12'],
    ['cuda@12.6', 'nvidia-cuda-ubuntu2404'],
    ['cuda@13.0', 'nvidia-cuda-ubuntu2204'],
    ['cuda@12.4', 'nvidia-cuda-ubuntu2404'],
    ['cuda12', 'nvidia-cuda-debian12'],
  ])('%s is taken from %s where that is named', (words, source) => {
    expect(ask(words, { source })).toMatchObject({ request: { source, sources: [source] }, otherGroups: [] });
    expect(ask('cuda@10.2', { source: 'nvidia-cuda-ubuntu1604' }).request.sources).toEqual([
      'nvidia-cuda-ubuntu1604',
      'nvidia-ml-ubuntu1604',
    ]);
  });

  it('does not go to a source of another architecture', () => {
    expect(() => ask('cuda@13.0', { source: 'nvidia-cuda-ubuntu2404-sbsa' })).toThrowError(
      expect.objectContaining({
        code: 'unknown-source',
        message: expect.stringContaining('arm64, not for amd64'),
      }),
    );
  });

  it('names the nearest of a source that is not there, which ends like any other thing that is not: 1', () => {
    expect(() => ask('cuda10', { source: 'nvidia-cuda-ubuntu1840' })).toThrowError(
      expect.objectContaining({
        code: 'unknown-source',
        exitCode: 1,
        hint: expect.stringMatching(/did you mean nvidia-cuda-ubuntu1804/),
      }),
    );
  });
});

describe('a request for another architecture', () => {
  it('takes the sources that serve it', () => {
    const { request, otherGroups } = onArm64('cuda@11.4 cudnn');
    expect(request).toMatchObject({
      architecture: 'arm64',
      sources: ['nvidia-cuda-ubuntu2004-sbsa', 'nvidia-ml-ubuntu2004-sbsa'],
    });
    for (const id of otherGroups.flat()) expect(sources.get(id)?.architectures).toContain('arm64');
    expect(ask('cuda@11.4').otherGroups.flat().join()).not.toContain('sbsa');
    expect(onArm64('cuda11').request.sources).toEqual(['nvidia-cuda-ubuntu2004-sbsa']);
    expect(ask('cuda11').otherGroups.flat().join()).not.toContain('arm64');
  });

  it.each([['cuda@10.0'], ['cuda10']])(
    'says of %s for which there is a source, and what there is instead',
    (words) => {
      expect(() => onArm64(words)).toThrowError(
        expect.objectContaining({
          code: 'architecture-not-served',
          message: expect.stringMatching(/for arm64, only for amd64$/),
          hint: expect.stringMatching(/^for arm64 there is cuda@13\.4, .*cuda@11\.0$/),
        }),
      );
    },
  );

  it("takes a recipe's sources as far as their files say that they serve it", () => {
    const cuda10 = recipes.get('cuda10')!;
    const install = { ...cuda10.install!, sources: [['one'], ['two'], ['unknown']] };
    const mine = { ...cuda10, name: 'mine', install };
    const own = new Map(
      [sourceOf('one'), sourceOf('two', { architectures: ['amd64', 'arm64'] })].map((one) => [one.id, one]),
    );
    const { request, otherGroups } = requestOf(
      ['mine'],
      new Map([['mine', mine]]),
      {},
      {
        architecture: 'arm64',
        sources: own,
      },
    );
    expect(request.sources).toEqual(['two']);
    expect(otherGroups, 'opening it says that no file describes it').toEqual([['unknown']]);
  });
});

describe('parts of a toolkit (--only)', () => {
  it('take the place of the components, under the names of NVIDIA or of their packages', () => {
    expect(ask('cuda10', { only: 'cuda_nvcc, libcublas' }).request).toMatchObject({
      components: ['compiler', 'libraries'],
      only: ['nvcc', 'cublas'],
      insisted: ['compiler', 'libraries'],
    });
    expect(ask('cuda@10.0 cudnn@7.5', { only: 'cudart' }).request).toMatchObject({
      components: ['libraries', 'cudnn'],
      only: ['cudart', 'cudnn'],
    });
  });

  it('are the same request in any order, and another one than without them', () => {
    const wishes = [{ only: 'cublas,nvcc' }, { only: 'nvcc,cublas' }, {}, { only: 'nvcc' }].map(
      (options) => ask('cuda@10.0', options).request,
    );
    const same = wishes.map((one) => sameRequest(one, wishes[0]!));
    expect(same).toEqual([true, true, false, false]);
  });

  it('can be changed by components: the libraries alone, without what builds with them', () => {
    const { request } = ask('cuda@10.0', { only: 'cublas', with: 'runtime', without: 'libraries' });
    expect(request).toMatchObject({ components: ['runtime'], only: ['cublas'] });
  });

  it.each([
    ['cublass', 'unknown-part', /did you mean cublas\?/],
    ['', 'nothing-left', /parts are nvcc/],
    ['nvcc,\u202egpj', 'unknown-part', /parts are nvcc/],
  ])('%j is refused: %s', (only, code, hint) => {
    expect(() => ask('cuda@10.0', { only })).toThrow(
      expect.objectContaining({ code, exitCode: 2, hints: [expect.stringMatching(hint)] }),
    );
  });

  it('as a component get the option that takes them', () => {
    expect(() => ask('cuda@10.0', { with: 'cublas' })).toThrow(
      expect.objectContaining({
        code: 'unknown-component',
        hints: [expect.stringContaining('--only cublas')],
      }),
    );
  });
});
