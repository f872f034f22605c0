/** From what the user typed (a recipe, specs, options) to the request for one prefix. */
import { GpuSetupError, usageError } from '../base/errors.ts';
import { nearest } from '../base/suggest.ts';
import { cudasFor } from '../compat/cudas-for.ts';
import { knownCudas, releasesFor } from '../compat/releases.ts';
import type { SourceGroup } from '../compat/source-group.ts';
import { nameOfSpecs } from '../compat/spec-name.ts';
import { isPlainVersion, meantByBoth } from '../compat/version-range.ts';
import { nearestVersions } from '../prefix/plan/choose-release.ts';
import { cudasText } from '../prefix/plan/made-for.ts';
import {
  COMPONENT_OF_SPEC,
  formatSpec,
  hintOfPart,
  isSpecName,
  parseSpec,
  refuseTwice,
  shellWord,
} from '../prefix/plan/spec.ts';
import { COMPONENTS } from '../prefix/layout/component.ts';
import type { Component } from '../prefix/layout/component.ts';
import { withImplied } from '../prefix/layout/layout.ts';
import { componentsOfParts, inTableOrder, PART_NAMES, partNamed } from '../prefix/layout/parts.ts';
import { DEFAULT_COMPONENTS, isPrefixName, type PrefixRequest, type Spec } from '../prefix/plan/request.ts';
import { can, lacks, namesAble, nearestRecipes } from './find-recipe.ts';
import type { Able, Recipe } from './recipe.ts';
import { groupsOfSource, groupsServing, type RequestContext } from './source-groups.ts';

/** What the user changes about the components, as typed: `libraries,compiler`. */
export interface ComponentOptions {
  with?: string | undefined;
  without?: string | undefined;
  /** Parts of the toolkit in the place of components: `nvcc,cudart,cublas`. */
  only?: string | undefined;
  /** In place of the recipe's, from the configuration. */
  components?: readonly Component[] | undefined;
}

export interface RequestOptions extends ComponentOptions {
  /** Name of the prefix; else the recipe's, or one made of the specs. */
  name?: string | undefined;
  /** Source id: only groups that it is part of. */
  source?: string | undefined;
}

export interface Requested {
  request: PrefixRequest;
  recipe: Able<'install'> | null;
  /** Groups of sources that are asked where the request's own lack a part of it, most preferred first. */
  otherGroups: readonly SourceGroup[];
}

/** What was asked for, whatever it can come from. */
export interface Selection {
  recipe: Able<'install'> | null;
  specs: readonly Spec[];
  components: readonly Component[];
  /** Of the toolkit only these parts; absent: all of the components. */
  only?: readonly string[];
  /** Components that the user named: they are not left out where a source lacks them. */
  insisted: readonly Component[];
  /** Those that the recipe adds where this host has nothing in their place. */
  whereNeeded: readonly Component[];
}

/**
 * @param words recipes and specs: `cuda10`, `cuda@10.0 cudnn@7.6`, or a recipe with specs that take the place of its own
 * @throws GpuSetupError what `selectionOf` throws; `unknown-source`, `architecture-not-served`; exit code 2: `bad-name`
 */
export function requestOf(
  words: readonly string[],
  recipes: ReadonlyMap<string, Recipe>,
  options: RequestOptions,
  context: RequestContext,
): Requested {
  const { recipe, specs, components, only, insisted, whereNeeded } = selectionOf(words, recipes, options);
  const serving = groupsServing(recipe, specs, context);
  const groups = options.source === undefined ? serving : groupsOfSource(options.source, serving, context);
  return {
    request: {
      name: checkName(options.name ?? nameOfSelection({ recipe, specs })),
      recipe: recipe?.name ?? null,
      specs,
      components,
      ...(only === undefined ? {} : { only }),
      ...(insisted.length === 0 ? {} : { insisted }),
      ...(whereNeeded.length === 0 ? {} : { whereNeeded }),
      sources: groups[0]!,
      ...(options.source === undefined ? {} : { source: options.source }),
      architecture: context.architecture,
    },
    recipe,
    otherGroups: groups.slice(1),
  };
}

/**
 * @throws GpuSetupError (exit code 2) `unknown-recipe`, `not-installable`, `two-recipes`, `recipe-conflict`, `bad-spec`, `unknown-spec`, `no-cuda`,
 *   `unknown-release`, `unknown-component`, `unknown-part`, `bad-components`, `nothing-left`
 */
export function selectionOf(
  words: readonly string[],
  recipes: ReadonlyMap<string, Recipe>,
  options: ComponentOptions = {},
): Selection {
  const { recipe, specs, typed } = readWords(words, recipes);
  const { components, ...others } = componentsOf(recipe, typed, options);
  const kept = specs.filter(
    ({ name }) => COMPONENT_OF_SPEC[name] === undefined || components.includes(COMPONENT_OF_SPEC[name]),
  );
  return { recipe, specs: kept, components, ...others };
}

