/** How many transfers from one server run side by side: many indexes and packages are wanted at once, and one host has them all. */
import { Limit } from '../../base/limit.ts';
import type { HttpResponse } from '../../base/http/http-get.ts';
import type { Location } from '../../base/http/location.ts';

/** What browsers stay below; public mirrors refuse or slow down who opens many more. */
export const CONNECTIONS_PER_HOST = 4;

const limits = new Map<string, Limit>();

/** The answer holds its place until its body has ended or was given back. */
export async function withConnection(
  location: Location,
  ask: () => Promise<HttpResponse>,
): Promise<HttpResponse> {
  let limit = limits.get(location.host);
  if (limit === undefined) limits.set(location.host, (limit = new Limit(CONNECTIONS_PER_HOST)));
  const leave = await entered(limit);
  try {
    const response = await ask();
    return {
      ...response,
      body: thenLeave(response.body, leave),
      cancel: async () => {
        leave();
        await response.cancel();
      },
    };
  } catch (error) {
    leave();
    throw error;
  }
}

/** Resolves when there is a place; what it gives frees it, however often it is called. */
function entered(limit: Limit): Promise<() => void> {
  return new Promise((enter) => {
    void limit.run(() => new Promise<void>((leave) => enter(leave)));
  });
}

async function* thenLeave(body: AsyncIterable<Uint8Array>, leave: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } finally {
    leave();
  }
}
