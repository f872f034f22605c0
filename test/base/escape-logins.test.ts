import { describe, expect, it } from 'vitest';
import { escapeDeep, escapeText, withoutLogins } from '../../src/base/escape.ts';

describe('text that is shown', () => {
  it.each([
    ['deb https://me:secret@host/debian bookworm main', 'deb https://host/debian bookworm main'],
    ["fatal: unable to access 'https://secret@host/x.git/'", "fatal: unable to access 'https://host/x.git/'"],
    ['http://me:sec@ret@host/', 'http://host/'],
    ['proxy=HTTP://me:secret@proxy:3128', 'proxy=HTTP://proxy:3128'],
    ['a http://u:secret@a/ b ftp://u:secret@b/ c', 'a http://a/ b ftp://b/ c'],
    ['ssh://git@host/x and ssh://git:secret@host/x', 'ssh://git@host/x and ssh://host/x'],
    ['http://host/@scope/pkg?mail=a@b', 'http://host/@scope/pkg?mail=a@b'],
    ['mail a@b.example, see http://host/', 'mail a@b.example, see http://host/'],
  ])('has no login in its URLs: %s', (text, shown) => {
    expect(escapeText(text)).toBe(shown);
    expect(escapeDeep({ a: [text] })).toEqual({ a: [shown] });
  });

  it('is read in linear time', () => {
    const long = 'x'.repeat(200_000);
    for (const text of ['://'.repeat(100_000), `://${long}`, `://${'@'.repeat(200_000)}`, `ssh://${long}:`])
      expect(withoutLogins(text).length).toBeGreaterThan(0);
  });
});
