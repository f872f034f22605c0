/** The same from the first of several servers that has it, those that were well lately first. */
import { GpuSetupError } from '../../base/errors.ts';
import { SLOW } from '../../base/http/failures.ts';
import type { Location } from '../../base/http/location.ts';
import { memoryOf, nowOf, sayOnce, type AptContext } from '../context.ts';
import {
  after,
  ails,
  rememberedHealth,
  rememberHealth,
  wellFirst,
  type Ailment,
  type Health,
} from './health.ts';

export interface Attempt {
  /** There is another server to go to: what stalls or is slow is left. */
  brisk: boolean;
}

export interface Failure<P> {
  place: P;
  error: unknown;
}

export type Served<P, R> =
  | { served: true; value: R; failures: readonly Failure<P>[] }
  | { served: false; failures: readonly Failure<P>[] };

/**
 * Each place once, briskly where there are others. Where none served, those that were only slow, stalled or busy are tried
 * once more, with all patience: a slow line is no reason to fail.
 *
 * @param places in the order in which they are to be tried
 * @param stops whether a failure is not the server's, so that no other can help
 * @returns per place its last failure, in the order of places
 * @throws what `stops` says, and the signal's reason
 */
export async function firstServing<P, R>(
  places: readonly P[],
  context: AptContext,
  {
    locationOf,
    attempt,
    stops = () => false,
  }: {
    locationOf: (place: P) => Location;
    attempt: (place: P, how: Attempt) => Promise<R>;
    stops?: (error: unknown) => boolean;
  },
): Promise<Served<P, R>> {
  const failures = new Map<P, unknown>();
  const hostOf = (place: P): string => locationOf(place).host;
  const passes = places.length > 1 ? [true, false] : [false];
  for (const brisk of passes) {
    const again = places.filter((place) => !failures.has(place) || deservesPatience(failures.get(place)));
    for (const place of await inOrder(again, hostOf, context)) {
      try {
        const value = await attempt(place, { brisk });
        await note(hostOf(place), null, context);
        return { served: true, value, failures: listed(places, failures) };
      } catch (error) {
        context.signal?.throwIfAborted();
        if (stops(error)) throw error;
        await note(hostOf(place), ailmentIn(error), context);
        failures.set(place, error);
      }
    }
  }
  return { served: false, failures: listed(places, failures) };
}

function listed<P>(places: readonly P[], failures: ReadonlyMap<P, unknown>): Failure<P>[] {
  return places
    .filter((place) => failures.has(place))
    .map((place) => ({ place, error: failures.get(place) }));
}

async function inOrder<P>(
  places: readonly P[],
  hostOf: (place: P) => string,
  context: AptContext,
): Promise<readonly P[]> {
  if (places.length < 2) return places;
  const [health, now] = [await healthIn(context), nowOf(context).getTime()];
  const order = wellFirst(places, hostOf, health, now);
  const first = places[0]!;
  if (order[0] !== first) {
    const { why } = health.get(hostOf(first))!;
    sayOnce(context, `${hostOf(first)} ${why === 'slow' ? 'was slow' : 'failed'} lately: it is tried last`);
  }
  return order;
}

/** Those of the network. That a server does not have something, or something else, may be so of one file. */
const NETWORK = new Set<GpuSetupError['code']>([
  'host-unreachable',
  'tls-failed',
  'transfer-interrupted',
  'http-error',
  'too-many-redirects',
  'bad-redirect',
]);

/** Undefined where the failure says nothing of the server's state. */
function ailmentIn(error: unknown): Ailment['why'] | undefined {
  if (!(error instanceof GpuSetupError) || !NETWORK.has(error.code)) return undefined;
  return error.details?.['reason'] === SLOW ? 'slow' : 'failed';
}

function deservesPatience(error: unknown): boolean {
  if (!(error instanceof GpuSetupError) || !error.retryable) return false;
  const { code, details } = error;
  return code === 'transfer-interrupted' || code === 'http-error' || details?.['reason'] === 'ETIMEDOUT';
}

async function healthIn(context: AptContext): Promise<Health> {
  const memory = memoryOf(context);
  memory.health ??= await rememberedHealth(context);
  return memory.health;
}

async function note(
  host: string,
  outcome: Ailment['why'] | null | undefined,
  context: AptContext,
): Promise<void> {
  // A file: address has no host.
  if (host === '' || outcome === undefined) return;
  const health = await healthIn(context);
  const now = nowOf(context).getTime();
  if (outcome === null && !ails(health.get(host), now)) return;
  const next = after(health, host, outcome, now);
  memoryOf(context).health = next;
  await rememberHealth(next, context);
}
