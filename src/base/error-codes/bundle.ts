import type { CodeGroup } from './types.ts';

export const BUNDLE = {
  title: 'Bundles for machines without a network',
  commands: 'bundle create, bundle install',
  codes: {
    'bundle-unreadable': {
      means: 'The file of a bundle cannot be read.',
      remedy: 'name the file that gpu-setup bundle create made',
    },
    'bad-bundle': {
      means:
        'A file is no bundle, was cut short, or holds what no bundle holds: the message says what. Nothing of it is kept.',
      remedy: 'copy it again, and compare its SHA-256 with the one that bundle create printed',
    },
    'bundle-format': {
      means: 'A bundle is of a format that this version does not read.',
      remedy: 'use the gpu-setup that made it, or a newer one',
    },
    'bundle-architecture': {
      means: 'A bundle is made for another architecture than this machine has, or than was asked for.',
      remedy:
        'make one with --architecture, or install it with --architecture for the machine that it is for',
    },
    'bundle-source-unknown': {
      means: 'A bundle takes packages from a source that this machine does not know, or has switched off.',
      remedy:
        'look at the sources/ID.sources in it; if you trust the key that it names, put it into the apt-sources folder of the configuration',
    },
    'bundle-incomplete': {
      means: 'A bundle lacks packages that its own signed indexes give for what was asked.',
      remedy: 'make it anew with the gpu-setup that is on the machine without a network',
    },
    'bundle-not-written': {
      means: 'A bundle cannot be written.',
      remedy: 'name a file in a folder of your own that has room, with -o',
    },
  },
} as const satisfies CodeGroup;
