/** The manual page gpu-setup(1), made from the command table: what --help says, and what it has no room for. */
import type { TableArgument, TableCommand, TableOption } from '../completion/table.ts';
import { globalOptions } from '../completion/table.ts';
import type { Setting } from '../../config/settings.ts';
import { bold, escaped, italic, request, textLine, verbatim } from './roff.ts';
import { ENVIRONMENT, EXIT_STATUS, FILES } from './texts.ts';

export interface ManualSubject {
  version: string;
  about: string;
  commands: readonly TableCommand[];
  settings: readonly Setting[];
}

export function manualPage({ version, about, commands, settings }: ManualSubject): string {
  const lines = [
    '.\\" Made by "gpu-setup man".',
    request('TH', 'GPU-SETUP', '1', '', `gpu-setup ${version}`, 'User Commands'),
    // Names of options and paths are not to be hyphenated, and spaces not to be stretched.
    '.nh',
    '.ad l',
    request('SH', 'NAME'),
    `gpu\\-setup \\- makes a Linux machine train on its NVIDIA GPU`,
    request('SH', 'SYNOPSIS'),
    `${bold('gpu-setup')} ${italic('COMMAND')} [${italic('options')}]`,
    request('SH', 'DESCRIPTION'),
    textLine(about),
    request('SH', 'COMMANDS'),
    ...commands.flatMap(commandLines),
    request('SH', 'OPTIONS'),
    textLine('For every command, before or behind its name:'),
    ...globalOptions().flatMap(optionLines),
    ...item([bold('-V'), bold('--version')].join(', '), 'print the version'),
    request('SH', 'CONFIGURATION'),
    textLine(
      'Settings that last stand in one YAML file (see FILES). A variable of the environment wins over the file.',
    ),
    ...settings.flatMap(({ key, summary, variables }) =>
      item(bold(key), [summary, ...(variables.length === 0 ? [] : [variables.join(', ')])].join('; ')),
    ),
    request('SH', 'ENVIRONMENT'),
    ...ENVIRONMENT.flatMap(([name, text]) => item(bold(name), text)),
    request('SH', 'FILES'),
    ...FILES.flatMap(([name, text]) => item(italic(name), text)),
    request('SH', 'EXIT STATUS'),
    ...EXIT_STATUS.flatMap(([code, text]) => item(bold(code), text)),
  ];
  return `${lines.join('\n')}\n`;
}

function commandLines(command: TableCommand): string[] {
  const { name, aliases, summary, options, examples } = command;
  const also =
    aliases.length === 0
      ? ''
      : ` The same: ${aliases.map((alias) => bold(`gpu-setup ${alias}`)).join(', ')}.`;
  const words = [bold(`gpu-setup ${name}`), ...command.arguments.map(({ syntax }) => italic(syntax))];
  return [
    request('SS', name),
    words.join(' '),
    '.PP',
    `${textLine(`${summary[0]!.toUpperCase()}${summary.slice(1)}`)}.${also}`,
    ...command.arguments.flatMap(argumentLines),
    ...options.flatMap(optionLines),
    ...examples.flatMap(([line, what]) => [...verbatim([line]), '.RS 8', textLine(what), '.RE']),
  ];
}

function argumentLines({ syntax, description }: TableArgument): string[] {
  return item(italic(syntax), description);
}

function optionLines({ flags, value, description }: TableOption): string[] {
  const head = flags.map(bold).join(', ');
  return item(value === null ? head : `${head} ${italic(value)}`, description);
}

function item(head: string, text: string): string[] {
  return ['.TP 4', head, text === '' ? escaped('-') : textLine(text)];
}
