/** The command table as the completions of all shells and the man page read it. */
import { GLOBAL_OPTIONS } from '../call/parse-arguments.ts';
import type { CommandDefinition, CommandEntry, Completes } from '../command.ts';

export interface TableOption {
  /** `-q`, `--quiet` */
  flags: readonly string[];
  /** `<file>`, `[name]`; null where it takes none. */
  value: string | null;
  description: string;
  values: Values;
}

/** What may stand in one place. */
export interface Values {
  words: readonly string[];
  completes: readonly Completes[];
}

export interface TableArgument {
  syntax: string;
  description: string;
  variadic: boolean;
  values: Values;
}

export interface TableCommand {
  name: string;
  /** Other names that it can be called by. */
  aliases: readonly string[];
  summary: string;
  options: readonly TableOption[];
  arguments: readonly TableArgument[];
  examples: CommandDefinition['examples'];
  passThrough: boolean;
}

/** Not a file of commands/, but understood: `help COMMAND`. */
export const HELP: TableCommand = {
  name: 'help',
  aliases: [],
  summary: 'how a command is called',
  options: [],
  arguments: [
    {
      syntax: '[command]',
      description: 'one of the commands',
      variadic: false,
      values: { words: [], completes: ['command'] },
    },
  ],
  examples: [['gpu-setup help install', 'the same as gpu-setup install --help']],
  passThrough: false,
};

export async function commandTable(commands: readonly CommandEntry[]): Promise<TableCommand[]> {
  const own = await Promise.all(commands.map(async (entry) => tableCommand(entry, await entry.load())));
  return [...own, HELP];
}

export const globalOptions = (): TableOption[] => GLOBAL_OPTIONS.map(tableOption);

function tableCommand(entry: CommandEntry, definition: CommandDefinition): TableCommand {
  return {
    name: entry.name,
    aliases: entry.aliases ?? [],
    summary: entry.summary,
    options: (definition.options ?? []).map(tableOption),
    arguments: (definition.arguments ?? []).map(({ syntax, description, choices, completes }) => ({
      syntax,
      description,
      variadic: syntax.includes('...'),
      values: valuesOf(choices, completes),
    })),
    examples: definition.examples,
    passThrough: definition.passThrough === true,
  };
}

function tableOption({
  flags,
  description,
  choices,
  completes,
}: NonNullable<CommandDefinition['options']>[number]): TableOption {
  const value = /[<[].*$/.exec(flags)?.[0] ?? null;
  return {
    flags: flags
      .replace(/[<[].*$/, '')
      .split(/[ ,|]+/)
      .filter((flag) => flag !== ''),
    value,
    description,
    values: valuesOf(choices, completes),
  };
}

function valuesOf(
  choices: readonly string[] | undefined,
  completes: Completes | readonly Completes[] | undefined,
): Values {
  return { words: choices ?? [], completes: completes === undefined ? [] : [completes].flat() };
}

/** All options of a command: its own, and those that every command has. */
export function allOptions(command: TableCommand): TableOption[] {
  const own = new Set(command.options.flatMap(({ flags }) => flags));
  return [...command.options, ...globalOptions().filter(({ flags }) => !flags.some((flag) => own.has(flag)))];
}
