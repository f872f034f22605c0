import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  JsonElements,
  JsonProblem,
  MAX_DEPTH,
  MAX_ELEMENT_BYTES,
  type Element,
} from '../../../src/darknet/data/json-elements.ts';

/** Reads text in pieces of the given size; every piece lies in one buffer that the next one overwrites. */
function read(text: string | Buffer, size = 7): Element[] {
  const bytes = Buffer.from(text);
  const buffer = Buffer.alloc(size);
  const elements: Element[] = [];
  const reader = new JsonElements((element) => elements.push(element));
  for (let at = 0; at < bytes.length; at += size) {
    const count = bytes.copy(buffer, 0, at, at + size);
    reader.push(buffer.subarray(0, count));
  }
  reader.end();
  return elements;
}

function problem(text: string, size = 7): JsonProblem {
  try {
    read(text, size);
  } catch (error) {
    if (error instanceof JsonProblem) return error;
    throw error;
  }
  throw new Error(`read without a problem: ${text.slice(0, 80)}`);
}

describe('JsonElements', () => {
  it('hands out the elements of arrays one by one, and other values whole', () => {
    expect(
      read(' {"info": {"a": [1, "]}"]}, "images": [ {"id": 1},2 ,"x", [] ], "none": [], "n": -1.5e3 } '),
    ).toEqual([
      { section: 'info', index: null, value: { a: [1, ']}'] }, offset: 10 },
      { section: 'images', index: 0, value: { id: 1 }, offset: 40 },
      { section: 'images', index: 1, value: 2, offset: 50 },
      { section: 'images', index: 2, value: 'x', offset: 53 },
      { section: 'images', index: 3, value: [], offset: 58 },
      { section: 'n', index: null, value: -1500, offset: 81 },
    ]);
  });

  it('reads what JSON.stringify writes, wherever the pieces are cut', () => {
    const sections = fc.dictionary(
      fc.string({ unit: 'binary' }),
      fc.oneof(fc.array(fc.jsonValue()), fc.jsonValue()),
    );
    fc.assert(
      fc.property(
        sections,
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(0, 2),
        (object, size, indent) => {
          // Through JSON once: -0 and duplicate keys are no matter of this reader.
          const plain = JSON.parse(JSON.stringify(object)) as Record<string, unknown>;
          const rebuilt: [string, unknown][] = Object.entries(plain).filter(
            ([, value]) => Array.isArray(value) && value.length === 0,
          );
          for (const { section, index, value } of read(JSON.stringify(plain, null, indent), size)) {
            if (index === null) rebuilt.push([section, value]);
            else if (index === 0) rebuilt.push([section, [value]]);
            else (rebuilt.at(-1)![1] as unknown[]).push(value);
          }
          expect(Object.fromEntries(rebuilt)).toEqual(plain);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('accepts a byte order mark', () => {
    expect(read('\ufeff{"a": [1]}')).toHaveLength(1);
  });

  it('knows a document that ends too early, wherever it is cut', () => {
    const text = '{"info": {"a": "b\\"c"}, "images": [{"id": 1}, 22], "x": true}';
    for (let length = 0; length < text.length; length++) {
      const { cut, offset, message } = problem(text.slice(0, length));
      expect([cut, offset, message], text.slice(0, length)).toEqual([
        true,
        length,
        'the file ends in the middle',
      ]);
    }
    expect(problem(text.slice(0, 48)).place).toBe('images[1]');
  });

  it.each([
    ['[]', 0],
    ['null', 0],
    ['{,}', 1],
    ['{1: 2}', 1],
    ['{"a" 1}', 5],
    ['{"a": 1,}', 8],
    ['{"a": [1,]}', 9],
    ['{"a": [,1]}', 7],
    ['{"a": [1 2]}', 9],
    ['{"a": [1}}', 8],
    ['{"a": 1]', 7],
    ['{"a": nul}', 6],
    ['{"a": 01}', 6],
    ['{"a": [{"b": 1]}', 7],
    ['{"a": [{"b" 1}]}', 7],
    ["{'a': 1}", 1],
    ['{"a\nb": 1}', 1],
    ['{"a": "\\q"}', 6],
    ['{"a": 1} {', 9],
    ['\u0000\u0001binary', 0],
    ['<html>', 0],
  ])('refuses %j and says at which byte', (text, offset) => {
    const { offset: found, cut } = problem(text);
    expect([found, cut]).toEqual([offset, false]);
  });

  it('bounds what it holds: one huge value, or one nested very deeply, is refused while it is read', () => {
    expect(problem(`{"a": ["${'x'.repeat(MAX_ELEMENT_BYTES)}"]}`, 1 << 20).message).toMatch(
      /larger than 16 MiB/,
    );
    expect(problem(`{"a": [${'1'.repeat(MAX_ELEMENT_BYTES + 1)}]}`, 1 << 20).message).toMatch(
      /larger than 16 MiB/,
    );
    expect(problem(`{"a": ${'['.repeat(2)}${'['.repeat(MAX_DEPTH + 1)}`).message).toMatch(/nested deeper/);
  });
});
