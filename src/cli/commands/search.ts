/** `search`: what the sources offer. */
import { ofArchitecture } from '../../apt/index/package-index.ts';
import { openIndex } from '../../apt/index/open-index.ts';
import type { AptContext } from '../../apt/context.ts';
import { loadSources } from '../../apt/sources/sources.ts';
import type { PackageIndex, Source } from '../../apt/types.ts';
import { hostArchitecture, type PackageArchitecture } from '../../base/architecture.ts';
import { ExitCode, GpuSetupError } from '../../base/errors.ts';
import { Limit } from '../../base/limit.ts';
import { groupsFor } from '../../compat/releases.ts';
import { offersOf, type Offer } from '../../prefix/plan/offers.ts';
import { parseSpec } from '../../prefix/plan/spec.ts';
import type { Spec } from '../../prefix/plan/request.ts';
import { loadRecipes } from '../../recipe/load.ts';
import { renderSearch, type SourceOffer } from '../../report/search.ts';
import type { CommandDefinition } from '../command.ts';

const PARALLEL = 8;

export const summary = 'what the sources offer';

export const command: CommandDefinition = {
  arguments: [{ syntax: '[spec...]', description: 'narrows it down: cuda@10, cudnn@7.5, or a recipe' }],
  examples: [
    ['gpu-setup search', 'every CUDA toolkit, cuDNN and NCCL, by source'],
    ['gpu-setup search cuda@10', 'who has CUDA 10.x, in which versions'],
    ['gpu-setup search cudnn@7.5 cuda@10.0', 'builds of cuDNN 7.5 for CUDA 10.0'],
    ['gpu-setup search cuda10 --json', 'what a recipe could be made of, as one JSON document'],
  ],
  async run(words, _options, context) {
    const { config, cache } = context.folders();
    const sources = await loadSources(config);
    const architecture = hostArchitecture();
    const { specs, ids } = await narrowed(words, config, architecture);
    const asked = [...sources.values()].filter(
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
    const found = answers.filter(({ offer, error }) => error !== null || !isEmpty(offer));
    if (found.length === 0) throw nothingFound(words, asked);
    const read = answers.some(({ offer }) => offer !== null);
    return {
      exitCode: read ? ExitCode.ok : ExitCode.failed,
      json: { schema: 'gpu-setup/search@1', specs, sources: found },
      text: (terminal) => renderSearch(found, terminal),
      hints: read
        ? []
        : [
            'none of the sources could be read: check the network, or put a mirror into apt-sources in the configuration',
          ],
    };
  },
};

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
    if (recipe === undefined || recipe.specs.length === 0) specs.push(parseSpec(word));
    else {
      specs.push(...recipe.specs);
      recipe.sources.flat().forEach((id) => ids.add(id));
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
