import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { displayWidth, startOf } from '../../src/report/display-width.ts';

/** Every character of the first planes' common part that is printed as it is. */
const printed = Array.from({ length: 0x3000 - 0x20 }, (_, at) => String.fromCharCode(at + 0x20));

describe('columns that text takes', () => {
  it('are those that string-width counts, also where its tables are not asked', () => {
    const wrong = printed.filter((one) => displayWidth(one) !== stringWidth(one));
    expect(wrong).toEqual([]);
  });

  it('add up beside each other', () => {
    for (const one of printed.filter((char) => displayWidth(char) === 1 && char < '\u2720')) {
      expect(displayWidth(`x${one}${one}é`), one).toBe(stringWidth(`x${one}${one}é`));
    }
  });

  it('are counted for what is wide, joined or invisible', () => {
    expect(displayWidth('日本')).toBe(4);
    expect(displayWidth('👩‍💻 ok')).toBe(5);
    expect(displayWidth('e\u0301')).toBe(1);
    expect(displayWidth('\u2714\ufe0f')).toBe(stringWidth('\u2714\ufe0f'));
    expect(displayWidth('a\u00adb')).toBe(stringWidth('a\u00adb'));
  });

  it('never end in the middle of a character', () => {
    expect(startOf('日本語', 5)).toBe('日本');
    expect(startOf('e\u0301e\u0301', 1)).toBe('e\u0301');
    expect(startOf('✓ done', 3)).toBe('✓ d');
  });
});
