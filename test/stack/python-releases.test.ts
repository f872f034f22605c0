import { describe, expect, it } from 'vitest';
import { newestPythonIn, pythonInWords, takesPython } from '../../src/stack/python-releases.ts';

describe('releases of Python', () => {
  it.each([
    ['>=2.7,!=3.0.*,!=3.1.*,!=3.2.*,<3.7', '2.7, 3.3 to 3.6', '3.6'],
    ['>=3.10,<3.15', '3.10 to 3.14', '3.14'],
    ['>=3.10', '3.10 or newer', undefined],
    ['==3.6.*', '3.6', '3.6'],
    ['<2', '<2', undefined],
  ])('%s are %s', (specifier, words, newest) => {
    expect(pythonInWords(specifier)).toBe(words);
    expect(newestPythonIn(specifier)).toBe(newest);
  });

  it('are meant where some patch of them is', () => {
    expect(takesPython('>=3.9.2', '3.9')).toBe(true);
    expect(takesPython('>3.9.99', '3.9')).toBe(false);
    expect(takesPython(null, '3.9')).toBe(true);
  });
});
