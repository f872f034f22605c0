/** gpu-setup which [PREFIX] [LIBRARY|PROGRAM...] */
import { resolve } from 'node:path';
import { abortable } from '../../base/abortable.ts';
import { ExitCode, GpuSetupError, usageError } from '../../base/errors.ts';
import { whoMayLook } from '../../machine/facts/process/who-may-look.ts';
import { liveMachine } from '../../machine/kinds/live.ts';
import type { Machine } from '../../machine/machine.ts';
import { which, type Which } from '../../machine/which/which.ts';
import { applyEnvironment, environmentOf } from '../../prefix/use/environment.ts';
import { findPrefix, homesOf, type PrefixPlace } from '../../prefix/home/prefixes.ts';
import { renderWhich } from '../../report/which.ts';
import type { CommandDefinition, Context, OptionValues } from '../command.ts';
import { textOf } from '../call/parse-arguments.ts';
import { chooseMachine } from '../choose-machine.ts';
import { recordedMachine } from '../machine-options.ts';
import { pidOf, processGone } from '../named-process.ts';

export const summary = 'which file a program gets for a CUDA library or tool, and why';

export const command: CommandDefinition = {
  arguments: [
    {
      syntax: '[name...]',
      description: 'libcudart, libcudnn.so.9, nvcc, ...; a prefix before them: in its environment',
      completes: 'prefix',
    },
  ],
  options: [
    {
      flags: '--binary <file>',
      description: 'the program or library that asks: its own search path (RPATH, RUNPATH) counts too',
      completes: 'file',
    },
    {
      flags: '--pid <number>',
      description: 'as this running process would find it, and what it has loaded',
    },
    ...recordedMachine('look at'),
  ],
  examples: [
    ['gpu-setup which', 'the usual: libcuda, libcudart, libcudnn, nvcc and others'],
    ['gpu-setup which libcudart libcudnn', 'every copy, and which one wins'],
    ['gpu-setup which cuda10 nvcc', 'in the environment of a prefix'],
    ['gpu-setup which libcublas.so.12 --binary ./app', 'with the search path that a program carries'],
    ['gpu-setup which -v', 'with the whole order of the search'],
  ],
  async run(words, options, context) {
    const prefix = await prefixNamed(words[0], options, context);
    const names = prefix === null ? words : words.slice(1);
    for (const name of names) requireName(name);
    const binary = textOf(options, 'binary');
    const pid = pidOf(textOf(options, 'pid'));
    const machine = await machineFor(prefix, options, context);
    const asked = { names, binary: binary === undefined ? undefined : resolve(context.cwd, binary), pid };
    const found = await abortable(which(machine, asked), context.signal);
    if (found.process?.state === 'absent') throw processGone(pid!);
    return {
      exitCode: exitCodeOf(found),
      json: {
        schema: 'gpu-setup/which@1',
        machine: machine.title,
        prefix: prefix?.name ?? null,
        binary: asked.binary ?? null,
        pid: found.process?.state === 'present' ? found.process.value.pid : (pid ?? null),
        results: found.results,
        searched: found.searched,
      },
      text: (terminal) => renderWhich(found, terminal),
      hints:
        found.process?.state === 'unknown'
          ? [
              `the process could not be looked at: ${whoMayLook('which --pid ...')}; this is as the caller finds it`,
            ]
          : [],
    };
  },
};

/** A library's or program's name, without a folder: a path is found where it says. */
function requireName(name: string): void {
  if (/^[\w.+-]{1,128}$/.test(name)) return;
  throw usageError('bad-library-name', `"${name}" is no name of a library or program`, {
    hint: 'name it without its folder: libcudart, libcudnn.so.9, nvcc',
  });
}

/** The first word where a prefix is so called. */
async function prefixNamed(
  word: string | undefined,
  options: OptionValues,
  context: Context,
): Promise<PrefixPlace | null> {
  const isElsewhere = options['snapshot'] !== undefined || options['root'] !== undefined;
  if (word === undefined || isElsewhere || !/^[\w.-]+$/.test(word)) return null;
  try {
    return await findPrefix(context.folders(), word);
  } catch (error) {
    if (error instanceof GpuSetupError && error.code === 'unknown-prefix') return null;
    throw error;
  }
}

async function machineFor(
  prefix: PrefixPlace | null,
  options: OptionValues,
  context: Context,
): Promise<Machine> {
  if (prefix === null) return chooseMachine(options, context);
  const change = await environmentOf(prefix.path, context.env, homesOf(context.folders()));
  return liveMachine({ env: applyEnvironment(context.env, change) });
}

/** Only what was named can be missed. */
function exitCodeOf({ results, asked, process }: Which): number {
  if (asked && results.some(({ state }) => state === 'missing')) return ExitCode.failed;
  const isUnknown =
    process?.state === 'unknown' || (asked && results.some(({ state }) => state === 'unknown'));
  return isUnknown ? ExitCode.unverified : ExitCode.ok;
}
