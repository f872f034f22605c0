import type { CodeGroup } from './types.ts';

export const SYSTEM = {
  title: 'The system, and the program itself',
  commands: 'every command',
  codes: {
    'disk-full': {
      means:
        'There is not enough room on the disk or in your quota of it, in bytes or in files, for what is to be written.',
      remedy:
        'free some space, ask for a larger quota, or set GPU_SETUP_HOME and GPU_SETUP_CACHE to folders on another disk',
    },
    'no-space': {
      means: 'The disk, or your quota of it, became full on the way.',
      remedy: 'free some space on that file system, or some of your quota, then run the same command again',
    },
    'not-permitted': {
      means: 'The system refuses access to a file or folder.',
      remedy: 'run it as a user who may, or set GPU_SETUP_HOME to a folder of your own',
    },
    'read-only': {
      means: 'A file system is mounted read-only.',
      remedy: 'set GPU_SETUP_HOME and GPU_SETUP_CACHE to folders that can be written',
    },
    'too-many-files': {
      means: 'The process may not open more files.',
      remedy: 'raise the limit (ulimit -n), then run the same command again',
    },
    'no-memory': {
      means: 'There is not enough memory.',
      remedy:
        'free some memory, or raise the limit on addresses (ulimit -v; WebAssembly reserves some 10 GB of them on Node), then run the same command again',
    },
    'system-refused': {
      means: 'The system refused what was asked of it: a loop of links, a name too long, a broken disk.',
      remedy: 'see to the file or folder that the message names, then run the same command again',
    },
    'no-home': {
      means: 'Neither HOME nor the variables of gpu-setup name a folder.',
      remedy: 'set GPU_SETUP_HOME, GPU_SETUP_CONFIG and GPU_SETUP_CACHE, or HOME',
    },
    'folder-not-absolute': {
      exit: 2,
      means: 'A variable that names a folder holds no absolute path.',
      remedy: 'export it with an absolute path',
    },
    'no-work-folder': {
      means: 'There is no temporary folder whose path every build tool can read.',
      remedy: 'set TMPDIR to a folder whose path has only letters, digits and "._+-"',
    },
    'working-directory-gone': {
      means: 'The working directory cannot be entered: it was removed, or is not permitted.',
      remedy: 'change to a directory that exists',
    },
    'output-failed': {
      means: 'The result could not be written to standard output.',
      remedy: 'see that the disk or program it goes to takes it, then run the same command again',
    },
    interrupted: {
      exit: 130,
      means: 'The command was stopped by a signal (exit code 143 for SIGTERM, 129 for SIGHUP).',
      remedy: 'run the same command again: what was finished is kept, nothing half-made is left visible',
    },
    'internal-error': {
      exit: 70,
      means: 'A bug in gpu-setup.',
      remedy:
        'run the same command again with --debug and report what it prints, together with the command itself',
    },
    'no-runtime': {
      means: '`./gpu-setup`, in a clone, found no Node.js that is new enough, and Bun could not be had.',
      remedy: 'install Node.js 20.19 or newer, or name an npm registry in npm_config_registry',
    },
    launcher: {
      means: '`./gpu-setup`, in a clone, could not install its dependencies or build itself.',
      remedy:
        'check the network and the setting of the npm registry; the end of the log stands above the hint',
    },
    'launcher-unsafe': {
      means:
        '`./gpu-setup`, in a clone, would run what others can change: the clone, a folder above it, its build or dependencies.',
      remedy: 'chmod -R go-w the clone, or make one in a folder that only you can write to',
    },
  },
} as const satisfies CodeGroup;
