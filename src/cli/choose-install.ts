/** What a bare `install` is answered with: on a terminal a choice of recipe and components, else the list of recipes. */
import { usageError } from '../base/errors.ts';
import type { Component } from '../prefix/layout/component.ts';
import { can, namesAble } from '../recipe/find-recipe.ts';
import { loadRecipes } from '../recipe/load.ts';
import type { Able, Recipe } from '../recipe/recipe.ts';
import { chooseOne, chooseSome } from './choose.ts';
import type { Context } from './command.ts';

/** Those that a person may want, in the order in which they are offered; some releases lack some of them. */
export const OFFERED_COMPONENTS: Readonly<Partial<Record<Component, string>>> = {
  compiler: 'nvcc and what it runs',
  libraries: 'shared libraries, headers and link names',
  runtime: 'shared libraries alone',
  static: 'static libraries',
  cudnn: 'cuDNN',
  nccl: 'NCCL',
  tensorrt: 'TensorRT',
  profiler: 'profilers',
  debugger: 'cuda-gdb and its like',
  docs: 'documentation',
  'host-compiler': 'a gcc that nvcc takes, with its C library',
  compat: 'newer user-mode driver libraries for older drivers',
};

/** As they would have been typed. */
export interface ChosenInstall {
  words: readonly string[];
  with?: string;
  without?: string;
}

/**
 * @param choosesComponents false where the call names components itself
 * @throws GpuSetupError `missing-argument` (exit code 2) where nobody can be asked; `not-answered`; `interrupted`
 */
export async function chooseInstall(
  context: Pick<Context, 'folders' | 'mayAsk' | 'signal' | 'configuration'>,
  choosesComponents: boolean,
): Promise<ChosenInstall> {
  const recipes = await loadRecipes(context.folders().config);
  const able = [...recipes.values()].filter((recipe): recipe is Able<'install'> => can(recipe, 'install'));
  if (!context.mayAsk) throw nothingNamed(recipes);
  const width = Math.max(...able.map(({ name }) => name.length));
  const recipe = await chooseOne(
    'What is to be installed?',
    able.map((one) => ({ name: `${one.name.padEnd(width)}  ${one.title}`, short: one.name, value: one })),
    context.signal,
  );
  if (!choosesComponents) return { words: [recipe.name] };
  const usual = context.configuration.settings.components ?? recipe.install.components;
  const components = await chooseSome(
    'Which components?',
    (Object.entries(OFFERED_COMPONENTS) as [Component, string][]).map(([name, what]) => ({
      name: `${name.padEnd(9)}  ${what}`,
      short: name,
      value: name,
      checked: usual.includes(name),
    })),
    context.signal,
  );
  const added = components.filter((one) => !usual.includes(one));
  const removed = usual.filter((one) => OFFERED_COMPONENTS[one] !== undefined && !components.includes(one));
  return {
    words: [recipe.name],
    ...(added.length === 0 ? {} : { with: added.join(',') }),
    ...(removed.length === 0 ? {} : { without: removed.join(',') }),
  };
}

function nothingNamed(recipes: ReadonlyMap<string, Recipe>): Error {
  const names = namesAble('install', recipes);
  return usageError('missing-argument', '"gpu-setup install" needs a recipe or specs: nothing was named', {
    hint: `recipes are ${names.join(', ')} (gpu-setup recipes says what each holds); specs are written as in cuda@10.0 cudnn@7.6`,
    details: { recipes: names },
  });
}
