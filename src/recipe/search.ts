/** What `gpu-setup search` does: what the sources offer of what was asked for. */
import { openIndex } from '../apt/index/open-index.ts';
import { ofArchitecture } from '../apt/index/package-index.ts';
import { rememberedIndex } from '../apt/index/remembered-index.ts';
import type { AptContext } from '../apt/context.ts';
import type { Mirrors } from '../apt/sources/mirrors.ts';
import { loadSources } from '../apt/sources/sources.ts';
import type { PackageIndex, Source } from '../apt/types.ts';
import type { PackageArchitecture } from '../base/architecture.ts';
import { GpuSetupError } from '../base/errors.ts';
import type { Emit } from '../base/events.ts';
import type { Folders } from '../base/folders.ts';
import { Limit } from '../base/limit.ts';
import { groupsFor, isInTable, releasesFor } from '../compat/releases.ts';
import { LIBRARIES } from '../prefix/plan/choose-library.ts';
import { offersOf, type Offer } from '../prefix/plan/offers.ts';
import { looseLibraries, releaseOffers, type LooseLibrary } from '../prefix/plan/release-offers.ts';
import { parseSpec, refuseTwice } from '../prefix/plan/spec.ts';
import type { Spec } from '../prefix/plan/request.ts';
import { can, lacks } from './find-recipe.ts';
import { mayHaveToolchain } from './find-toolchain.ts';
import { loadRecipes } from './load.ts';
import { nothingFound, whatIsNear } from './nothing-found.ts';
import type { Recipe } from './recipe.ts';
import { selectionOf } from './request.ts';
import { withNames, withoutName } from './same-reason.ts';
import { groupsOfSource, type RequestContext } from './source-groups.ts';
import {
  foundCompilers,
  withCompilers,
  type FoundRelease,
  type OfferedCompiler,
} from './search-compilers.ts';

/** One source, asked. */
export interface SourceOffer {
  id: string;
  description: string | null;
  /** Null where it could not be read, and nothing of it is known from earlier; `error` then says why. */
  offer: Offer | null;
  error: { code: string; message: string; hint: string | null } | null;
  /** When it was read, where that was earlier and `error` says why it was not now; null: now, or never. */
  readAt: string | null;
}

/** One reason for which sources could not be read. */
export interface Failure {
  code: string;
  message: string;
  hint: string | null;
  sources: readonly string[];
}

export interface Found {
  /** What was looked for; empty: everything. */
  specs: readonly Spec[];
  /** Newest first, each once. */
  releases: readonly FoundRelease[];
  /** Where gcc was asked for: newest first. `cuda`: releases that take it, newest first. */
  compilers: readonly OfferedCompiler[];
  /** What goes with none of these releases. */
  libraries: readonly LooseLibrary[];
  /** Those that offer it, and those that could not be read. */
  sources: readonly SourceOffer[];
  failures: readonly Failure[];
  /** What comes near, where nothing was found in what could be read, and the rest could not. */
  near: string | null;
}

export interface SearchContext {
  folders: Pick<Folders, 'config' | 'cache'>;
  emit: Emit;
  signal: AbortSignal;
  /** Other addresses of sources, from the configuration. */
  mirrors?: Mirrors | undefined;
}

export interface SearchRequest {
  /** Specs and recipes; none: everything. */
  words: readonly string[];
  /** Source id: it alone is asked, with those that belong to it, as `install` takes it. */
  source?: string | undefined;
  architecture: PackageArchitecture;
}

const PARALLEL = 8;

/** A source with what it holds. */
interface Answer extends SourceOffer {
  indexes: readonly PackageIndex[];
}

/**
 * @throws GpuSetupError `nothing-found`, `unknown-source`; `bad-spec`, `unknown-spec`, `spec-twice`, `not-installable` (exit code 2)
 */
