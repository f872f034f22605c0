import { describe, expect, it } from 'vitest';
import { escaped, request, textLine } from '../../../src/cli/manual/roff.ts';

describe('text for roff', () => {
  it.each([
    ['--file=x', '\\-\\-file=x'],
    ['it\'s `a` ~ ^ "b"', 'it\\(aqs \\(gaa\\(ga \\(ti \\(ha \\(dqb\\(dq'],
    ['a\\fBb', 'a\\(rsfBb'],
    ['naïve €', 'na\\[u00EF]ve \\[u20AC]'],
    ['a\u001b[31mb\nc', 'a[31mb c'],
  ])('%j stands for itself', (text, roff) => {
    expect(escaped(text)).toBe(roff);
  });

  it('may break a long word behind what divides it, and no other', () => {
    expect(textLine('see /etc/gpu-setup/config.yaml_x_ or a/b')).toBe(
      'see /\\:etc/\\:gpu\\-setup/\\:config.yaml_\\:x_ or a/b',
    );
  });

  it('begins no request', () => {
    expect(textLine('.so /etc/passwd')).toBe('\\&.so /etc/passwd');
    expect(textLine("'so x")).toBe('\\(aqso x');
    expect(request('SH', 'A "b"')).toBe('.SH "A \\(dqb\\(dq"');
  });
});
