/** The completion scripts: what is the same in all of them stands in shell/, the rest comes from the command table. */
import shell from 'assets:src/cli/completion/shell';
import { cases, codeFunctions, flagsOf, longFlags, quoted } from './codes.ts';
import { aliasCases, fishTable, valuedFlags } from './fish.ts';
import { COMPLETE_MODE } from './mode.ts';
import type { TableCommand } from './table.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** Names under which people start it. Shells take a path for the name behind its last slash. */
const PROGRAM_NAMES = ['gpu-setup', 'gpu-setup-linux-x64', 'gpu-setup-linux-arm64'];

const FILES: Readonly<Record<Shell, string>> = {
  bash: 'gpu-setup.bash',
  zsh: '_gpu-setup.zsh',
  fish: 'gpu-setup.fish',
};

export function completionScript(of: Shell, table: readonly TableCommand[]): string {
  const passing = table.filter(({ passThrough }) => passThrough).map(({ name }) => name);
  const blanks: Readonly<Record<string, string>> = {
    TABLE: { bash: bashTable, zsh: zshTable, fish: fishTable }[of](table),
    COMMANDS: table.map(({ name }) => name).join(' '),
    PASSING: passing.join(of === 'fish' ? ' ' : '|'),
    VALUED: valuedFlags(table),
    ALIASES: aliasCases(table),
    MODE: COMPLETE_MODE,
    NAMES: PROGRAM_NAMES.join(' '),
  };
  return shell[FILES[of]]!.replace(/@([A-Z]+)@/g, (_, name: string) => blanks[name]!);
}

function bashTable(table: readonly TableCommand[]): string {
  const flags = flagsOf(table).map(([name, options]): [string, string[]] => [
    name,
    longFlags(options).flatMap((option) => option.flags),
  ]);
  return `${cases('_gpu_setup_flags', 'The flags of a command.', flags)}\n${codeFunctions(table)}`;
}

/** With what each is for, which zsh shows: `--json:print one JSON document`. */
function zshTable(table: readonly TableCommand[]): string {
  const described = (name: string, about: string): string => `${name.replaceAll(':', '\\:')}:${about}`;
  const flags = flagsOf(table).map(([name, options]): [string, string[]] => [
    name,
    longFlags(options).flatMap((option) => option.flags.map((flag) => described(flag, option.description))),
  ]);
  const commands = table.map(({ name, summary }) => `  ${quoted(described(name, summary))}\n`);
  return [
    `_gpu_setup_commands=(\n${commands.join('')})\n`,
    cases('_gpu_setup_flags', 'The flags of a command.', flags, 'flags'),
    codeFunctions(table),
  ].join('\n');
}
