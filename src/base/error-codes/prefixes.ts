import type { CodeGroup } from './types.ts';

export const PREFIXES = {
  title: 'Prefixes and the home folder',
  commands: 'install, list, show, verify, remove, prune, env, run, shell, use, smoke, build',
  codes: {
    'lock-damaged': {
      means: 'The lock inside a prefix is damaged, so nobody can tell what the prefix was made of.',
      remedy: 'gpu-setup verify NAME says what else is; remove the prefix and install it again',
    },
    'lock-unreadable': {
      means: 'The lock inside a prefix may not be read.',
      remedy: 'repair its permissions, or run the command as a user who may read it',
    },
    'plan-overtaken': {
      means: 'Another install changed what the plan stood on, twice while this one waited.',
      remedy: 'run the same command again',
    },
    'bad-plan': {
      means: 'An action of a plan names a package that the plan does not have.',
      remedy: 'make the plan anew',
    },
    'package-not-fetched': {
      means: 'The plan unpacks a package that it does not fetch, and that is not in the cache.',
      remedy: 'make the plan anew',
    },
    'unknown-prefix': {
      means: 'No prefix, or no build, has that name.',
      remedy: 'gpu-setup list names them',
    },
    'no-prefix-in-use': {
      exit: 2,
      means: 'No prefix was named, no project file (gpu-setup.yaml) names one here, and `use` chose none.',
      remedy: 'name one, or choose one for all calls: gpu-setup use NAME',
    },
    'current-gone': {
      means: 'The prefix that `use` chose has been removed.',
      remedy: 'gpu-setup use NAME chooses another one, gpu-setup use --reset forgets it',
    },
    'current-damaged': {
      means: "In the place of the home's `current`, which `use` makes, lies something else.",
      remedy: 'move it elsewhere, then gpu-setup use NAME',
    },
    'bad-project': {
      means:
        'The project file (gpu-setup.yaml) is not one: the message says where, and what was expected. It names a prefix, a recipe or a lock, and nothing outside its folder.',
      remedy: 'correct the file; docs/guide/use.md has its form. A call that names a prefix does not read it',
    },
    'project-unreadable': {
      means: 'Whether there is a project file here, or what it says, cannot be known.',
      remedy: 'repair its permissions, or name the prefix in the call',
    },
    'project-not-trusted': {
      means:
        'The project file (gpu-setup.yaml) belongs to somebody else, or others may write to it, and nobody has agreed to its digest.',
      remedy:
        'read it; where you trust it, type the command of the hint. A call that names a prefix does not read it',
    },
    'project-not-installed': {
      means: 'No prefix here was made from what the project file (gpu-setup.yaml) names.',
      remedy: 'install it: the hint has the command',
    },
    'project-ambiguous': {
      means: 'Several prefixes were made from what the project file (gpu-setup.yaml) names.',
      remedy: 'name one of them in the file, as in prefix: cuda10',
    },
    'no-github-step': {
      means: '`env --format github` writes to the files of a step of GitHub Actions, and there is none.',
      remedy: 'use it in a job; elsewhere, gpu-setup env NAME prints what a shell evaluates',
    },
    'ambiguous-name': {
      means: 'A prefix and a build have the same name.',
      remedy: 'write prefixes/NAME or builds/NAME',
    },
    'prefix-unreadable': {
      means: 'A prefix, or the folder of prefixes, cannot be looked into: what is there is not known.',
      remedy: 'repair its permissions, or run the command as a user who may read it',
    },
    'prefix-exists': {
      means: 'Something else was installed under that name.',
      remedy: 'choose another with --name, or remove the prefix first',
    },
    'prefix-broken': {
      means: 'The prefix is there, but its manifest is missing or cannot be read.',
      remedy:
        'gpu-setup verify NAME --repair makes it anew; where that cannot be, remove it and install it again',
    },
    'prefix-not-repaired': {
      means:
        'What is wrong with the prefix cannot be mended: its lock is no longer what was recorded, or a package is neither in the store nor in the cache and cannot be fetched.',
      remedy: 'repair it with a network, upgrade it, or remove it and install it again',
    },
    'build-damaged': {
      means: 'The build is there, but its record or its program is missing or damaged.',
      remedy: 'remove it, then build it again',
    },
    'prefix-of-root': {
      means: 'The prefix was installed by root for all users.',
      remedy: 'run the same command with sudo, or install one of your own, which comes before it',
    },
    'prefix-in-the-way': {
      means: 'Where the prefix is to stand lies something that gpu-setup did not make.',
      remedy: 'move it elsewhere',
    },
    'prefix-path-unusable': {
      means: 'The path of the prefix holds a character that separates search paths.',
      remedy: 'move the home to a path without it: GPU_SETUP_HOME',
    },
    'environment-unknown': {
      means: 'What the shell had before it used a prefix cannot be read.',
      remedy: 'open a new shell',
    },
    'prefix-without-compiler': {
      means: 'The prefix has no nvcc.',
      remedy: 'install one with the component compiler: the hint has the command',
    },
    'prefix-other-architecture': {
      means:
        'The prefix is for machines of another architecture, and one of its programs was tried and does not start here.',
      remedy:
        'use it on such a machine, or in a root file system of that architecture: a prefix works wherever it is put',
    },
    'prefix-wrong-cuda': {
      means: 'The prefix has another CUDA than the recipe needs.',
      remedy: 'name a prefix of the release in the message',
    },
    'no-host-compiler': {
      means: 'This host has no C++ compiler that the nvcc of the prefix accepts.',
      remedy: 'install the one that the hint names',
    },
    'lock-lost': {
      means: 'Another gpu-setup took over the lock of the home.',
      remedy: 'run the same command again',
    },
    'store-damaged': {
      means: 'An entry of the store is damaged.',
      remedy: 'run the same command again: it is then fetched anew',
    },
    'home-not-writable': {
      means: 'The home folder cannot be written to.',
      remedy:
        'where it is that of root, run the same command with sudo; else set GPU_SETUP_HOME to a folder of your own, or repair its permissions',
    },
    'home-unsafe': {
      means: 'Others can write to the home folder or to one above it.',
      remedy: 'chmod go-w it, or set GPU_SETUP_HOME to a folder that only you can write to',
    },
    'home-without-links': {
      means:
        'The file system of the home has no symbolic links, as those of memory sticks: no toolkit can stand there.',
      remedy: 'set GPU_SETUP_HOME to a folder on ext4, xfs, btrfs or NFS',
    },
    'home-busy': {
      means: 'Another gpu-setup holds the lock of the home, and went on holding it for hours.',
      remedy: 'wait until it has ended, or end it; the message says which process it is',
    },
    'cache-not-private': {
      means: 'Others can write to the cache folder, or to one above it.',
      remedy: 'remove it, or name another one in GPU_SETUP_CACHE',
    },
    'cache-unusable': {
      means: 'The cache folder cannot be used.',
      remedy: 'name one that can be written in GPU_SETUP_CACHE',
    },
    'missing-program': {
      exit: 125,
      means: '`run` was given no program.',
      remedy: 'put it behind --: gpu-setup run NAME -- nvcc --version',
    },
    'run-failed': {
      exit: 125,
      means: '`run` or `shell` could not start the program.',
      remedy:
        'start it without gpu-setup to see what the system says of it; --debug shows where it failed here',
    },
    'program-not-executable': {
      exit: 126,
      means: 'The program that `run` was given, or the shell of `shell`, is there, but cannot be executed.',
      remedy: 'chmod +x it; for a script see that the interpreter in its first line is installed',
    },
    'program-not-found': {
      exit: 127,
      means: 'There is no program of that name, in the prefix or in PATH.',
      remedy: 'check its name; gpu-setup show NAME lists what the prefix holds',
    },
    'bad-source-date-epoch': {
      exit: 2,
      means:
        'SOURCE_DATE_EPOCH, by which documents are dated that are to be the same each time, is no number of seconds.',
      remedy: 'set it to a number of seconds since 1970, or unset it',
    },
  },
} as const satisfies CodeGroup;
