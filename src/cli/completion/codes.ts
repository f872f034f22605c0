/**
 * What may stand in a place, as short codes that the scripts of bash and zsh understand: `=word` a fixed word, `?kind` what
 * the program answers for a kind, `,kind` the same as a list with commas, and `file`, `folder`, `program`, `command`.
 */
import { allOptions, globalOptions, type TableCommand, type TableOption, type Values } from './table.ts';

const PLAIN: ReadonlySet<string> = new Set(['file', 'folder', 'program', 'command']);

export function codesOf({ words, completes }: Values): string[] {
  return [
    ...words.map((word) => `=${word}`),
    ...completes.map((kind) =>
      PLAIN.has(kind) ? kind : kind === 'component' || kind === 'part' ? `,${kind}` : `?${kind}`,
    ),
  ];
}

type Row = readonly [string, readonly string[]];

/** What bash and zsh know of the commands: functions that set `codes` by their arguments. */
export function codeFunctions(table: readonly TableCommand[]): string {
  return [
    commandFunction(table),
    cases(
      '_gpu_setup_value',
      'What the value of a flag is; fails where the flag takes none.',
      table.flatMap((one) => allOptions(one).flatMap((option) => valueRows(one.name, option))),
    ),
    cases(
      '_gpu_setup_word',
      'What the Nth word behind a command is, or one behind the Nth.',
      table.flatMap((one) =>
        one.arguments.map(({ variadic, values }, at): Row => [
          variadic ? `${one.name} >${at}` : `${one.name} ${at + 1}`,
          codesOf(values),
        ]),
      ),
    ),
  ].join('\n');
}

/** A function of bash and zsh that prints the command that a word stands for. */
function commandFunction(table: readonly TableCommand[]): string {
  const lines = table
    .filter(({ aliases }) => aliases.length > 0)
    .map(({ name, aliases }) => `    ${aliases.join(' | ')}) echo ${name} ;;\n`);
  return `# The command that a word stands for.\n_gpu_setup_command() {\n  case $1 in\n${lines.join('')}    *) echo "$1" ;;\n  esac\n}\n`;
}

/** Flags by command; those of the program itself where none was named. */
export function flagsOf(table: readonly TableCommand[]): [string, TableOption[]][] {
  const version: TableOption = {
    flags: ['--version'],
    value: null,
    description: 'print the version',
    values: { words: [], completes: [] },
  };
  return [
    ['', [...globalOptions(), version]],
    ...table.map((one): [string, TableOption[]] => [one.name, allOptions(one)]),
  ];
}

export const longFlags = (options: readonly TableOption[]): TableOption[] =>
  options.map((option) => ({ ...option, flags: option.flags.filter((flag) => flag.startsWith('--')) }));

function valueRows(command: string, { flags, value, values }: TableOption): Row[] {
  if (value === null) return [];
  const optional = value.startsWith('[') ? ['optional'] : [];
  return flags.map((flag): Row => [`${command} ${flag}`, [...optional, ...codesOf(values)]]);
}

/** A function of a shell that sets `codes` by its arguments, and fails where it knows none. */
export function cases(name: string, about: string, rows: readonly Row[], variable = 'codes'): string {
  const lines = rows.map(
    ([pattern, words]) => `    ${quoted(pattern)}) ${variable}=(${words.map(quoted).join(' ')}) ;;\n`,
  );
  return `# ${about}\n${name}() {\n  ${variable}=()\n  case "$*" in\n${lines.join('')}    *) return 1 ;;\n  esac\n}\n`;
}

/** As one word of a shell of the Bourne kind. */
export function quoted(text: string): string {
  return /^[\w@%+:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
