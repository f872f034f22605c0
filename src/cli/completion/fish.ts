/** What fish knows of the commands: one call of `complete` for every flag and every place of a word. */
import type { Completes } from '../command.ts';
import { allOptions, globalOptions, type TableCommand, type TableOption, type Values } from './table.ts';

/** The cases of a switch: other names of commands. */
export function aliasCases(table: readonly TableCommand[]): string {
  return table
    .filter(({ aliases }) => aliases.length > 0)
    .map(({ name, aliases }) => `        case ${aliases.join(' ')}\n            echo ${name}`)
    .join('\n');
}

/** "command flag" of every flag whose value is the next word. */
export function valuedFlags(table: readonly TableCommand[]): string {
  return table
    .flatMap((one) =>
      allOptions(one)
        .filter(({ value }) => value?.startsWith('<') === true)
        .flatMap(({ flags }) => flags.map((flag) => quoted(`${one.name} ${flag}`))),
    )
    .join(' ');
}

export function fishTable(table: readonly TableCommand[]): string {
  const lines = [
    ...table.map(({ name, summary }) => line('__gpu_setup_no_command', ['-a', name, '-d', summary])),
    ...globalOptions().map((option) => line('__gpu_setup_no_command', flagWords(option))),
    line('__gpu_setup_no_command', ['-l', 'version', '-d', 'print the version']),
    ...table.flatMap((one) => [
      ...allOptions(one).map((option) => line(`__gpu_setup_in ${one.name}`, flagWords(option))),
      ...one.arguments.flatMap(({ values, variadic }, at) => {
        const words = valueWords(values, table);
        const place = `__gpu_setup_in ${one.name} ${at + 1}${variadic ? ' +' : ''}`;
        return words.length === 0 ? [] : [line(place, words)];
      }),
    ]),
  ];
  return lines.join('\n');
}

function line(when: string, words: readonly string[]): string {
  return `    complete -c $program -n ${quoted(when)} ${words.map(quoted).join(' ')}`;
}

function flagWords({ flags, value, description, values }: TableOption): string[] {
  const names = flags.flatMap((flag) =>
    flag.startsWith('--') ? ['-l', flag.slice(2)] : ['-s', flag.slice(1)],
  );
  const required = value?.startsWith('<') === true ? ['-r'] : [];
  const words = value === null ? [] : valueWords(values, []);
  return [...names, ...required, ...words, '-d', description];
}

/** A program is offered by a line of its own, wherever it stands. */
function valueWords({ words, completes }: Values, table: readonly TableCommand[]): string[] {
  const offered = [...words, ...completes.flatMap((kind) => offeredFor(kind, table))];
  return [
    ...(completes.includes('file') ? ['-F'] : []),
    ...(offered.length === 0 ? [] : ['-a', offered.join(' ')]),
  ];
}

function offeredFor(kind: Completes, table: readonly TableCommand[]): string[] {
  switch (kind) {
    case 'file':
    case 'program':
      return [];
    case 'folder':
      return ['(__fish_complete_directories (commandline -ct))'];
    case 'command':
      return table.map(({ name }) => name);
    case 'component':
    case 'part':
      return [`(__gpu_setup_ask_list ${kind})`];
    default:
      return [`(__gpu_setup_ask ${kind})`];
  }
}

/** As one word of fish, whose single quotes know two escapes. */
function quoted(text: string): string {
  return /^[\w@%+:,./-]+$/.test(text) ? text : `'${text.replace(/[\\']/g, '\\$&')}'`;
}
