import type { CodeGroup } from './types.ts';

export const SELF = {
  title: 'Installing and updating gpu-setup itself',
  commands: 'self',
  codes: {
    'self-not-possible': {
      means: 'What runs was put there by a package manager.',
      remedy:
        'update and remove it with that; its completions and manual page are printed by completions and man',
    },
    'self-not-installed': {
      means: 'There is nothing that self install has written.',
      remedy: 'gpu-setup self install; what was put elsewhere is updated and removed by hand',
    },
    'self-folder-unsafe': {
      means:
        'Others can write to a folder that the program would be started from, or to one above it. Nothing was written.',
      remedy: 'chmod go-w it, then run the same command again',
    },
    'foreign-file': {
      means:
        'Where a file is to be written lies one that self install has not written, or that was changed since. Nothing was written.',
      remedy: 'look at it and move it away, then run the same command again',
    },
    'self-record-damaged': {
      means: 'The record of what self install has written cannot be read, so nothing is replaced or removed.',
      remedy: 'remove by hand what the message names and what lies on PATH, then run self install again',
    },
    'self-not-written': {
      means:
        'A file of the program could not be written or removed. Each is whole, the old one or the new one.',
      remedy: 'repair what the message names, then run the same command again',
    },
    'self-is-a-link': {
      means: 'The program on PATH is a link to the launcher of a clone, which builds anew after each change.',
      remedy: 'git pull in the clone',
    },
    'no-release-key': {
      means: 'No key for releases is compiled into this gpu-setup, so no release can be checked.',
      remedy: 'check the new executable in another way that you trust, then run its own self install',
    },
    'release-not-found': {
      means: 'The folder or URL holds no release.',
      remedy: 'name the folder or URL that holds release.json and release.json.asc',
    },
    'release-not-signed': {
      means: 'The release is not signed by the key that is compiled in. Nothing was changed.',
      remedy: 'take a release from where you know it to be genuine',
    },
    'release-malformed': {
      means: 'The release is signed, but is not what it must be. Nothing was changed.',
      remedy: 'tell whoever made the release',
    },
    'release-differs': {
      means: 'The executable of the release is not the one that was signed. Nothing was changed.',
      remedy: 'try again; where it stays so, take the release from another place',
    },
    'older-release': {
      means: 'The release is older than what is installed.',
      remedy: 'where you want the older one: add --allow-downgrade',
    },
  },
} as const satisfies CodeGroup;