export async function search(
  { words, source: named, architecture }: SearchRequest,
  context: SearchContext,
): Promise<Found> {
  const { config, cache } = context.folders;
  const all = await loadSources(config, context.mirrors);
  const recipes = words.some((word) => !word.includes('@')) ? await loadRecipes(config) : NO_RECIPES;
  const { specs, ids } = narrowed(words, recipes, architecture);
  const looking = lookedFor(specs);
  const cuda = specs.find(({ name }) => name === 'cuda')?.version ?? null;
  if (releasesFor(cuda).length === 0) throw nothingFound(specs, { offers: new Map(), gccs: [] });
  const only = named === undefined ? null : sourcesNamed(named, cuda, { architecture, sources: all });
  const asked = [...all.values()].filter((source) =>
    only !== null
      ? only.has(source.id)
      : (looking.compilers !== null && mayHaveToolchain(source, architecture)) ||
        (looking.toolkits !== null &&
          source.enabled &&
          source.architectures.includes(architecture) &&
          (ids === null || !isInTable(source.id) ? mayOffer(source, architecture) : ids.has(source.id))),
  );
  const apt: AptContext = { cache, emit: context.emit, signal: context.signal };
  const answers = await askAll(asked, specs, architecture, apt);
  context.signal.throwIfAborted();
  const found = together(specs, answers, architecture);
  if (found.releases.length + found.libraries.length + found.compilers.length > 0) {
    if (cuda === null || found.releases.length === 0) return found;
    const selection = selectionOf(words, recipes);
    const opened = new Map(answers.map(({ id, indexes }) => [id, indexes]));
    const releases = await withCompilers(found.releases, selection, {
      opened,
      sources: all,
      architecture,
      apt,
    });
    return { ...found, releases };
  }
  const offers = new Map(
    answers.map(({ id, indexes, offer }) => [id, offer === null ? null : offersOf(indexes, [])]),
  );
  const near = {
    offers,
    gccs: looking.compilers === null ? [] : compilersOf(answers, null, architecture).map(({ gcc }) => gcc),
  };
  // What could not be read may have it: only whole answers say that there is none.
  if (found.failures.length > 0) return { ...found, near: whatIsNear(specs, near) };
  throw nothingFound(specs, near);
}

const NO_RECIPES: ReadonlyMap<string, Recipe> = new Map();

/**
 * Beside a toolkit a compiler is the one that the toolkit is installed with; without one it is looked for itself.
 *
 * @returns `toolkits`: specs that narrow what a release has; null: they are not looked for
 */
function lookedFor(specs: readonly Spec[]): { toolkits: readonly Spec[] | null; compilers: Spec | null } {
  const gcc = specs.find(({ name }) => name === 'gcc') ?? null;
  const others = specs.filter((spec) => spec !== gcc);
  return {
    toolkits: gcc !== null && others.length === 0 ? null : others,
    compilers: others.some(({ name }) => name === 'cuda') ? null : gcc,
  };
}

/** One piece of work for whoever watches: which sources failed, and why, the result says once. */
async function askAll(
  sources: readonly Source[],
  specs: readonly Spec[],
  architecture: PackageArchitecture,
  apt: AptContext,
): Promise<readonly Answer[]> {
  const id = 'search';
  let done = 0;
  apt.emit({
    type: 'start',
    id,
    title: 'Reading what the sources offer',
    total: sources.length,
    unit: 'sources',
  });
  const quiet: AptContext = { ...apt, emit: (event) => event.type === 'notice' && apt.emit(event) };
  const limit = new Limit(PARALLEL);
  const answers = await Promise.all(
    sources.map((source) =>
      limit.run(async () => {
        const answer = await ask(source, specs, architecture, quiet);
        apt.emit({ type: 'progress', id, done: ++done });
        return answer;
      }),
    ),
  );
  const unread = answers.filter(({ error }) => error !== null).length;
  apt.emit({
    type: 'end',
    id,
    outcome: 'done',
    ...(unread === 0 ? {} : { note: `${unread} of ${sources.length} could not be read` }),
  });
  return answers;
}

const compilersOf = (
  answers: readonly Answer[],
  wanted: string | null,
  architecture: PackageArchitecture,
): readonly OfferedCompiler[] =>
  foundCompilers(
    wanted,
    answers.flatMap(({ indexes }) => indexes),
    architecture,
  );

function together(
  specs: readonly Spec[],
  answers: readonly Answer[],
  architecture: PackageArchitecture,
): Found {
  const read = answers.filter(({ offer }) => offer !== null);
  const opened = new Map(read.map(({ id, indexes }) => [id, indexes]));
  const { toolkits, compilers: gcc } = lookedFor(specs);
  const releases = toolkits === null ? [] : releaseOffers(opened, toolkits, architecture);
  const compilers = gcc === null ? [] : compilersOf(answers, gcc.version, architecture);
  const offers = new Map(read.map(({ id, offer }) => [id, offer!]));
  return {
    specs,
    releases: releases.map((release) => ({ ...release, hostCompiler: null })),
    compilers,
    libraries: looseLibraries(offers, releases),
    sources: answers
      .filter(
        ({ id, offer, error }) =>
          error !== null || !isEmpty(offer) || compilers.some(({ source }) => source === id),
      )
      .map(({ indexes: _indexes, ...answer }) => answer),
    failures: failuresOf(answers),
    near: null,
  };
}

