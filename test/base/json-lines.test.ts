import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { locate } from '../../src/base/json-lines.ts';

const TEXT = `{
  "files": {
    "/a": "one",
    "/b": [1,
      2]
  }
}`;

describe('locate', () => {
  it('finds the line of a value by its path', () => {
    expect(locate(TEXT, ['files', '/a'])).toEqual({ line: 3, problem: null });
    expect(locate(TEXT, ['files', '/b', '1'])).toEqual({ line: 5, problem: null });
  });

  it('gives the line of the nearest part that exists', () => {
    expect(locate(TEXT, ['files', '/missing'])).toEqual({ line: 2, problem: null });
  });

  it.each([
    ['{"a": 1,\n}', 2, 'a key in double quotes'],
    ['{"a" 1}', 1, "':'"],
    ['{"a": [1\n2]}', 2, "',' or ']'"],
    ['{"a": "x\ny"}', 1, 'line break'],
    ['{"a": \n"x', 2, 'no end'],
    ['{}\n{}', 2, 'nothing was expected'],
    ['{"a": \n', 2, 'ends too early'],
    ['{"a": 01}', 1, "',' or '}'"],
    ["{'a': 1}", 1, 'double quotes'],
    ['{"a": "\\x"}', 1, 'escape'],
  ])('says where %j is wrong', (text, line, message) => {
    const { problem } = locate(text);
    expect(problem?.line).toBe(line);
    expect(problem?.message).toContain(message);
  });

  it('refuses nesting that would exhaust the stack', () => {
    expect(locate('['.repeat(100_000)).problem?.message).toContain('nested deeper');
  });

  it('agrees with JSON.parse on what is valid', () => {
    fc.assert(fc.property(fc.json(), (json) => locate(json).problem === null));
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', '"', '{', ']', ',', '0', '\\', '\u0001'),
        (json, place, text) => {
          const at = json.length === 0 ? 0 : place % json.length;
          const changed = json.slice(0, at) + text + json.slice(at + 1);
          let valid = true;
          try {
            JSON.parse(changed);
          } catch {
            valid = false;
          }
          expect(locate(changed).problem === null).toBe(valid);
        },
      ),
    );
  });
});
