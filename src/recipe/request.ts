/** From what the user typed (a recipe, specs, options) to the request for one prefix. */
import type { Source } from '../apt/types.ts';
import { PACKAGE_ARCHITECTURES, type PackageArchitecture } from '../base/architecture.ts';
import { GpuSetupError, usageError } from '../base/errors.ts';
import { nearest } from '../base/suggest.ts';
import { groupsFor, releasesFor, RELEASES } from '../compat/releases.ts';
import { parseSpec, formatSpec, SPEC_NAMES } from '../prefix/plan/spec.ts';
import { COMPONENTS } from '../prefix/layout/component.ts';
import type { Component } from '../prefix/layout/component.ts';
import type { PrefixRequest, Spec } from '../prefix/plan/request.ts';
import { can, lacks, namesAble, nearestRecipes } from './find-recipe.ts';
import type { Able, Recipe } from './recipe.ts';

/** What the user changes about the components, as typed: `libraries,compiler`. */
export interface ComponentOptions {
  with?: string | undefined;
  without?: string | undefined;
  /** In place of the recipe's, from the configuration. */
  components?: readonly Component[] | undefined;
}

export interface RequestOptions extends ComponentOptions {
  /** Name of the prefix; else the recipe's, or one made of the specs. */
  name?: string | undefined;
  /** Source id: takes the first group that holds it. */
  source?: string | undefined;
}

/** What a request is made for, and from. */
export interface RequestContext {
  architecture: PackageArchitecture;
  /** By id: which architectures each serves. */
  sources: ReadonlyMap<string, Source>;
}

export interface Requested {
  request: PrefixRequest;
  recipe: Able<'install'> | null;
  /** Other groups of sources that could serve the same request, most preferred first. */
  otherGroups: readonly (readonly string[])[];
}

/** Components where no recipe says otherwise. */
const DEFAULT_COMPONENTS: readonly Component[] = ['compiler', 'libraries'];

/** Specs that name a component of their own. */
const OWN_COMPONENT: Readonly<Record<string, Component>> = { cudnn: 'cudnn', nccl: 'nccl' };

/** What was asked for, whatever it can come from. */
export interface Selection {
  recipe: Able<'install'> | null;
  specs: readonly Spec[];
  components: readonly Component[];
  /** Components that the user named: they are not left out where a source lacks them. */
  insisted: readonly Component[];
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
  const { recipe, specs, components, insisted } = selectionOf(words, recipes, options);
  const groups = groupsServing(recipe, specs, context);
  const group = options.source === undefined ? groups[0]! : groupOf(options.source, groups);
  return {
    request: {
      name: checkName(options.name ?? recipe?.name ?? nameOf(specs)),
      recipe: recipe?.name ?? null,
      specs,
      components,
      ...(insisted.length === 0 ? {} : { insisted }),
      sources: group,
      architecture: context.architecture,
    },
    recipe,
    otherGroups: groups.filter((one) => one !== group),
  };
}

/**
 * @throws GpuSetupError (exit code 2) `unknown-recipe`, `not-installable`, `two-recipes`, `bad-spec`, `unknown-spec`, `no-cuda`,
 *   `unknown-release`, `unknown-component`, `bad-components`, `nothing-left`
 */
export function selectionOf(
  words: readonly string[],
  recipes: ReadonlyMap<string, Recipe>,
  options: ComponentOptions = {},
): Selection {
  const { recipe, specs, typed } = readWords(words, recipes);
  const { components, insisted } = componentsOf(recipe, typed, options);
  const kept = specs.filter(
    ({ name }) => OWN_COMPONENT[name] === undefined || components.includes(OWN_COMPONENT[name]),
  );
  return { recipe, specs: kept, components, insisted };
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
    } else if (word.includes('@') || (SPEC_NAMES as readonly string[]).includes(word))
      typed.push(parseSpec(word));
    else throw notInstalled(word, recipes);
  }
  // Of two specs of one thing the later one counts, as with options.
  const specs = new Map([...(recipe?.install.specs ?? []), ...typed].map((spec) => [spec.name, spec]));
  const cuda = specs.get('cuda');
  if (cuda === undefined) {
    throw usageError(
      'no-cuda',
      `${words.join(' ')}: a prefix is made around a CUDA toolkit, and none is named`,
      {
        hint: `add one, as in: gpu-setup install cuda@10.0 ${words.join(' ')}`.trimEnd(),
      },
    );
  }
  if (cuda.version !== null && releasesFor(cuda.version).length === 0) throw unknownRelease(cuda.version);
  return { recipe, specs: [...specs.values()], typed };
}

/**
 * The recipe's groups, or those of the releases that the spec may mean, as far as they serve the architecture. A source
 * that no file describes is left in: opening it says what is missing.
 */
function groupsServing(
  recipe: Able<'install'> | null,
  specs: readonly Spec[],
  { architecture, sources }: RequestContext,
): readonly (readonly string[])[] {
  const version = specs.find(({ name }) => name === 'cuda')?.version ?? null;
  const serving = (one: PackageArchitecture): readonly (readonly string[])[] =>
    (recipe?.install.sources ?? groupsFor(version, one)).filter((group) =>
      group.every((id) => sources.get(id)?.architectures.includes(one) ?? true),
    );
  const groups = serving(architecture);
  if (groups.length > 0) return groups;
  const what = recipe?.name ?? `CUDA ${version ?? ''}`.trimEnd();
  throw notServed(
    what,
    architecture,
    PACKAGE_ARCHITECTURES.filter((one) => serving(one).length > 0),
  );
}

