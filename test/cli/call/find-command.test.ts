import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../src/cli/all-commands.ts';
import { findCommand } from '../../../src/cli/call/find-command.ts';
import { aliasesOf, CALLED_ELSEWHERE, OPPOSITES } from '../../../src/cli/call/other-names.ts';
import type { GpuSetupError } from '../../../src/base/errors.ts';

function commandOf(...argv: string[]): { name: string; argv: readonly string[] } {
  const selection = findCommand(argv, COMMANDS);
  if (selection.kind !== 'command') throw new Error('no command was found');
  return { name: selection.entry.name, argv: selection.argv };
}

/** What is proposed in the place of a word; null where it is a command. */
function proposed(word: string): readonly string[] | null {
  try {
    findCommand([word], COMMANDS);
    return null;
  } catch (error) {
    return (error as GpuSetupError).details!['nearest'] as string[];
  }
}

const LETTERS = 'adenu';

/** Every word at one edit: a letter too few, too many, another one, two in the wrong order. */
function slips(word: string): string[] {
  const found: string[] = [];
  for (let at = 0; at <= word.length; at++) {
    const [before, after] = [word.slice(0, at), word.slice(at)];
    found.push(before + after.slice(1));
    if (after.length > 1) found.push(before + after[1]! + after[0]! + after.slice(2));
    for (const letter of LETTERS) found.push(before + letter + after, before + letter + after.slice(1));
  }
  return [...new Set(found)].filter((one) => /^[a-z]+$/.test(one));
}

describe('other names of commands', () => {
  it.each([
    ['ls', 'list'],
    ['rm', 'remove'],
    ['uninstall', 'remove'],
  ])('%s is %s', (alias, name) => {
    expect(commandOf(alias, 'x', '--json')).toEqual({ name, argv: ['x', '--json'] });
    expect(commandOf('help', alias)).toEqual({ name, argv: ['--help'] });
    expect(COMMANDS.find((one) => one.name === name)?.aliases).toContain(alias);
  });

  it('lead to commands that there are, and take no name of one', () => {
    const names = COMMANDS.map(({ name }) => name);
    const targets = Object.values(CALLED_ELSEWHERE).map((target) => target.split(' ')[0]);
    expect(targets.filter((target) => !names.includes(target!))).toEqual([]);
    const others = [...Object.keys(CALLED_ELSEWHERE), ...names.flatMap(aliasesOf)];
    expect(others.filter((one) => names.includes(one))).toEqual([]);
    expect(new Set(others).size).toBe(others.length);
  });
});

describe('--version with other options', () => {
  it.each([[['--version', '-v']], [['-v', '-V']], [['-Vv']], [['-V', '--json', '--verbose']]])(
    '%j is the command version',
    (argv) => {
      const found = commandOf(...argv);
      expect(found.name).toBe('version');
      expect(found.argv).not.toContain('--version');
      expect(found.argv.some((one) => one.includes('V'))).toBe(false);
    },
  );
});

describe('what is proposed for an unknown command', () => {
  it.each([
    ['delete', ['remove']],
    ['clean', ['prune']],
    ['deactivate', ['env --off']],
    ['Install', ['install']],
    ['uninstal', ['remove']],
    ['instal', ['install']],
    ['hlep', ['help']],
    ['frobnicate', []],
  ])('%s: %j', (word, expected) => {
    expect(proposed(word)).toEqual(expected);
  });

  it('is never the opposite of what was meant, with any one slip of the pen', () => {
    const meanings = [
      ...Object.entries(CALLED_ELSEWHERE),
      ...COMMANDS.flatMap(({ name, aliases = [] }) =>
        [name, ...aliases].map((word) => [word, name] as const),
      ),
    ];
    const wrong: string[] = [];
    for (const pair of OPPOSITES) {
      for (const [word, meant] of meanings.filter(([, one]) => pair.includes(one))) {
        const opposite = pair.find((one) => one !== meant)!;
        const tries = [word, ...slips(word)];
        wrong.push(
          ...tries.filter((one) => proposed(one)?.includes(opposite)).map((one) => `${word}: ${one}`),
        );
      }
    }
    expect(wrong).toEqual([]);
  });
});
