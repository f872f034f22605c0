/** The group of sources that a prefix is made from: the first that has all that is asked for. */
import type { AptContext } from '../apt/context.ts';
import { openSources, type Alternative } from '../apt/index/open-sources.ts';
import type { DpkgStatus } from '../apt/resolve/dpkg-status.ts';
import type { PackageIndex, Source } from '../apt/types.ts';
import { GpuSetupError } from '../base/errors.ts';
import { compareDottedVersions } from '../compat/dotted-version.ts';
import { nameOfGroup, type SourceGroup } from '../compat/source-group.ts';
import { isLibraryName } from '../prefix/plan/choose-library.ts';
import { madeForText } from '../prefix/plan/made-for.ts';
import type { PrefixRequest } from '../prefix/plan/request.ts';
import { resolve, type Resolution } from '../prefix/plan/resolve.ts';
import { formatSpec, shellWord } from '../prefix/plan/spec.ts';
import { alternativesTo } from './alternatives.ts';
import type { Requested } from './request.ts';
import { toolkitRequest } from './find-toolchain.ts';

export interface Serving {
  /** With the sources that were chosen. */
  request: PrefixRequest;
  indexes: readonly PackageIndex[];
  resolution: Resolution;
}

/** A group that does not serve, and why. */
interface PassedOver {
  group: SourceGroup;
  why: GpuSetupError;
}

/** What another group may have. */
const LACKING = new Set<GpuSetupError['code']>([
  'version-not-found',
  'cudnn-not-available',
  'nccl-not-available',
  'tensorrt-not-available',
  'component-unavailable',
  'part-unavailable',
  'package-not-found',
  'unmet-dependency',
]);

/**
 * Groups are opened one after the other, each only where those before it lack something. One that lacks any part is passed
 * over whole: half of one and half of another were never meant for each other. Where the user named the source, what it
 * does not have is left out instead, unless it was asked for by name.
 *
 * @throws GpuSetupError what opening the first group throws; where none has everything, what the first lacks, with what
 *   each lacks in the message
 */
export async function findServing(
  { request, otherGroups }: Pick<Requested, 'request' | 'otherGroups'>,
  sources: ReadonlyMap<string, Source>,
  apt: AptContext,
  installed: DpkgStatus | null,
): Promise<Serving> {
  const open = opener(sources, apt);
  const whole: PrefixRequest = { ...request, insisted: request.components };
  const passed: PassedOver[] = [];
  for (const [at, group] of [request.sources, ...otherGroups].entries()) {
    const before = passed.at(-1);
    if (before !== undefined) {
      const text = `${saying(before)}: looking at ${nameOfGroup(group)}`;
      apt.emit({ type: 'notice', level: 'info', text });
    }
    try {
      const indexes = await open(group, at === 0 ? alternativesTo(toolkitRequest(request), otherGroups) : []);
      return {
        request: { ...request, sources: group },
        indexes,
        resolution: resolve(toolkitRequest({ ...whole, sources: group }), indexes, installed),
      };
    } catch (error) {
      apt.signal?.throwIfAborted();
      // What the preferred sources are, must be known before others take their place.
      if (!(error instanceof GpuSetupError) || (at === 0 && !LACKING.has(error.code))) throw error;
      passed.push({ group, why: error });
    }
  }
  if (request.source !== undefined) {
    const indexes = await open(request.sources, []);
    return { request, indexes, resolution: resolve(toolkitRequest(request), indexes, installed) };
  }
  throw nobodyServes(request, passed);
}

/** Opens each source once, however many groups it is in. */
function opener(
  sources: ReadonlyMap<string, Source>,
  apt: AptContext,
): (group: SourceGroup, alternatives: readonly Alternative[]) => Promise<readonly PackageIndex[]> {
  const opened = new Map<string, readonly PackageIndex[]>();
  return async (group, alternatives) => {
    const missing = group.filter((id) => !opened.has(id));
    const indexes = await openSources(missing, sources, apt, alternatives);
    for (const id of missing)
      opened.set(
        id,
        indexes.filter(({ source }) => source.id === id),
      );
    return group.flatMap((id) => opened.get(id) ?? []);
  };
}

