/** Which command a call means, and which one it may have meant. */
import { usageError } from '../../base/errors.ts';
import { nearest } from '../../base/suggest.ts';
import type { CommandEntry } from '../command.ts';
import { CALLED_ELSEWHERE, OPPOSITES } from './other-names.ts';

export type Selection =
  | { kind: 'help' }
  /** `argv`: what belongs to the command, options that stood before its name included. */
  | { kind: 'command'; entry: CommandEntry; argv: readonly string[] };

const LEADING = ['--json', '--quiet', '--verbose', '--yes', '--debug', '--help', '--version', '-V'];
/** The same by their letters, alone or together. */
const LETTERS = /^-[qvyhV]+$/;

/** Throws usage errors: unknown-command, unknown-option, missing-command. */
export function findCommand(argv: readonly string[], commands: readonly CommandEntry[]): Selection {
  const at = argv.findIndex((argument) => !argument.startsWith('-'));
  const leading = at === -1 ? argv : argv.slice(0, at);
  const strange = leading.find((option) => !LEADING.includes(option) && !LETTERS.test(option));
  if (strange !== undefined) {
    const close = nearest(strange, LEADING, 1);
    throw usageError('unknown-option', `gpu-setup has no option ${strange} before a command`, {
      hint:
        close[0] === undefined ? 'options of a command stand behind its name' : `did you mean ${close[0]}?`,
    });
  }
  if (at === -1) {
    if (argv.length === 0 || leading.includes('--help') || leading.includes('-h')) return { kind: 'help' };
    if (leading.some(asksForVersion)) {
      const others = leading
        .filter((option) => option !== '--version')
        .map((option) => option.replace('V', ''));
      return {
        kind: 'command',
        entry: entryOf('version', commands),
        argv: others.filter((one) => one !== '-'),
      };
    }
    throw usageError('missing-command', 'no command was given', {
      hint: 'gpu-setup --help lists the commands',
    });
  }
  const rest = argv.slice(at + 1);
  if (argv[at] === 'help') {
    const topic = rest.find((argument) => !argument.startsWith('-'));
    const flags = rest.filter((argument) => argument.startsWith('-'));
    if (topic === undefined) return { kind: 'help' };
    return { kind: 'command', entry: entryOf(topic, commands), argv: [...leading, ...flags, '--help'] };
  }
  return { kind: 'command', entry: entryOf(argv[at]!, commands), argv: [...leading, ...rest] };
}

function asksForVersion(option: string): boolean {
  return option === '--version' || /^-[a-z]*V/.test(option);
}

function entryOf(name: string, commands: readonly CommandEntry[]): CommandEntry {
  const entry = commands.find((one) => one.name === name || one.aliases?.includes(name) === true);
  if (entry !== undefined) return entry;
  const close = meantBy(name, commands);
  throw usageError('unknown-command', `gpu-setup has no command "${name}"`, {
    hint: close.length > 0 ? `did you mean ${close.join(' or ')}?` : 'gpu-setup --help lists the commands',
    details: { command: name, nearest: close },
  });
}

/** Commands that a word may mean: by its sense in other tools, else by its spelling. */
function meantBy(word: string, commands: readonly CommandEntry[]): string[] {
  const meanings = new Map([
    ...Object.entries(CALLED_ELSEWHERE),
    ['help', 'help'] as const,
    ...commands.flatMap(({ name, aliases = [] }) => [name, ...aliases].map((one) => [one, name] as const)),
  ]);
  const meant = meanings.get(word.toLowerCase());
  if (meant !== undefined) return [meant];
  const close = [...new Set(nearest(word, meanings.keys()).map((one) => meanings.get(one)!))];
  const torn = OPPOSITES.filter((pair) => pair.every((one) => close.includes(one))).flat();
  return close.filter((one) => !torn.includes(one));
}
