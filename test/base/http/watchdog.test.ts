import { describe, expect, it } from 'vitest';
import { watchdog } from '../../../src/base/http/watchdog.ts';

describe('why a request ended', () => {
  const wrapped = (error: unknown): unknown => watchdog(undefined).translate(error, ({ text }) => text);

  it('is the network, in words', () => {
    expect(wrapped(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }))).toBe(
      'the connection was refused',
    );
  });

  it.each([
    // As where `ulimit -v` leaves no room for what reads the answers.
    ['memory that this machine did not give', new RangeError('WebAssembly.instantiate(): Out of memory')],
    ['a mistake of ours', new TypeError('x is not a function')],
  ])('is not the network: %s', (_, error) => {
    expect(wrapped(error)).toBe(error);
  });
});
