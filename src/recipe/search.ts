/** What `gpu-setup search` does: what the sources offer of what was asked for. */
import { openIndex } from '../apt/index/open-index.ts';
import { ofArchitecture } from '../apt/index/package-index.ts';
import type { AptContext } from '../apt/context.ts';
import type { Mirrors } from '../apt/sources/mirrors.ts';
import { loadSources } from '../apt/sources/sources.ts';
import type { PackageIndex, Source } from '../apt/types.ts';
import { hostArchitecture, type PackageArchitecture } from '../base/architecture.ts';
import { GpuSetupError } from '../base/errors.ts';
import type { Emit } from '../base/events.ts';
import type { Folders } from '../base/folders.ts';
import { Limit } from '../base/limit.ts';
import { groupsFor } from '../compat/releases.ts';
import { offersOf, type Offer } from '../prefix/plan/offers.ts';
import { parseSpec } from '../prefix/plan/spec.ts';
import type { Spec } from '../prefix/plan/request.ts';
import { can, lacks } from './find-recipe.ts';
import { loadRecipes } from './load.ts';

/** One source, asked. */
export interface SourceOffer {
  id: string;
  description: string | null;
  /** Null where it could not be read; `error` then says why. */
  offer: Offer | null;
  error: { code: string; message: string; hint: string | null } | null;
}

export interface Found {
  /** What was looked for; empty: everything. */
  specs: readonly Spec[];
  /** Those that offer it, and those that could not be read. */
  sources: readonly SourceOffer[];
  /** False where none of the sources that may have it could be read. */
  anyRead: boolean;
}

export interface SearchContext {
  folders: Pick<Folders, 'config' | 'cache'>;
  emit: Emit;
  signal: AbortSignal;
  /** Other addresses of sources, from the configuration. */
  mirrors?: Mirrors | undefined;
}

const PARALLEL = 8;

/**
 * @param words specs and recipes; none: everything
 * @throws GpuSetupError `nothing-found`; `bad-spec`, `unknown-spec`, `not-installable` (exit code 2)
 */
export async function search(words: readonly string[], context: SearchContext): Promise<Found> {
  const { config, cache } = context.folders;
  const all = await loadSources(config, context.mirrors);
  const architecture = hostArchitecture();
  const { specs, ids } = await narrowed(words, config, architecture);
  const asked = [...all.values()].filter(
    (source) =>
      source.enabled &&
      source.architectures.includes(architecture) &&
      (ids === null ? mayOffer(source, architecture) : ids.has(source.id)),
  );
  const apt: AptContext = { cache, emit: context.emit, signal: context.signal };
  const limit = new Limit(PARALLEL);
  const answers = await Promise.all(
    asked.map((source) => limit.run(() => ask(source, specs, architecture, apt))),
  );
  context.signal.throwIfAborted();
  const sources = answers.filter(({ offer, error }) => error !== null || !isEmpty(offer));
  if (sources.length === 0) throw nothingFound(words, asked);
  return { specs, sources, anyRead: answers.some(({ offer }) => offer !== null) };
}

/**
 * What to look for, and where: a recipe has sources of its own, a CUDA version those that are known to serve it. Null:
 * everywhere.
 */
async function narrowed(
  words: readonly string[],
  config: string,
  architecture: PackageArchitecture,
): Promise<{ specs: readonly Spec[]; ids: ReadonlySet<string> | null }> {
  const recipes = words.some((word) => !word.includes('@')) ? await loadRecipes(config) : null;
  const specs: Spec[] = [];
  const ids = new Set<string>();
  for (const word of words) {
    const recipe = recipes?.get(word);
    if (recipes === null || recipe === undefined) specs.push(parseSpec(word));
    else if (!can(recipe, 'install')) throw lacks(recipe, 'install', recipes);
    else {
      specs.push(...recipe.install.specs);
      recipe.install.sources.flat().forEach((id) => ids.add(id));
    }
  }
  const cuda = specs.find(({ name, version }) => name === 'cuda' && version !== null);
  if (cuda !== undefined && ids.size === 0) {
    for (const id of groupsFor(cuda.version, architecture).flat()) ids.add(id);
  }
  return { specs, ids: ids.size === 0 ? null : ids };
}

/** A distribution's sources are asked where its CUDA packages are known; the others are there for its compilers. */
function mayOffer({ id, packaging }: Source, architecture: PackageArchitecture): boolean {
  return packaging !== 'debian' || groupsFor(null, architecture).flat().includes(id);
}

async function ask(
  source: Source,
  specs: readonly Spec[],
  architecture: PackageArchitecture,
  apt: AptContext,
): Promise<SourceOffer> {
  const { id, description } = source;
  try {
    const indexes: PackageIndex[] = [];
    for (const suite of source.suites) {
      indexes.push(ofArchitecture(await openIndex(source, suite, apt), architecture));
    }
    return { id, description, offer: together(indexes.map((index) => offersOf(index, specs))), error: null };
  } catch (error) {
    apt.signal?.throwIfAborted();
    if (!(error instanceof GpuSetupError)) throw error;
    const { code, message, hint } = error;
    return { id, description, offer: null, error: { code, message, hint: hint ?? null } };
  }
}

function together(offers: readonly Offer[]): Offer {
  return {
    cuda: offers.flatMap(({ cuda }) => cuda),
    cudnn: offers.flatMap(({ cudnn }) => cudnn),
    nccl: offers.flatMap(({ nccl }) => nccl),
  };
}

function isEmpty(offer: Offer | null): boolean {
  return offer === null || offer.cuda.length + offer.cudnn.length + offer.nccl.length === 0;
}

function nothingFound(words: readonly string[], asked: readonly Source[]): GpuSetupError {
  const sources = asked.map(({ id }) => id);
  return new GpuSetupError(
    'nothing-found',
    sources.length === 0
      ? `no enabled source can have ${words.join(' ') || 'anything'}`
      : `none of ${sources.join(', ')} has ${words.join(' ') || 'a CUDA toolkit'}`,
    { hint: 'gpu-setup search, without a spec, shows everything', details: { sources } },
  );
}
