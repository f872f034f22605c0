import type { CodeGroup } from './types.ts';

export const PLAN = {
  title: 'What is to fit together',
  commands: 'plan, install',
  codes: {
    'bad-requirements': {
      exit: 2,
      means: 'The file given to --requirements is none of the kinds that are read, or has a fault in it.',
      remedy:
        'name a requirements.txt, environment.yml, pyproject.toml, package.json or Dockerfile, and mend the line that the message names',
    },
    'requirements-unreadable': {
      means: 'The file given to --requirements is not there, or may not be read.',
      remedy: 'check its path and permissions',
    },
    'requirements-without-gpu': {
      exit: 2,
      means: 'The file asks for nothing that a plan depends on: no framework, no CUDA.',
      remedy: 'name what is to run: gpu-setup plan torch',
    },
    'requirements-contradict': {
      exit: 2,
      means: 'One thing is asked for in versions of which none is all of them.',
      remedy: 'keep one of the places that the message names',
    },
    'unknown-version': {
      exit: 2,
      means: 'The tables have no such version of a framework.',
      remedy: 'take a version that the hint names',
    },
    'bad-python-version': {
      exit: 2,
      means: 'The value of --assume-python is no version of Python.',
      remedy: 'write it as python3 --version prints it: 3.10',
    },
    'brings-its-own-cuda': {
      exit: 2,
      means: 'The packages of a framework bring their own CUDA libraries: no prefix is needed.',
      remedy: 'install it as gpu-setup plan says',
    },
    'does-not-fit': {
      means: 'What was asked for cannot work on this machine.',
      remedy: 'gpu-setup plan says why, and what would fit',
    },
  },
} as const satisfies CodeGroup;
