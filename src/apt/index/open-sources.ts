/** Opening the sources of a request; when one cannot be had, the others that could serve are named. */
import { openIndex } from './open-index.ts';
import type { AptContext } from '../context.ts';
import type { PackageIndex, Source } from '../types.ts';
import { GpuSetupError } from '../../base/errors.ts';
import { nearest } from '../../base/suggest.ts';

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
 * @param otherGroups sources that could serve instead, for the message
 * @throws GpuSetupError what `openIndex` throws, with the other sources in its hint and details
 */
export async function openSources(
  ids: readonly string[],
  sources: ReadonlyMap<string, Source>,
  apt: AptContext,
  otherGroups: readonly (readonly string[])[],
): Promise<readonly PackageIndex[]> {
  const wanted = ids.flatMap((id) => {
    const source = sourceById(id, sources);
    return source.suites.map((suite) => ({ source, suite }));
  });
  // All of them end before the first failure is told: nobody writes into the cache after that.
  const opened = await Promise.allSettled(wanted.map(({ source, suite }) => openIndex(source, suite, apt)));
  apt.signal?.throwIfAborted();
  const failed = opened.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw withOthers(failed.reason, otherGroups, sources);
  return opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

function withOthers(
  error: unknown,
  otherGroups: readonly (readonly string[])[],
  sources: ReadonlyMap<string, Source>,
): unknown {
  if (!(error instanceof GpuSetupError)) return error;
  const others = otherGroups
    .filter((group) => group.every((id) => sources.get(id)?.enabled === true))
    .map((group) => group[0]!);
  if (others.length === 0) return error;
  const failedSource = sources.get(String(error.details?.['sourceId']));
  const failedHosts = error.code === 'host-unreachable' ? hostsOf(failedSource) : new Set<string>();
  const elsewhere = others.filter(
    (id) => ![...hostsOf(sources.get(id))].some((host) => failedHosts.has(host)),
  );
  const also =
    elsewhere.length > 0
      ? `the same can come from ${elsewhere.join(', ')}: add --source ${elsewhere[0]}`
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

/** Empty for a source that is reached through the host's own mirror. */
function hostsOf(source: Source | undefined): ReadonlySet<string> {
  return new Set((source?.uris ?? []).map(({ host }) => host));
}
