/** The help of the program as a whole. */
import type { CommandEntry } from '../command.ts';
import { wrap } from '../../report/wrap.ts';
import { GLOBAL_OPTIONS } from './parse-arguments.ts';

export const ABOUT =
  'Makes a Linux machine train on its NVIDIA GPU: says what is wrong, root cause first, ' +
  'and installs CUDA toolkits side by side, without root.';
const LEFT = 15;
const EXAMPLE = 36;
const EXAMPLES: readonly (readonly [string, string])[] = [
  ['gpu-setup doctor', 'what is wrong with this machine?'],
  ['gpu-setup doctor --example', 'judge a sample machine, without a GPU'],
  ['gpu-setup install cuda10', 'CUDA 10.0 with cuDNN 7.5, into your home'],
  ['gpu-setup run cuda10 -- nvcc --version', ''],
];

/** @param configuration path of the user's file of settings; null where no folder could be named */
export function programHelp(
  commands: readonly CommandEntry[],
  columns: number,
  configuration: string | null,
): string {
  const rows = (pairs: readonly (readonly [string, string])[]): string =>
    pairs
      .flatMap(([left, right]) => wrap(right, columns, `  ${left.padEnd(LEFT)} `, ' '.repeat(LEFT + 3)))
      .map((line) => `${line}\n`)
      .join('');
  return [
    'Usage: gpu-setup COMMAND [options]\n\n',
    `${wrap(ABOUT, Math.min(columns, 86)).join('\n')}\n\n`,
    'Commands:\n',
    rows(commands.map((entry) => [entry.name, entry.summary])),
    '\nOptions:\n',
    rows(GLOBAL_OPTIONS.map((option) => [option.flags, option.description])),
    rows([['-V, --version', 'print the version']]),
    '\nExamples:\n',
    ...EXAMPLES.map(([line, what]) => exampleText(line, what, columns)),
    ...(configuration === null ? [] : [`\nSettings:\n  ${configuration}\n`]),
    `\n${wrap('"gpu-setup COMMAND --help" explains a command.', columns).join('\n')}\n`,
  ].join('');
}

/** What it does stands beside the command where there is room, else below it: a command is never broken. */
function exampleText(line: string, what: string, columns: number): string {
  const row = `  ${line.padEnd(EXAMPLE)} ${what}`.trimEnd();
  if (row.length <= columns) return `${row}\n`;
  const below = what === '' ? [] : wrap(what, columns, '      ');
  return [`  ${line}`, ...below].map((text) => `${text}\n`).join('');
}
