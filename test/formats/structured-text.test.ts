import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readJson, readYaml, type Reading } from '../../src/formats/structured-text.ts';

const anything = z.unknown();
const files = z.object({
  files: z.record(z.string().regex(/^\//, { error: 'a path' }), z.union([z.string(), z.array(z.string())])),
});

const TEXT = `{
  "files": {
    "/a": "one",
    "/b": ["1",
      2]
  }
}`;

function troubleOf(reading: Reading<unknown>) {
  if (reading.ok) throw new Error('nothing was refused');
  return reading.trouble;
}

describe('readJson', () => {
  it('gives the value in the form that the schema has', () => {
    const schema = z.object({ a: z.number() });
    expect(readJson('{"a": 1, "b": 2}', schema)).toEqual({ ok: true, value: { a: 1 } });
  });

  it('finds the line of a value that is not of the form, or of the nearest part that exists', () => {
    const number = z.object({ files: z.object({ '/b': z.tuple([z.string(), z.string()]) }) });
    expect(troubleOf(readJson(TEXT, number))).toMatchObject({
      kind: 'form',
      line: 5,
      path: ['files', '/b', 1],
    });
    const missing = z.object({ files: z.object({ '/missing': z.string() }) });
    expect(troubleOf(readJson(TEXT, missing))).toMatchObject({ line: 2, path: ['files', '/missing'] });
  });

  it('says of a key what was expected of it', () => {
    expect(troubleOf(readJson('{"files":\n{"a": "x"}}', files))).toMatchObject({ line: 2, what: 'a path' });
  });

  it.each([
    ['{"a": 1,\n}', 1, 'a comma stands behind the last value'],
    ['{\n"a": [1, 2, \n ]}', 2, 'a comma stands behind the last value'],
    ['{\n"a" 1}', 2, 'Missing'],
    ['{\n"a"}', 2, "':' and a value"],
    ['{"a":\n}', 1, 'was expected'],
    ['{"a": [1\n2]}', 1, 'was expected'],
    ['{"a": "x\ny"}', 1, 'was expected'],
    ['{"a": \n"x', 2, 'Missing closing "quote'],
    ['{}\n{}', 2, 'Unexpected'],
    ['{"a": \n', 2, 'must end with a }'],
    ['{"a": 01}', 1, 'was expected'],
    ["{\n'a': 1}", 2, 'a key in double quotes'],
    ['{\na: 1}', 2, 'a key in double quotes'],
    ['{"a":\n tru}', 2, 'was expected'],
    ['{"a": "\\x"}', 1, 'Invalid escape'],
    ['a: 1', 1, 'brackets'],
  ])('says where %j is wrong', (text, line, what) => {
    const trouble = troubleOf(readJson(text, anything));
    expect(trouble).toMatchObject({ kind: 'syntax', line });
    expect(trouble.what).toContain(what);
  });

  it('takes what JSON.parse takes and refuses what it refuses, in a line that is there', () => {
    fc.assert(fc.property(fc.json(), (json) => readJson(json, anything).ok));
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', '"', '{', ']', ',', '0', '\\', '\u0001', '\n'),
        (json, place, text) => {
          const at = json.length === 0 ? 0 : place % json.length;
          const changed = json.slice(0, at) + text + json.slice(at + 1);
          const reading = readJson(changed, anything);
          if (reading.ok) return;
          const { line } = reading.trouble;
          expect(line === null || (line >= 1 && line <= changed.split('\n').length)).toBe(true);
        },
      ),
    );
  });

  it('gives no line where finding it would take too long', () => {
    expect(troubleOf(readJson(`[${'1,'.repeat(100_000)}`, anything)).line).toBeNull();
    expect(troubleOf(readJson('['.repeat(1_000), anything)).line).toBeNull();
    expect(troubleOf(readJson(`{"a": ${'\n'.repeat(600_000)}`, anything)).line).toBeNull();
    expect(troubleOf(readJson(`{"a": "${'x'.repeat(13 << 20)}`, anything)).line).toBeNull();
    const many = `{"files":{${'"/a":"b",\n'.repeat(100_000)}"/c":1}}`;
    expect(troubleOf(readJson(many, files))).toMatchObject({ line: null, path: ['files', '/c'] });
  });

  it('counts no comma of a text as an element: whole files stand in some', () => {
    const text = `{\n"files": {"/a": ${JSON.stringify('a, b, [c] "\\'.repeat(20_000))},\n"/b": 1}}`;
    expect(troubleOf(readJson(text, files)).line).toBe(3);
  });
});

describe('readYaml', () => {
  const schema = z.strictObject({ name: z.string(), needs: z.array(z.string()).optional() });

  it('gives the value in the form that the schema has', () => {
    expect(readYaml('name: x # a note\nneeds: [a, b]\n', schema)).toEqual({
      ok: true,
      value: { name: 'x', needs: ['a', 'b'] },
    });
  });

  it.each([
    ['name: x\nneeds:\n  - a\n  - 1\n', 'form', 4],
    ['name: x\nmore: 1\n', 'form', 1],
    ['name: x\nname: y\n', 'syntax', 2],
    ['name: "x\n', 'syntax', 2],
    ['name: &a x\nneeds: [*a]\n', 'syntax', 1],
  ])('says where %j is wrong', (text, kind, line) => {
    expect(troubleOf(readYaml(text, schema))).toMatchObject({ kind, line });
  });
});