function notServed(
  what: string,
  architecture: PackageArchitecture,
  servedFor: readonly PackageArchitecture[],
): GpuSetupError {
  const releases = RELEASES.filter(({ groups }) => (groups[architecture] ?? []).length > 0);
  const available = [...new Set(releases.map(({ cuda }) => cuda))];
  return new GpuSetupError(
    'architecture-not-served',
    `gpu-setup knows no source of ${what} for ${architecture}` +
      (servedFor.length === 0 ? '' : `, only for ${servedFor.join(' and ')}`),
    {
      hint: `for ${architecture} there is ${available.map((cuda) => formatSpec({ name: 'cuda', version: cuda })).join(', ')}`,
      details: { architecture, servedFor, available },
    },
  );
}

function groupOf(source: string, groups: readonly (readonly string[])[]): readonly string[] {
  const found = groups.find((group) => group.includes(source));
  if (found !== undefined) return found;
  const ids = [...new Set(groups.flat())];
  const near = nearest(source, ids, 1)[0];
  throw new GpuSetupError('unknown-source', `${source} is no source of this`, {
    hint: `${near === undefined ? '' : `did you mean ${near}? `}it can come from ${ids.join(', ')}`,
    details: { source, sources: ids },
  });
}

function componentsOf(
  recipe: Able<'install'> | null,
  typed: readonly Spec[],
  options: ComponentOptions,
): { components: readonly Component[]; insisted: readonly Component[] } {
  const added = readComponents(options.with);
  const removed = readComponents(options.without);
  const both = added.find((component) => removed.includes(component));
  if (both !== undefined) {
    throw usageError('bad-components', `${both} is both wanted (--with) and not wanted (--without)`, {
      hint: 'name it in one of the two',
    });
  }
  const named = typed.flatMap(({ name }) => OWN_COMPONENT[name] ?? []);
  const wanted = new Set([
    ...(options.components ?? recipe?.install.components ?? DEFAULT_COMPONENTS),
    ...named,
    ...added,
  ]);
  const components = COMPONENTS.filter((one) => wanted.has(one) && !removed.includes(one));
  if (components.length === 0) {
    throw usageError('nothing-left', 'no component is left to install', {
      hint: 'name fewer with --without',
    });
  }
  const insists = new Set([...added, ...named]);
  return { components, insisted: components.filter((one) => insists.has(one)) };
}

function readComponents(list: string | undefined): readonly Component[] {
  if (list === undefined) return [];
  return list
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const found = COMPONENTS.find((one) => one === part.toLowerCase());
      if (found !== undefined) return found;
      const near = nearest(part, COMPONENTS, 1)[0];
      throw usageError('unknown-component', `"${part}" is no component`, {
        hint: near === undefined ? `components are ${COMPONENTS.join(', ')}` : `did you mean ${near}?`,
      });
    });
}

/** cuda@10.0 cudnn@7.6 -> cuda10.0-cudnn7.6 */
function nameOf(specs: readonly Spec[]): string {
  return specs.map(({ name, version }) => `${name}${version ?? ''}`).join('-');
}

/** Names are folders, arguments and parts of other names. */
function checkName(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/.test(name) && name !== 'current') return name;
  throw usageError('bad-name', `"${name.slice(0, 80)}" cannot be the name of a prefix`, {
    hint:
      name === 'current'
        ? 'current is kept for gpu-setup itself: choose another name'
        : 'up to 64 letters, digits and "._+-", beginning with a letter or digit',
  });
}

/** What looks like a version may have been meant as a spec: cuda10.1, cudnn-7. */
function notInstalled(word: string, recipes: ReadonlyMap<string, Recipe>): Error {
  const asSpec = /^(cuda|cudnn)-?(\d+(?:\.\d+)*)$/.exec(word.toLowerCase());
  const meant = [
    ...nearestRecipes(word, 'install', recipes),
    ...(asSpec === null ? [] : [formatSpec({ name: asSpec[1]!, version: asSpec[2]! })]),
  ];
  const names = namesAble('install', recipes);
  return usageError('unknown-recipe', `there is no recipe "${word.slice(0, 80)}"`, {
    hint:
      (meant.length === 0 ? '' : `did you mean ${meant.join(' or ')}? `) +
      `recipes are ${names.join(', ')}; a version is asked for as in cuda@10.0`,
    details: { recipe: word, nearest: meant, recipes: names },
  });
}

function unknownRelease(version: string): Error {
  const known = [...new Set(RELEASES.map(({ cuda }) => cuda))];
  const near = nearest(version, known, 3);
  return usageError('unknown-release', `there is no CUDA ${version} that gpu-setup knows`, {
    hint: `${near.length === 0 ? '' : `nearest: ${near.map((one) => `cuda@${one}`).join(', ')}; `}known are ${known.join(', ')}`,
    details: { version, nearest: near, known },
  });
}
