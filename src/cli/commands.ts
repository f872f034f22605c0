/** Every command, in the order of --help. */
import type { CommandEntry } from './command.ts';

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'doctor',
    summary: 'say what is wrong with this machine, root cause first',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  {
    name: 'explain',
    summary: 'what a diagnosis code means and what to do about it',
    load: async () => (await import('./commands/explain.ts')).explain,
  },
  {
    name: 'search',
    summary: 'what the sources offer',
    load: async () => (await import('./commands/search.ts')).search,
  },
  {
    name: 'recipes',
    summary: 'what can be installed, built, smoke-tested and prepared',
    load: async () => (await import('./commands/recipes.ts')).recipes,
  },
  {
    name: 'install',
    summary: 'install a CUDA toolkit with its cuDNN into a prefix of its own',
    load: async () => (await import('./commands/install.ts')).install,
  },
  {
    name: 'list',
    summary: 'the prefixes that are installed',
    load: async () => (await import('./commands/list.ts')).list,
  },
  {
    name: 'show',
    summary: 'what a prefix holds and where it came from',
    load: async () => (await import('./commands/show.ts')).show,
  },
  {
    name: 'verify',
    summary: 'check every file of a prefix against its record',
    load: async () => (await import('./commands/verify.ts')).verify,
  },
  {
    name: 'remove',
    summary: 'remove a prefix',
    load: async () => (await import('./commands/remove.ts')).remove,
  },
  {
    name: 'prune',
    summary: 'delete what no prefix uses any more',
    load: async () => (await import('./commands/prune.ts')).prune,
  },
  {
    name: 'smoke',
    summary: 'prove that a machine computes, trains and infers',
    load: async () => (await import('./commands/smoke.ts')).smoke,
  },
  {
    name: 'prepare',
    summary: "data for training: darknet's labels from COCO's annotations",
    load: async () => (await import('./commands/prepare.ts')).prepare,
  },
  {
    name: 'env',
    summary: 'print the environment that makes a shell use a prefix',
    load: async () => (await import('./commands/env.ts')).env,
  },
  {
    name: 'build',
    summary: 'build what a recipe says against a prefix, or for the CPU',
    load: async () => (await import('./commands/build.ts')).build,
  },
  {
    name: 'run',
    summary: 'run a program in the environment of a prefix',
    load: async () => (await import('./commands/run.ts')).run,
  },
];
