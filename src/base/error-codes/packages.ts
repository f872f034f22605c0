import type { CodeGroup } from './types.ts';

export const PACKAGES = {
  title: 'Packages',
  commands: 'install, build',
  codes: {
    'package-listed-but-missing': {
      means: 'The signed index lists a package that the server does not have.',
      remedy: 'try again later, or use another source',
    },
    'package-differs-from-index': {
      means: 'A package is not what the signed index says. Nothing of it was used.',
      remedy:
        'try again later, or use another source: the server is being updated, or the file was changed on the way',
    },
    'folder-unreadable': {
      means: 'A folder that was named with --from cannot be read, or holds far more than packages.',
      remedy: 'name a folder that holds the .deb files, or leave --from out',
    },
    'packages-not-at-hand': {
      means:
        'Packages that are neither in the folders named with --from nor in the cache cannot be fetched. `details.missing` lists them all.',
      remedy: 'put the files that are named into the folder, under whatever name, or connect to the network',
    },
    'payload-mismatch': {
      means:
        'A package unpacks to something else than before, or than the lock says. Nothing of it was used.',
      remedy: 'install without the lock only if you trust what the publisher changed',
    },
    'bad-deb': {
      means:
        'A package is no usable .deb. `details.matchesIndex` says whether its file is what the signed index lists: then fetching it again changes nothing.',
      remedy: 'take another source, or leave the component out with --without; report it to the publisher',
    },
    'package-out-of-bounds': {
      means:
        'A package would unpack to far more than it says, or has members without end. Nothing of it was used.',
      remedy: 'take another source, or leave the component out with --without; report it to the publisher',
    },
    'decoder-stalled': {
      means: 'The program that decompresses gave no data for a long time.',
      remedy: 'run the same command again: what was unpacked is kept',
    },
    'unsafe-member': {
      means: 'An archive holds a path, link or file that must not be unpacked. Nothing of it was used.',
      remedy: 'report it to whoever publishes it',
    },
    'unmapped-member': {
      means: 'A package holds a path for which a prefix has no place.',
      remedy: 'report it: a gap in gpu-setup. --without the component may avoid it',
    },
    'link-outside': {
      means:
        'A link in a package leads to something that no package of the prefix has, or round in a circle.',
      remedy: 'report it with the message',
    },
    'layout-collision': {
      means: 'Two packages bring the same path with different content.',
      remedy: 'report it: a gap in gpu-setup',
    },
    'wrong-architecture': {
      means: 'A program or library in a package is for other machines than the package says.',
      remedy: 'take the packages from another source with --source; nothing was changed',
    },
    'relocation-failed': {
      means: 'A file that names its own folder could not be rewritten to work wherever the prefix lies.',
      remedy: 'report it, or leave its component out with --without',
    },
  },
} as const satisfies CodeGroup;
