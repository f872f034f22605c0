import { describe, expect, it } from 'vitest';
import { pageTitle, renderPage } from '../../src/report/diagnosis-page.ts';
import { shellLine } from '../../src/base/processes/shell-line.ts';
import { table } from '../../src/report/table.ts';
import { detectTerminal, type Terminal } from '../../src/report/terminal.ts';
import { timeText } from '../../src/base/time-text.ts';
import { bytesText, secondsText } from '../../src/report/units.ts';
import { displayWidth } from '../../src/report/display-width.ts';
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
    ['COLUMNS, which a person set', tty, { COLUMNS: '60' }, { columns: 60 }],
    ['COLUMNS in a pipe', {}, { COLUMNS: '160' }, { columns: 160 }],
    ['a COLUMNS that is no width', tty, { COLUMNS: '-3' }, { columns: 132 }],
    ['a COLUMNS of nothing', tty, { COLUMNS: '0' }, { columns: 132 }],
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

  it('keeps a number with its unit', () => {
    expect(wrap('on disk 544.3 kB of its own', 16)).toEqual(['on disk 544.3 kB', 'of its own']);
    expect(wrap('on disk 544.3 kB of its own', 15)).toEqual(['on disk', '544.3 kB of its', 'own']);
    expect(wrap('version 12 of it', 10)).toEqual(['version 12', 'of it']);
  });

  it('keeps a long word whole, so that a path can be copied', () => {
    expect(wrap('see /a/very/long/path now', 8)).toEqual(['see', '/a/very/long/path', 'now']);
  });
});

describe('wrap of text with commands in it', () => {
  const text = (line: string): string[] => wrap(line, 24);

  it.each([
    ['gpu-setup remove cuda10 and install it again', ['gpu-setup remove cuda10', 'and install it again']],
    [
      'then run gpu-setup install cuda@11.8 --with cublas --source debian-bookworm, and wait for it',
      ['then run', 'gpu-setup install cuda@11.8 --with cublas --source debian-bookworm,', 'and wait for it'],
    ],
  ])('%s', (line, expected) => expect(text(line)).toEqual(expected));

  it.each([
    'sudo apt-get install --no-install-recommends nvidia-driver-470',
    'make 2>&1 | gpu-setup explain - | head -20 of it',
    'gpu-setup run cuda10 -- nvcc --version',
    'gpu-setup smoke --cost yolov4.cfg --report out',
    'gpu-setup remove darknet',
    './gpu-setup doctor --example fresh-laptop2 --assume-driver 470.256.02',
  ])('never breaks %s', (line) => expect(text(line)).toEqual([line]));

  it('does not take a sentence for a command', () => {
    expect(text('gpu-setup prune deletes what the store still holds')).toEqual([
      'gpu-setup prune deletes',
      'what the store still',
      'holds',
    ]);
  });
});

describe('display width', () => {
  it.each([
    ['plain', 5],
    ['漢字', 4],
    ['한글', 4],
    ['ｆｕｌｌ', 8],
    ['e\u0301', 1],
    ['👩‍🔬', 2],
    ['🇩🇪', 2],
    ['❤\ufe0f', 2],
    ['✓ …', 3],
    ['a\u200bb', 2],
  ])('of %j is %i columns', (text, columns) => expect(displayWidth(text)).toBe(columns));

  it('is what lines are broken and cut by', () => {
    expect(wrap('漢字 漢字 漢字', 9)).toEqual(['漢字 漢字', '漢字']);
    expect(cut('漢字漢字', 6, '...')).toBe('漢...');
    expect(cut('e\u0301e\u0301', 2, '...')).toBe('e\u0301e\u0301');
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

  const screen: Terminal = { ...plain, interactive: true };

  it('keeps a path whole on a terminal and in a pipe: it must be copied', () => {
    const rows = [['a', 'x'.repeat(60)]];
    expect(table([], rows, plain)).toBe(`a  ${'x'.repeat(60)}\n`);
    // What is wider than the terminal begins at its edge: there the terminal breaks it without putting anything in between.
    expect(table([], rows, screen)).toBe(`a\n${'x'.repeat(60)}\n`);
  });

  it('breaks the last column at words on a terminal alone, under itself', () => {
    const rows = [['name', 'one two three four five six seven eight']];
    expect(table([], rows, plain)).toBe('name  one two three four five six seven eight\n');
    expect(table([], rows, screen)).toBe('name  one two three four five six seven\n      eight\n');
  });

  it('puts the last column below the others where they leave it no room', () => {
    const rows = [['n'.repeat(10), 'm'.repeat(10), 'words that say what it is, and then some']];
    expect(table([], rows, screen)).toBe(
      'nnnnnnnnnn  mmmmmmmmmm\n    words that say what it is, and then\n    some\n',
    );
  });

  it('aligns by columns of the terminal, not by characters', () => {
    expect(
      table(
        [],
        [
          ['漢字', 'x'],
          ['ab', 'y'],
        ],
        plain,
      ),
    ).toBe('漢字  x\nab    y\n');
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
    [185, '3 min 5 s'],
    [59.7, '1 min'],
    [65, '1 min 5 s'],
    [4800, '1 h 20 min'],
    [7200, '2 h'],
  ])('%d seconds are %j', (seconds, text) => expect(secondsText(seconds)).toBe(text));
});

describe('a time', () => {
  it('is said by the clock of this machine, to the minute', () => {
    const time = new Date(2026, 10, 5, 9, 7, 59);
    expect(timeText(time.toISOString())).toBe('2026-11-05 09:07');
  });

  it('that is none is said as it stands', () => expect(timeText('long ago')).toBe('long ago'));
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
      'Use \u001b[1mlsmod\u001b[22m now\n',
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