function nobodyServes(request: PrefixRequest, passed: readonly PassedOver[]): GpuSetupError {
  const { code, message, details } = passed[0]!.why;
  const what = request.specs.map(formatSpec).join(' ');
  // What could not be read may have it.
  const unread = passed.flatMap(({ why }) => (LACKING.has(why.code) ? [] : why.hints));
  const hint = [...whatIsThere(request, passed), ...leavingOut(request, passed), ...new Set(unread)];
  return new GpuSetupError(
    code,
    passed.length === 1 ? message : `no sources have all of ${what}: ${reasons(passed).join('; ')}`,
    {
      hint,
      details: {
        ...details,
        groups: passed.map(({ group, why }) => ({ sources: group, code: why.code, message: why.message })),
      },
    },
  );
}

/** Each reason once, with all groups that it is true of. */
function reasons(passed: readonly PassedOver[]): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const { group, why } of passed) {
    const inside = ` in ${nameOfGroup(group)}`;
    const reason = why.message.endsWith(inside)
      ? `${why.message.slice(0, -inside.length)} in {}`
      : why.message.includes(group[0]!)
        ? why.message
        : `{}: ${why.message}`;
    groups.set(reason, [...(groups.get(reason) ?? []), nameOfGroup(group)]);
  }
  return [...groups].map(([reason, all]) =>
    reason.replace('{}', () => all.join(reason.startsWith('{}') ? ', ' : ', in ')),
  );
}

/** What all of them have of what the first lacks, newest first; else where to look. */
function whatIsThere({ specs }: PrefixRequest, passed: readonly PassedOver[]): readonly string[] {
  const { code, hints } = passed[0]!.why;
  const name = NAMES[code];
  if (name === undefined) return hints;
  const there = passed.flatMap(({ why }) => (why.code === code ? available(why) : []));
  const newest = [...new Set(there)].sort((a, b) => compareDottedVersions(b, a)).slice(0, LISTED);
  const spec = specs.find((one) => one.name === name);
  const { cuda } = passed[0]!.why.details ?? {};
  const madeFor =
    isLibraryName(name) && typeof cuda === 'string' ? madeForText(name, spec?.version ?? null, cuda) : null;
  const rest =
    newest.length > 0
      ? [`there is ${newest.map((version) => formatSpec({ name, version })).join(', ')}`]
      : passed.length === 1 || spec === undefined || name === 'cuda'
        ? hints
        : [`gpu-setup search ${shellWord(spec)} says for which CUDA there is one`];
  return [...new Set([...(madeFor === null ? [] : [madeFor]), ...rest])];
}

const NAMES: Readonly<Partial<Record<GpuSetupError['code'], string>>> = {
  'version-not-found': 'cuda',
  'cudnn-not-available': 'cudnn',
  'nccl-not-available': 'nccl',
  'tensorrt-not-available': 'tensorrt',
};
/** How many versions a hint lists. */
const LISTED = 12;

function available({ details }: GpuSetupError): readonly string[] {
  const there = details?.['available'];
  return Array.isArray(there) ? there.map(String) : [];
}

/** The option that asks for less, where a library that some group lacks was not asked for by name. */
function leavingOut({ insisted }: PrefixRequest, passed: readonly PassedOver[]): readonly string[] {
  for (const { why } of passed) {
    const library = /^(cudnn|nccl|tensorrt)-not-available$/.exec(why.code)?.[1];
    if (library !== undefined && insisted?.some((one) => one === library) !== true)
      return [`to do without it, add --without ${library}`];
  }
  return [];
}

/** Most messages name the sources. */
function saying({ group, why }: PassedOver): string {
  return why.message.includes(group[0]!) ? why.message : `${nameOfGroup(group)}: ${why.message}`;
}
