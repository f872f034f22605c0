/** Options that several commands have in common which read or write locks. */
import { resolve } from 'node:path';
import { usageError } from '../base/errors.ts';
import type { LockToInstall } from '../recipe/install.ts';
import { LOCK_NAME } from '../recipe/lock/lock-file.ts';
import { textOf } from './call/parse-arguments.ts';
import type { Context, OptionDefinition, OptionValues } from './command.ts';

export const ALLOW_OLDER: OptionDefinition = {
  flags: '--allow-older',
  description: 'take an index that is older than one that was seen here before',
};

/** What a lock that is installed from may be told by, besides --locked. */
export const FROM_LOCK: readonly OptionDefinition[] = [
  {
    flags: '--lock <file>',
    description: 'the lock file, in the place of ./gpu-setup.lock; implies --locked',
    completes: 'file',
  },
  {
    flags: '--trust-lock',
    description: "take the lock's word where no signed index confirms it; what that admits is named",
  },
];

/** The lock file that a call means. */
export function lockPath(options: OptionValues, { cwd }: Pick<Context, 'cwd'>): string {
  return resolve(cwd, textOf(options, 'lock') ?? LOCK_NAME);
}

/** How a later call names the same file: not at all where it is the one that is taken anyway. */
export function lockOption(file: string, context: Pick<Context, 'cwd'>): readonly string[] {
  return file === lockPath({}, context) ? [] : ['--lock', file];
}

/** Undefined where no lock says what is installed. @throws GpuSetupError `options-conflict` (exit code 2) */
export function lockToInstall(options: OptionValues, context: Context): LockToInstall | undefined {
  const trusted = options['trustLock'] === true;
  if (options['locked'] !== true && textOf(options, 'lock') === undefined) {
    if (!trusted) return undefined;
    throw usageError('options-conflict', '--trust-lock without a lock', {
      hint: 'add --locked, or name a lock file with --lock',
    });
  }
  // The lock says both, for every package.
  const other = ['source', 'with', 'without', 'only'].find((name) => options[name] !== undefined);
  if (other !== undefined) {
    throw usageError(
      'options-conflict',
      `--${other} and --locked exclude each other: the lock says what is installed`,
      {
        hint: `gpu-setup lock takes --${other}: it writes this lock anew with --upgrade, or another one with --lock FILE`,
      },
    );
  }
  return { file: lockPath(options, context), trusted };
}
