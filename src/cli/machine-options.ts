/** The options that say which machine is looked at, and what is assumed of it; for every command that judges one. */
import type { OptionDefinition } from './command.ts';

/** @param does "judge", "plan for" */
export const recordedMachine = (does: string): readonly OptionDefinition[] => [
  {
    flags: '--snapshot <file>',
    description: `${does} a recorded machine, or a report: nvidia-bug-report.log.gz, a sosreport, collect_env, tf_env_collect`,
    completes: 'file',
  },
  {
    flags: '--root <dir>',
    description: `${does} a machine that lies unpacked in a directory`,
    completes: 'folder',
  },
];

/** @param does "judge", "plan" */
export const assumedMachine = (does: string): readonly OptionDefinition[] => [
  {
    flags: '--assume-gpu <gpu>',
    description: `${does} as if this GPU were here: a name, a PCI id or sm_75; several by several of them`,
    repeatable: true,
  },
  { flags: '--assume-driver <version>', description: `${does} as if a driver of this version worked` },
  { flags: '--assume-os <id>', description: `${does} as if this were the distribution: ubuntu-18.04` },
];
