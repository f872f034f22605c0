import type { CodeGroup } from './types.ts';

export const CONFIGURATION = {
  title: 'The configuration file',
  commands: 'every command',
  codes: {
    'bad-config': {
      means: 'The configuration file is not well formed.',
      remedy:
        'correct the line that the message names, or take the setting away with gpu-setup config unset KEY; docs/guide/configuration.md has the form',
    },
    'config-unreadable': {
      means: 'The configuration file cannot be read.',
      remedy: 'make it readable, or name another configuration folder in GPU_SETUP_CONFIG',
    },
    'config-unsafe': {
      means: 'Others can write to the configuration, which decides whose recipes and sources are used.',
      remedy: 'chmod go-w it, or name another one in GPU_SETUP_CONFIG',
    },
    'config-not-written': {
      means: 'The configuration file cannot be written.',
      remedy: 'repair the permissions of its folder, or name another one in GPU_SETUP_CONFIG',
    },
    'unknown-setting': {
      exit: 2,
      means: 'There is no setting of that name.',
      remedy: 'gpu-setup config list shows them all',
    },
    'bad-setting': {
      exit: 2,
      means: 'The setting cannot have that value. Nothing was changed.',
      remedy: 'give a value of the form that the message names',
    },
    'setting-not-set': {
      means:
        'The setting has no value: neither in the file nor in the environment, and there is none by itself.',
      remedy: 'give it one with gpu-setup config set KEY VALUE',
    },
  },
} as const satisfies CodeGroup;
