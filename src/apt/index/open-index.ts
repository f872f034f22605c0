/** Opening a source: its URIs in turn, its Release, its indexes. */
import { GpuSetupError } from '../../base/errors.ts';
import type { Location } from '../../base/http/location.ts';
import { pause } from '../../base/retry.ts';
import { firstServing } from '../servers/first-serving.ts';
import { hostApt, memoryOf, retryDelay, type AptContext } from '../context.ts';
import { fetchIndex } from './fetch-index.ts';
import { indexPaths } from './index-files.ts';
import { addressesOnHost, type HostApt } from '../host/configuration.ts';
import { openRelease, type OpenedRelease } from '../trust/open-release.ts';
import { packageIndex } from './package-index.ts';
import type { PackagesText } from './packages-text.ts';
import { rememberRelease } from './remembered-index.ts';
import type { GetOptions } from '../transport.ts';
import type { PackageIndex, Source } from '../types.ts';

/** Asking again with cache-busting headers helps where a CDN serves old and new side by side. */
const ATTEMPTS_PER_URI = 3;
/** What a second look at the same URI may cure; unreachable hosts were already tried more than once below. */
const CURABLE = new Set<GpuSetupError['code']>([
  'index-out-of-step',
  'bad-signature',
  'not-a-release',
  'release-expired',
]);

/**
 * What a source offers in a suite. A file in the user's configuration in place of a built-in one is announced.
 * Throws GpuSetupError with `details.sourceId`: `source-disabled`, `no-host-mirror`, and everything that
 * openRelease and fetchIndex throw.
 */
export async function openIndex(source: Source, suite: string, context: AptContext): Promise<PackageIndex> {
  const { source: resolved, opened, value, warnings } = await openSuite(source, suite, context, readPackages);
  await rememberRelease(opened.signed, context);
  return packageIndex(resolved, opened.signed, value, warnings);
}

/** What is read of a suite once its Release was verified. */
export type ReadSuite<T> = (
  source: Source,
  opened: OpenedRelease,
  context: AptContext,
  options: Pick<GetOptions, 'host' | 'fresh' | 'brisk'>,
) => Promise<T>;

export interface OpenedSuite<T> {
  /** With the URI that served. */
  source: Source;
  opened: OpenedRelease;
  value: T;
  warnings: readonly string[];
}

/** Opens a suite of a source and reads something of it, from the first of its URIs that has it. Throws as openIndex. */
export async function openSuite<T>(
  source: Source,
  suite: string,
  context: AptContext,
  read: ReadSuite<T>,
): Promise<OpenedSuite<T>> {
  if (!source.enabled) throw switchedOff(source);
  announce(source, context);
  const id = `index:${source.id}:${suite}`;
  context.emit({
    type: 'start',
    id,
    title: `Reading ${source.id}${suite.endsWith('/') ? '' : ` (${suite})`}`,
  });
  try {
    const opened = await openFirst(source, suite, context, read);
    context.emit({ type: 'end', id, outcome: 'done' });
    return opened;
  } catch (error) {
    context.emit({ type: 'end', id, outcome: 'failed' });
    throw error;
  }
}

const readPackages: ReadSuite<PackagesText[]> = async (source, opened, context, options) => {
  const texts: PackagesText[] = [];
  for (const path of indexPaths(source, opened)) {
    texts.push(await fetchIndex(source, opened, path, context, options));
  }
  return texts;
};

function switchedOff(source: Source): GpuSetupError {
  return new GpuSetupError('source-disabled', `${source.id} is switched off (${source.file})`, {
    hint: `to use it, put a ${source.id}.sources with "Signed-By" and the full fingerprint of its key into the configuration's apt-sources folder`,
    details: { sourceId: source.id },
  });
}

function announce(source: Source, context: AptContext): void {
  const { announced } = memoryOf(context);
  if (!source.overridden || announced.has(source.id)) return;
  announced.add(source.id);
  context.emit({
    type: 'notice',
    level: 'warning',
    text: `${source.id} comes from ${source.file}, not from the built-in list`,
  });
}

