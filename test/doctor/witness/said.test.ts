/** What lines testify, and what may be concluded from them: at least this, whatever else a family learns to hear in them. */
import { expect, it } from 'vitest';
import { lostOf, SAID } from './said.ts';

it.each(SAID)('hears all of it in: $text', (one) => {
  expect(lostOf(one)).toEqual([]);
});
