/** All commands, found by where they lie: commands/<name>.ts. */
import found from 'lazy-modules:src/cli/commands:command';
import { aliasesOf } from './call/other-names.ts';
import type { CommandEntry } from './command.ts';

/** In which --help shows them; one that is not named here comes last. */
export const HELP_ORDER: readonly string[] = [
  'doctor',
  'explain',
  'plan',
  'search',
  'recipes',
  'install',
  'bundle',
  'lock',
  'list',
  'show',
  'which',
  'verify',
  'outdated',
  'upgrade',
  'rollback',
  'remove',
  'prune',
  'smoke',
  'prepare',
  'env',
  'build',
  'run',
  'shell',
  'use',
  'config',
  'completions',
  'man',
  'self',
  'version',
];

const names = new Set([...HELP_ORDER.filter((name) => found[name] !== undefined), ...Object.keys(found)]);

export const COMMANDS: readonly CommandEntry[] = [...names].map((name) => ({
  name,
  aliases: aliasesOf(name),
  ...found[name]!,
}));
