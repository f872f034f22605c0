import { describe, expect, it } from 'vitest';
import { pageTitle, renderPage } from '../../src/report/diagnosis-page.ts';
import { shellLine } from '../../src/base/processes/shell-line.ts';
import { table } from '../../src/report/table.ts';
import { detectTerminal, type Terminal } from '../../src/report/terminal.ts';
import { bytesText, secondsText } from '../../src/report/units.ts';
import { cut, wrap } from '../../src/report/wrap.ts';

const plain: Terminal = { columns: 40, color: false, interactive: false, unicode: false };

describe('detectTerminal', () => {
  const tty = { isTTY: true, columns: 132 };

  it.each([
    ['a terminal', tty, {}, { color: true, interactive: true, columns: 132 }],
    ['a pipe', {}, {}, { color: false, interactive: false, columns: 80 }],
    ['a dumb terminal', tty, { TERM: 'dumb' }, { color: false, interactive: false }],
    ['NO_COLOR', tty, { NO_COLOR: '1' }, { color: false, interactive: true }],
    ['an empty NO_COLOR, which means nothing', tty, { NO_COLOR: '' }, { color: true }],
    ['a forced pipe', {}, { FORCE_COLOR: '1' }, { color: true, interactive: false }],
    ['CLICOLOR=0', tty, { CLICOLOR: '0' }, { color: false }],
    ['a terminal that says it has no columns', { isTTY: true, columns: 0 }, {}, { columns: 80 }],
    ['a UTF-8 locale', tty, { LANG: 'de_DE.UTF-8' }, { unicode: true }],
    ['LC_ALL=C over a UTF-8 LANG', tty, { LC_ALL: 'C', LANG: 'de_DE.UTF-8' }, { unicode: false }],
  ])('knows %s', (_what, stream, env, expected) => {
    expect(detectTerminal(stream, env, true)).toMatchObject(expected);
  });

  it('does not let a forced colour reach stderr in a log file', () => {
    expect(detectTerminal({}, { FORCE_COLOR: '1' }, false).color).toBe(false);
  });
});

describe('wrap', () => {
  it('breaks at spaces and indents what follows', () => {
    expect(wrap('aaa bbb ccc', 9, '1. ', '   ')).toEqual(['1. aaa', '   bbb', '   ccc']);
  });

  it('keeps a long word whole, so that a path can be copied', () => {
    expect(wrap('see /a/very/long/path now', 8)).toEqual(['see', '/a/very/long/path', 'now']);
  });
});

describe('cut', () => {
  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdefg', 6, 'abc...'],
  ])('%j to %i columns is %j', (text, width, expected) => {
    expect(cut(text, width, '...')).toBe(expected);
  });
});

describe('table', () => {
  it('aligns columns and escapes cells', () => {
    expect(
      table(
        ['NAME', 'WHAT'],
        [
          ['a', 'x\u001b'],
          ['long', 'y'],
        ],
        plain,
      ),
    ).toBe('NAME  WHAT\na     x\\u001b\nlong  y\n');
  });

  it('is cut on a terminal alone: what goes into a pipe stays whole', () => {
    const rows = [['a', 'x'.repeat(60)]];
    expect(table([], rows, plain)).toHaveLength(64);
    expect(table([], rows, { ...plain, interactive: true })).toHaveLength(41);
  });
});

describe('units', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [999_960, '1.0 MB'],
    [4_880_000_000, '4.9 GB'],
  ])('%i bytes are %j', (bytes, text) => expect(bytesText(bytes)).toBe(text));

  it.each([
    [0.04, '0.0 s'],
    [9.96, '10 s'],
    [185, '3 min 05 s'],
    [59.7, '1 min 00 s'],
  ])('%d seconds are %j', (seconds, text) => expect(secondsText(seconds)).toBe(text));
});

describe('shellLine', () => {
  it('quotes what a shell would take apart', () => {
    expect(shellLine(['sh', '-c', "a 'b' $c", '', '/dev/nvidia*'])).toBe(
      "sh -c 'a '\\''b'\\'' $c' '' '/dev/nvidia*'",
    );
  });
});

describe('renderPage', () => {
  const page = [
    '# The `nouveau` driver holds the GPU',
    '',
    'A paragraph with **weight**, `code` and a [link](https://example.com/x)',
    'over two lines.',
    '',
    '- one item that is long enough to be wrapped',
    '- two',
    '',
    '```sh',
    'sudo  keep   spaces',
    '```',
  ].join('\n');

  it('wraps paragraphs and lists, and leaves code as it stands', () => {
    expect(renderPage(page, plain).split('\n')).toEqual([
      'The `nouveau` driver holds the GPU',
      '',
      'A paragraph with weight, `code` and a',
      'link (https://example.com/x) over two',
      'lines.',
      '',
      '  * one item that is long enough to be',
      '    wrapped',
      '  * two',
      '',
      '    sudo  keep   spaces',
      '',
    ]);
  });

  it('colours code in the place of backticks', () => {
    expect(renderPage('Use `lsmod` now', { ...plain, color: true })).toBe(
      'Use \u001b[36mlsmod\u001b[39m now\n',
    );
  });

  it('escapes, and ends an unclosed fence with the page', () => {
    expect(renderPage('```\n\u001b[2J', plain)).toBe('    \\u001b[2J\n');
  });

  it('has a title: the first heading', () => {
    expect(pageTitle(page)).toBe('The `nouveau` driver holds the GPU');
    expect(pageTitle('no heading')).toBeNull();
  });
});
