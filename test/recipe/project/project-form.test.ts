/** The project file is written by hand, and by strangers: what is no project file is refused, with its place. */
import { describe, expect, it } from 'vitest';
import { parseProject } from '../../../src/recipe/project/project-form.ts';
import { validatorFor } from '../../support/schema.ts';

const GOOD: [string, string, object][] = [
  ['a prefix', 'prefix: cuda10\n', { kind: 'prefix', word: 'cuda10' }],
  ['a recipe by name', '# why\nrecipe: cuda10\n', { kind: 'recipe', word: 'cuda10' }],
  ['a recipe by path', 'recipe: ./recipes/own', { kind: 'recipe', word: './recipes/own' }],
  ['a lock', 'schema: gpu-setup/project@1\nlock: locks/a.lock\n', { kind: 'lock', word: 'locks/a.lock' }],
];

const BAD: [string, string, RegExp][] = [
  ['nothing', '', /^F(:\d+)?: .*expected one of prefix, recipe, lock/],
  ['a list', '- prefix: a\n', /expected one of/],
  ['a schema alone', 'schema: gpu-setup/project@1\n', /there is none/],
  ['another schema', 'schema: gpu-setup/project@2\nprefix: a\n', /schema: expected gpu-setup\/project@1/],
  ['two keys', 'prefix: a\nrecipe: b\n', /there are 2/],
  ['an unknown key', 'prefx: cuda10\n', /^F:1: prefx: there is no such key; did you mean prefix\?$/],
  [
    'an unknown key beside a known one',
    'prefix: a\nonEnter: curl x | sh\n',
    /^F:2: onEnter: there is no such key; known are/,
  ],
  ['a number', 'prefix: 10\n', /^F:1: prefix: expected the name of a prefix/],
  ['no value', 'prefix:\n', /prefix: expected/],
  ['a path as prefix', 'prefix: ../../x\n', /not a path/],
  ['an absolute lock', 'lock: /etc/passwd\n', /below the folder of this file/],
  ['a home', 'lock: ~/x\n', /below the folder of this file/],
  ['a climbing recipe', 'recipe: ./a/../../b\n', /below the folder of this file/],
  ['a control character', 'prefix: "a\\u001b[31m"\n', /without control characters/],
  ['too long a name', `prefix: ${'a'.repeat(201)}\n`, /at most 200/],
  ['an alias', 'prefix: &a x\nrecipe: *a\n', /alias|there are 2/],
  ['the same key twice', 'prefix: a\nprefix: b\n', /unique/i],
  ['no YAML', 'prefix: [\n', /^F:\d+: /],
  ['brackets without end', '['.repeat(20_000), /^F: it is nested too deeply$/],
  ['brackets without end in a value', `prefix: ${'['.repeat(60_000)}`, /^F: it is nested too deeply$/],
  ['lists in lists', '- '.repeat(20_000), /^F: it is nested too deeply$/],
  ['keys in keys', '? '.repeat(4_000), /^F: it is nested too deeply$/],
  [
    'some keys in keys',
    `prefix: a
${'? '.repeat(100)}`,
    /^F:2: a key has to be a text$/,
  ],
];

describe('a project file', () => {
  it.each(GOOD)('%s', (_, text, names) => expect(parseProject(text, 'F')).toEqual(names));

  it.each(BAD)('is refused: %s', (_, text, message) => {
    expect(() => parseProject(text, 'F')).toThrowError(
      expect.objectContaining({ code: 'bad-project', message: expect.stringMatching(message) }),
    );
  });

  it('is what the published schema says', () => {
    const validate = validatorFor('project');
    for (const value of [
      { prefix: 'cuda10' },
      { recipe: './a' },
      { schema: 'gpu-setup/project@1', lock: 'a/b' },
    ]) {
      expect(validate(value), JSON.stringify(value)).toBe(true);
    }
    for (const value of [
      {},
      { prefix: 'a', lock: 'b' },
      { prefix: 'a/b' },
      { lock: '/a' },
      { lock: '../a' },
      { lock: 'a/..' },
      { lock: '~/a' },
      { x: 1 },
    ]) {
      expect(validate(value), JSON.stringify(value)).toBe(false);
    }
  });
});
