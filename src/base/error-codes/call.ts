import type { CodeGroup } from './types.ts';

export const CALL = {
  title: 'How it was called',
  commands: 'every command',
  codes: {
    'missing-command': {
      exit: 2,
      means: 'No command was given.',
      remedy: 'gpu-setup --help lists the commands',
    },
    'unknown-command': {
      exit: 2,
      means: 'There is no command of that name.',
      remedy: 'gpu-setup --help lists the commands',
    },
    'unknown-option': {
      exit: 2,
      means: 'The command has no such option.',
      remedy:
        'gpu-setup COMMAND --help lists its options; options of a program that run starts stand behind --',
    },
    'option-needs-value': {
      exit: 2,
      means: 'An option stands there without its value.',
      remedy: 'write --option=VALUE',
    },
    'option-takes-no-value': {
      exit: 2,
      means: 'A value was given to an option that is only on or off.',
      remedy: 'leave the value out',
    },
    'option-without-effect': {
      exit: 2,
      means: 'The option has no effect on what was asked for.',
      remedy: 'leave it out, or name what it applies to; the message says what that is',
    },
    'options-conflict': {
      exit: 2,
      means: 'Two options exclude each other.',
      remedy: 'keep one of them',
    },
    'missing-option': {
      exit: 2,
      means: 'An option is missing without which the command cannot work.',
      remedy: 'add the option that the message names',
    },
    'missing-argument': {
      exit: 2,
      means: 'An argument is missing.',
      remedy: 'gpu-setup COMMAND --help shows how it is called',
    },
    'unexpected-argument': {
      exit: 2,
      means: 'There is one argument too many.',
      remedy: 'leave it out; words with a space belong in quotes',
    },
    'not-answered': {
      means: 'A question on the terminal was left without an answer; nothing was done.',
      remedy: 'run the same command again, or name in the call what is asked: --help shows how',
    },
    'invalid-choice': {
      exit: 2,
      means: 'The value is none of those that the option takes.',
      remedy: 'take one of those that the message names',
    },
  },
} as const satisfies CodeGroup;