function readWords(
  words: readonly string[],
  recipes: ReadonlyMap<string, Recipe>,
): { recipe: Able<'install'> | null; specs: readonly Spec[]; typed: readonly Spec[] } {
  let recipe: Able<'install'> | null = null;
  const typed: Spec[] = [];
  for (const word of words) {
    const found = recipes.get(word);
    if (found !== undefined) {
      if (!can(found, 'install')) throw lacks(found, 'install', recipes);
      if (recipe !== null && recipe !== found) {
        throw usageError('two-recipes', `${recipe.name} and ${found.name} are two prefixes`, {
          hint: `install them one after the other: gpu-setup install ${recipe.name}, then gpu-setup install ${found.name}`,
        });
      }
      recipe = found;
    } else if (word.includes('@') || isSpecName(word)) typed.push(parseSpec(word));
    else throw notInstalled(word, recipes);
  }
  refuseTwice(typed);
  // What was typed takes the place of what the recipe asks for.
  const own = typed.map((spec) => (recipe === null ? spec : withinRecipe(spec, recipe, recipes)));
  const specs = new Map([...(recipe?.install.specs ?? []), ...own].map((spec) => [spec.name, spec]));
  const cuda = specs.get('cuda');
  if (cuda === undefined) throw noCuda([...specs.values()]);
  if (cuda.version !== null && releasesFor(cuda.version).length === 0) throw unknownRelease(cuda.version);
  return { recipe, specs: [...specs.values()], typed };
}

/** Most libraries fit several: which of them is meant only the user can say. */
function noCuda(specs: readonly Spec[]): Error {
  const words = specs.map(shellWord).join(' ');
  const fitting = specs.map(cudasFor).filter((cudas) => cudas.length > 0);
  const all = (fitting[0] ?? []).filter((cuda) => fitting.every((cudas) => cudas.includes(cuda)));
  const example = `gpu-setup install ${shellWord({ name: 'cuda', version: all[0] ?? knownCudas()[0]! })} ${words}`;
  return usageError(
    'no-cuda',
    `${specs.map(formatSpec).join(' ')}: a prefix is made around a CUDA toolkit, and none is named`,
    {
      hint:
        all.length === 0
          ? `add one, as in: ${example}`
          : `it is for ${cudasText(all)}: add one, as in ${example}`,
      details: { specs: specs.map(formatSpec), cuda: all },
    },
  );
}

/**
 * A recipe is made for its CUDA: what is asked for besides narrows it ("cuda11 cuda@>=11.5" is no CUDA 13), and never
 * means another. Its libraries may be others.
 */
function withinRecipe(spec: Spec, recipe: Able<'install'>, recipes: ReadonlyMap<string, Recipe>): Spec {
  const own = spec.name === 'cuda' ? recipe.install.specs.find(({ name }) => name === 'cuda') : undefined;
  if (own?.version == null) return spec;
  if (spec.version === null) return own;
  const version = meantByBoth(own.version, spec.version);
  if (version !== null) return { name: 'cuda', version };
  const wanted = spec.version;
  const others = namesAble('install', recipes).filter((name) => {
    const other = recipes.get(name);
    const cuda = other?.install?.specs.find((one) => one.name === 'cuda')?.version;
    return cuda != null && meantByBoth(cuda, wanted) !== null;
  });
  throw usageError(
    'recipe-conflict',
    `${recipe.name} is made for ${formatSpec(own)}, not for ${formatSpec(spec)}`,
    {
      hint:
        (others.length === 0 ? '' : `recipes with it: ${others.join(', ')}; `) +
        `without a recipe: gpu-setup install ${shellWord(spec)}`,
      details: { recipe: recipe.name, spec: formatSpec(spec), recipes: others },
    },
  );
}

function componentsOf(
  recipe: Able<'install'> | null,
  typed: readonly Spec[],
  options: ComponentOptions,
): Pick<Selection, 'components' | 'only' | 'insisted' | 'whereNeeded'> {
  const added = readComponents(options.with);
  const removed = readComponents(options.without);
  const both = added.find((component) => removed.includes(component));
  if (both !== undefined) {
    throw usageError('bad-components', `${both} is both wanted (--with) and not wanted (--without)`, {
      hint: 'name it in one of the two',
    });
  }
  const named = typed.flatMap((spec) => {
    const component = COMPONENT_OF_SPEC[spec.name];
    if (component === undefined) return [];
    if (removed.includes(component)) throw takenAway(formatSpec(spec), component);
    return component;
  });
  const parts = options.only === undefined ? null : readParts(options.only);
  const usual =
    parts === null
      ? (options.components ?? recipe?.install.components ?? DEFAULT_COMPONENTS)
      : componentsOfParts(parts);
  const wanted = new Set([...usual, ...named, ...added]);
  const components = COMPONENTS.filter((one) => wanted.has(one) && !removed.includes(one));
  refuseTakenAway(parts ?? [], components);
  if (components.length === 0) {
    throw usageError('nothing-left', 'no component is left to install', {
      hint: 'name fewer with --without',
    });
  }
  const insists = new Set<Component>([...added, ...named, ...(parts === null ? [] : components)]);
  // Only what compiles needs a compiler.
  const whereNeeded = (components.includes('compiler') ? (recipe?.install.whereNeeded ?? []) : []).filter(
    (one) => !components.includes(one) && !removed.includes(one),
  );
  return {
    components,
    // What a library loads is a part of the toolkit too.
    ...(parts === null ? {} : { only: inTableOrder([...parts, ...components]) }),
    insisted: components.filter((one) => insists.has(one)),
    whereNeeded,
  };
}

