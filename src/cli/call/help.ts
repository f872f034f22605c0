/** The help of the program as a whole. */
import type { CommandEntry } from '../command.ts';
import { GLOBAL_OPTIONS } from './parse-arguments.ts';

export function programHelp(commands: readonly CommandEntry[]): string {
  const rows = (pairs: readonly (readonly [string, string])[]): string =>
    pairs.map(([left, right]) => `  ${left.padEnd(15)} ${right}\n`).join('');
  return [
    'Usage: gpu-setup COMMAND [options]\n\n',
    'Makes a Linux machine train on its NVIDIA GPU: says what is wrong, root cause first,\n',
    'and installs CUDA toolkits side by side, without root.\n\n',
    'Commands:\n',
    rows(commands.map((entry) => [entry.name, entry.summary])),
    '\nOptions:\n',
    rows(GLOBAL_OPTIONS.map((option) => [option.flags, option.description])),
    rows([['-V, --version', 'print the version']]),
    '\nExamples:\n',
    '  gpu-setup doctor                     what is wrong with this machine?\n',
    '  gpu-setup doctor --example           judge a sample machine, without a GPU\n',
    '  gpu-setup install cuda10             CUDA 10.0 with cuDNN 7.5, into your home\n',
    '  gpu-setup run cuda10 -- nvcc --version\n',
    '\n"gpu-setup COMMAND --help" explains a command.\n',
  ].join('');
}