async function openFirst<T>(
  source: Source,
  suite: string,
  context: AptContext,
  read: ReadSuite<T>,
): Promise<OpenedSuite<T>> {
  const host =
    source.fromHost === null ? undefined : await hostApt(context, source.architectures[0] ?? 'amd64');
  const trusting =
    host === undefined ? source : { ...source, keyFiles: [...source.keyFiles, ...host.keyFiles] };
  const memory = memoryOf(context);
  const key = `${source.id} ${suite}`;
  const remembered = memory.mirrors.get(key);
  const uris =
    source.uris.length > 0
      ? source.uris
      : remembered !== undefined
        ? [remembered]
        : host === undefined
          ? []
          : addressesOnHost(source.fromHost!, suite, host);
  // The host's proxies and logins belong to requests for its own mirrors only; its keys are good everywhere.
  const ours = new Set((host?.allMirrors ?? []).map(String));
  const found = await firstServing(uris, context, {
    locationOf: (uri) => uri,
    attempt: async (uri, { brisk }) => ({
      uri,
      ...(await openAt(
        trusting,
        suite,
        uri,
        context,
        { host: ours.has(`${uri}`) ? host : undefined, brisk },
        read,
      )),
    }),
  });
  const failures = found.failures.map(({ place: uri, error }) => ({ uri, error }));
  if (!found.served) throw failed(source, suite, failures);
  const { uri, opened, value } = found.value;
  memory.mirrors.set(key, uri);
  const resolved = source.uris.length > 0 ? source : { ...source, uris: [uri] };
  return { source: resolved, opened, value, warnings: warningsOf(failures) };
}

async function openAt<T>(
  source: Source,
  suite: string,
  uri: Location,
  context: AptContext,
  way: { host: HostApt | undefined; brisk: boolean },
  read: ReadSuite<T>,
): Promise<{ opened: OpenedRelease; value: T }> {
  for (let attempt = 0; ; attempt++) {
    const options = { ...way, fresh: attempt > 0 };
    try {
      const opened = await openRelease(source, suite, uri, context, options);
      return { opened, value: await read(source, opened, context, options) };
    } catch (error) {
      const again =
        uri.isHttp &&
        error instanceof GpuSetupError &&
        CURABLE.has(error.code) &&
        attempt + 1 < ATTEMPTS_PER_URI;
      // Third-party entries of the host are asked once: that they are something else is the usual answer.
      if (!again || (source.fromHost !== null && error.code !== 'index-out-of-step')) throw error;
      await pause(retryDelay(context) * 2 ** attempt, context.signal);
    }
  }
}

function warningsOf(failures: readonly { uri: Location; error: unknown }[]): string[] {
  return failures.flatMap(({ uri, error }) =>
    // What a host's other repositories are not is no news; a mirror of ours that fails is.
    error instanceof GpuSetupError && !EXPECTED_OF_OTHERS.has(error.code)
      ? [`${uri} was passed over: ${error.message}`]
      : [],
  );
}

const EXPECTED_OF_OTHERS = new Set<GpuSetupError['code']>([
  'release-missing',
  'bad-signature',
  'key-unknown',
  'wrong-suite',
  'release-unsigned',
]);

/** The most telling failure, with the id of the source, so that a caller can name other sources. */
function failed(
  source: Source,
  suite: string,
  failures: readonly { uri: Location; error: unknown }[],
): unknown {
  const bug = failures.find(({ error }) => !(error instanceof GpuSetupError));
  if (bug !== undefined) return bug.error;
  const errors = failures.map(({ error }) => error as GpuSetupError);
  const tried = failures.map(({ uri }, i) => ({
    uri: uri.toString(),
    code: errors[i]!.code,
    message: errors[i]!.message,
  }));
  const details = { sourceId: source.id, suite, tried };
  const telling = errors.find(({ code }) => !EXPECTED_OF_OTHERS.has(code));
  if (source.fromHost !== null && telling === undefined) {
    const { origin, codename } = source.fromHost;
    return new GpuSetupError(
      'no-host-mirror',
      failures.length === 0
        ? `this host's apt configuration names no mirror that could serve ${origin} ${codename}`
        : `none of the mirrors in this host's apt configuration serves a signed ${origin} ${codename} (${tried.map(({ uri, code }) => `${uri}: ${code}`).join('; ')})`,
      {
        hint: `put a ${source.id}.sources with the URIs of a mirror into the configuration's apt-sources folder, or choose another source`,
        details,
      },
    );
  }
  const chosen = telling ?? errors[0]!;
  return new GpuSetupError(chosen.code, chosen.message, {
    hint: chosen.hints,
    retryable: chosen.retryable,
    cause: chosen.cause,
    details: { ...chosen.details, ...details },
  });
}