/**
 * What to look for, and where: a recipe has sources of its own, a CUDA version those that are known to serve it. Null:
 * everywhere.
 */
function narrowed(
  words: readonly string[],
  recipes: ReadonlyMap<string, Recipe>,
  architecture: PackageArchitecture,
): { specs: readonly Spec[]; ids: ReadonlySet<string> | null } {
  const specs: Spec[] = [];
  const ids = new Set<string>();
  for (const word of words) {
    const recipe = recipes.get(word);
    if (recipe === undefined) specs.push(parseSpec(word));
    else if (!can(recipe, 'install')) throw lacks(recipe, 'install', recipes);
    else {
      specs.push(...recipe.install.specs);
      recipe.install.sources.flat().forEach((id) => ids.add(id));
    }
  }
  refuseTwice(specs);
  const cuda = specs.find(({ name, version }) => name === 'cuda' && version !== null);
  if (cuda !== undefined) {
    groupsFor(cuda.version, architecture)
      .flat()
      .forEach((id) => ids.add(id));
  }
  return { specs, ids: ids.size === 0 ? null : ids };
}

/** The source that the user named, with those that belong to it: one that is switched off then says so. */
function sourcesNamed(source: string, cuda: string | null, context: RequestContext): ReadonlySet<string> {
  const groups = groupsFor(cuda, context.architecture);
  return new Set(groupsOfSource(source, groups, context).flat());
}

/** A distribution's sources are asked where its CUDA packages are known; the others are there for its compilers. */
function mayOffer({ id, packaging }: Source, architecture: PackageArchitecture): boolean {
  return packaging !== 'debian' || groupsFor(null, architecture).flat().includes(id);
}

/** Where a source cannot be read, what it offered when it last could. */
async function ask(
  source: Source,
  specs: readonly Spec[],
  architecture: PackageArchitecture,
  apt: AptContext,
): Promise<Answer> {
  const answer = (
    indexes: readonly PackageIndex[],
  ): Pick<Answer, 'id' | 'description' | 'offer' | 'indexes'> => {
    const own = indexes.map((index) => ofArchitecture(index, architecture));
    return { id: source.id, description: source.description, offer: offersOf(own, specs), indexes: own };
  };
  try {
    const indexes: PackageIndex[] = [];
    for (const suite of source.suites) indexes.push(await openIndex(source, suite, apt));
    return { ...answer(indexes), error: null, readAt: null };
  } catch (failure) {
    apt.signal?.throwIfAborted();
    if (!(failure instanceof GpuSetupError)) throw failure;
    const { code, message, hint } = failure;
    const error = { code, message, hint: hint ?? null };
    const kept = await Promise.all(source.suites.map((suite) => rememberedIndex(source, suite, apt)));
    const known = kept.filter((one) => one !== null);
    if (known.length < kept.length) return { ...answer([]), offer: null, error, readAt: null };
    const readAt = new Date(Math.min(...known.map(({ at }) => at.getTime()))).toISOString();
    return { ...answer(known.map(({ index }) => index)), error, readAt };
  }
}

/** What is the same for many sources is said once: most often, that their host cannot be reached. */
function failuresOf(answers: readonly Answer[]): readonly Failure[] {
  const failures = new Map<string, Failure & { sources: string[] }>();
  for (const { id, error } of answers) {
    if (error === null) continue;
    // A message that names its source is the same for others.
    const message = withoutName(error.message, id);
    const key = `${error.code} ${message}`;
    const one = failures.get(key) ?? { ...error, message, sources: [] };
    failures.set(key, one);
    one.sources.push(id);
  }
  return [...failures.values()].map((one) => ({
    ...one,
    message: withNames(one.message, one.sources),
  }));
}

function isEmpty(offer: Offer | null): boolean {
  return offer === null || offer.cuda.length + LIBRARIES.flatMap((one) => offer[one]).length === 0;
}