/**
 * nvcc without the compiler is none: what is named by both is not left out silently. A library without its headers is one,
 * where what is for running stays.
 */
function refuseTakenAway(parts: readonly string[], components: readonly Component[]): void {
  for (const part of parts) {
    const own = withImplied(componentsOfParts([part]));
    if (own.some((one) => components.includes(one))) continue;
    throw takenAway(`${part} (--only)`, own[0]!);
  }
}

function takenAway(what: string, component: Component): Error {
  return usageError(
    'bad-components',
    `${what} is wanted, and what it belongs to is not (--without ${component})`,
    { hint: 'name it in one of the two' },
  );
}

/** @throws GpuSetupError `unknown-part`, `nothing-left` (exit code 2) */
function readParts(list: string): readonly string[] {
  const words = wordsIn(list);
  if (words.length === 0) throw usageError('nothing-left', '--only names no part', { hint: PARTS_HINT });
  return inTableOrder(
    words.map((word) => {
      const found = partNamed(word);
      if (found !== null) return found;
      const near = nearest(word, PART_NAMES, 1)[0];
      throw usageError('unknown-part', `"${word.slice(0, 80)}" is no part of a toolkit`, {
        hint: near === undefined ? PARTS_HINT : `did you mean ${near}? ${PARTS_HINT}`,
        details: { part: word, nearest: near ?? null, parts: PART_NAMES },
      });
    }),
  );
}

const PARTS_HINT = `parts are ${PART_NAMES.join(', ')}`;

const wordsIn = (list: string): string[] =>
  list
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

function readComponents(list: string | undefined): readonly Component[] {
  if (list === undefined) return [];
  return wordsIn(list).map((word) => {
    const found = COMPONENTS.find((one) => one === word.toLowerCase());
    if (found !== undefined) return found;
    const near = nearest(word, COMPONENTS, 1)[0];
    const part = partNamed(word);
    throw usageError('unknown-component', `"${word}" is no component`, {
      hint:
        part !== null
          ? `it is a part of the toolkit: --only ${part}`
          : near === undefined
            ? `components are ${COMPONENTS.join(', ')}`
            : `did you mean ${near}?`,
    });
  });
}

/** Of the prefix: the recipe's, else cuda@10.0 cudnn@7.6 -> cuda10.0-cudnn7.6 */
export function nameOfSelection({ recipe, specs }: Pick<Selection, 'recipe' | 'specs'>): string {
  return recipe?.name ?? nameOfSpecs(specs);
}

/** Names are folders, arguments and parts of other names. */
export function checkName(name: string): string {
  if (isPrefixName(name)) return name;
  throw usageError('bad-name', `"${name.slice(0, 80)}" cannot be the name of a prefix`, {
    hint:
      name === 'current'
        ? 'current is kept for gpu-setup itself: choose another name'
        : 'up to 64 letters, digits and "._+-", beginning with a letter or digit',
  });
}

/** What looks like a version may have been meant as a spec: cuda10.1, cudnn-7. */
function notInstalled(word: string, recipes: ReadonlyMap<string, Recipe>): Error {
  const asSpec = /^([a-z]+)-?(\d+(?:\.\d+)*)$/.exec(word.toLowerCase());
  const meant = [
    ...nearestRecipes(word, 'install', recipes),
    ...(asSpec === null || !isSpecName(asSpec[1]!)
      ? []
      : [formatSpec({ name: asSpec[1]!, version: asSpec[2]! })]),
  ];
  const names = namesAble('install', recipes);
  return usageError('unknown-recipe', `there is no recipe "${word.slice(0, 80)}"`, {
    hint:
      hintOfPart(word) ??
      (meant.length === 0 ? '' : `did you mean ${meant.join(' or ')}? `) +
        `recipes are ${names.join(', ')}; a version is asked for as in cuda@10.0`,
    details: { recipe: word, nearest: meant, recipes: names },
  });
}

/** A version that never was is a slip of the pen (exit code 2), a range without a release a thing that is not there. */
export function unknownRelease(version: string): GpuSetupError {
  const known = knownCudas();
  const near = nearestVersions(version, known);
  const options = {
    hint: `${near.text}; known are ${known.join(', ')}`,
    details: { version, nearest: near.versions, known },
  };
  return isPlainVersion(version)
    ? usageError('unknown-release', `there is no CUDA ${version} that gpu-setup knows`, options)
    : new GpuSetupError('version-not-found', `no CUDA that gpu-setup knows is in "${version}"`, options);
}
