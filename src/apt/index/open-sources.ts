/** Opening the sources of a request; when one cannot be had, the others that could serve are named. */
import { openIndex } from './open-index.ts';
import type { AptContext } from '../context.ts';
import type { PackageIndex, Source } from '../types.ts';
import { GpuSetupError } from '../../base/errors.ts';
import { nearest } from '../../base/suggest.ts';

/** Sources that could serve in the place of others. */
export interface Alternative {
  /** Source ids that are opened together. */
  group: readonly string[];
  /** What of the request they are known not to have, by name. */
  without: readonly string[];
}

/** @throws GpuSetupError `unknown-source` */
export function sourceById(id: string, sources: ReadonlyMap<string, Source>): Source {
  const source = sources.get(id);
  if (source !== undefined) return source;
  const near = nearest(id, sources.keys(), 1)[0];
  throw new GpuSetupError('unknown-source', `there is no source "${id}"`, {
    hint:
      near === undefined
        ? `put ${id}.sources into the configuration's apt-sources folder`
        : `did you mean ${near}? Otherwise put ${id}.sources into the configuration's apt-sources folder`,
  });
}

/**
 * Indexes in the order of the ids, one per suite of each source.
 *
 * @param alternatives for the message
 * @throws GpuSetupError what `openIndex` throws, with the other sources in its hint and details
 */
export async function openSources(
  ids: readonly string[],
  sources: ReadonlyMap<string, Source>,
  apt: AptContext,
  alternatives: readonly Alternative[],
): Promise<readonly PackageIndex[]> {
  const wanted = ids.flatMap((id) => {
    const source = sourceById(id, sources);
    return source.suites.map((suite) => ({ source, suite }));
  });
  // All of them end before the first failure is told: nobody writes into the cache after that.
  const opened = await Promise.allSettled(wanted.map(({ source, suite }) => openIndex(source, suite, apt)));
  apt.signal?.throwIfAborted();
  const failed = opened.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw withOthers(failed.reason, alternatives, sources);
  return opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

function withOthers(
  error: unknown,
  alternatives: readonly Alternative[],
  sources: ReadonlyMap<string, Source>,
): unknown {
  if (!(error instanceof GpuSetupError)) return error;
  const usable = alternatives.filter(({ group }) => group.every((id) => sources.get(id)?.enabled === true));
  const lacks = new Map(usable.map(({ group, without }) => [group[0]!, without]));
  const others = [...lacks.keys()];
  if (others.length === 0) return error;
  const failedSource = sources.get(String(error.details?.['sourceId']));
  const failedHosts = error.code === 'host-unreachable' ? hostsOf(failedSource) : new Set<string>();
  const elsewhere = others.filter(
    (id) => ![...hostsOf(sources.get(id))].some((host) => failedHosts.has(host)),
  );
  const also =
    elsewhere.length > 0
      ? `${sameFrom(elsewhere, lacks)}: add --source ${elsewhere[0]}`
      : `${others.join(', ')} could serve it too, but from the same host`;
  return new GpuSetupError(error.code, error.message, {
    hint: [also, ...error.hints],
    retryable: error.retryable,
    cause: error.cause,
    details: {
      ...error.details,
      otherSources: [...elsewhere, ...others.filter((id) => !elsewhere.includes(id))],
    },
  });
}

/** "the same can come from A, B; without cudnn from C" */
function sameFrom(ids: readonly string[], lacks: ReadonlyMap<string, readonly string[]>): string {
  const byLack = new Map<string, string[]>();
  for (const id of ids) {
    const lack = (lacks.get(id) ?? []).join(' and ');
    byLack.set(lack, [...(byLack.get(lack) ?? []), id]);
  }
  return [...byLack]
    .map(
      ([lack, some]) =>
        `${lack === '' ? 'the same' : `the same without ${lack}`} can come from ${some.join(', ')}`,
    )
    .join('; ');
}

/** Empty for a source that is reached through the host's own mirror. */
function hostsOf(source: Source | undefined): ReadonlySet<string> {
  return new Set((source?.uris ?? []).map(({ host }) => host));
}
