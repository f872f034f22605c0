import { describe, expect, it } from 'vitest';
import { CONNECTIONS_PER_HOST, withConnection } from '../../../src/apt/servers/connections.ts';
import type { HttpResponse } from '../../../src/base/http/http-get.ts';
import { locationOf } from '../../support/location.ts';

/** Answers of a server that never ends them by itself. */
function server(host: string) {
  const location = locationOf(`http://${host}/x`);
  let open = 0;
  let most = 0;
  const answer = async (): Promise<HttpResponse> => {
    open++;
    most = Math.max(most, open);
    return {
      status: 200,
      header: () => null,
      location,
      body: (async function* () {
        yield Buffer.from('x');
        open--;
      })(),
      cancel: async () => void open--,
    };
  };
  return { ask: () => withConnection(location, answer), location, most: () => most };
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('transfers from one server', () => {
  it('run side by side up to a number; the next begins when one was read to its end or given back', async () => {
    const { ask, most } = server('many.example');
    const responses: HttpResponse[] = [];
    const all = Array.from({ length: CONNECTIONS_PER_HOST + 3 }, () =>
      ask().then((one) => responses.push(one)),
    );
    await settle();
    expect(responses).toHaveLength(CONNECTIONS_PER_HOST);
    await responses[0]!.cancel();
    await settle();
    expect(responses).toHaveLength(CONNECTIONS_PER_HOST + 1);
    for await (const chunk of responses[1]!.body) expect(chunk.length).toBe(1);
    await settle();
    expect(responses).toHaveLength(CONNECTIONS_PER_HOST + 2);
    // A reader that stops in the middle, and one that gives the same back twice.
    for await (const _ of responses[2]!.body) break;
    await responses[0]!.cancel();
    await Promise.all(all);
    expect(responses).toHaveLength(CONNECTIONS_PER_HOST + 3);
    expect(most()).toBeLessThanOrEqual(CONNECTIONS_PER_HOST + 1);
    for (const one of responses) await one.cancel();
  });

  it('from another do not wait for them, and a failed one leaves nothing taken', async () => {
    const { ask, location } = server('failing.example');
    for (let i = 0; i < CONNECTIONS_PER_HOST * 2; i++) {
      await expect(withConnection(location, () => Promise.reject(new Error('refused')))).rejects.toThrow(
        'refused',
      );
    }
    const held = await Promise.all(Array.from({ length: CONNECTIONS_PER_HOST }, ask));
    await (await server('other.example').ask()).cancel();
    for (const one of held) await one.cancel();
  });
});
