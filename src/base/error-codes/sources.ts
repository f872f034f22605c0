import type { CodeGroup } from './types.ts';

export const SOURCES = {
  title: 'Sources and their signatures',
  commands: 'install, search, build',
  codes: {
    'bad-sources': {
      means: 'A .sources file is not well formed.',
      remedy: 'correct the line that the message names',
    },
    'sources-unreadable': {
      means: 'The folder of sources, or a file in it, cannot be read.',
      remedy: 'make it readable, or name another configuration folder in GPU_SETUP_CONFIG',
    },
    'source-disabled': {
      means: 'The source is switched off.',
      remedy:
        'put an ID.sources with the fingerprint of its key into the apt-sources folder of the configuration',
    },
    'no-host-mirror': {
      means: "This host's apt configuration names no mirror that serves what is needed.",
      remedy: 'put an ID.sources with the URIs of a mirror into the apt-sources folder of the configuration',
    },
    'release-missing': {
      means: 'There is no repository at that address.',
      remedy: 'compare the URI with the .sources file; the repository may have moved',
    },
    'release-unsigned': {
      means: 'The repository is not signed.',
      remedy: 'use another source: nothing unsigned is installed',
    },
    'not-a-release': {
      means: 'What came is not one signed Release file.',
      remedy: 'open the URL in a browser: a login page of the network or a proxy may stand in between',
    },
    'bad-release': {
      means: 'The Release file is not well formed.',
      remedy: 'use another mirror or source; whoever runs the repository has to mend it',
    },
    'bad-signature': {
      means:
        'The signature does not fit the Release file, or there is none: it was changed after it was signed.',
      remedy:
        'try again in some minutes: a mirror in the middle of an update gives this too. If it lasts, use another mirror',
    },
    'key-unknown': {
      means: 'The Release file is signed, but not by a key that may sign this source.',
      remedy:
        'compare the fingerprint with what the publisher announces; only then put it into a copy of the .sources file',
    },
    'key-expired': {
      means: 'The key that signed the Release file had expired by then.',
      remedy: 'use another mirror or source until the repository is signed with a valid key',
    },
    'clock-wrong': {
      means:
        "This machine's clock is wrong: a Release file with a good signature, or the certificate of a server, is from its future.",
      remedy: 'set the clock: sudo timedatectl set-ntp true',
    },
    'key-missing': {
      means: 'No key that may sign the source was found.',
      remedy: "check the network, or install the distribution's keyring: the hint names it",
    },
    'wrong-suite': {
      means: 'What is signed is another suite than the one asked for.',
      remedy: 'use another mirror: this one mixes up its folders, or passes an old release off as this one',
    },
    'release-expired': {
      means: 'The Release file is no longer valid.',
      remedy: "check this machine's clock; else the mirror is out of date",
    },
    'release-from-future': {
      means: 'The Release file is dated more than a day from now, though it was signed before.',
      remedy: "check this machine's clock; else whoever runs the repository has to mend it",
    },
    'release-without-sha256': {
      means: 'The Release file lists no SHA256 digests.',
      remedy: 'use another source: what only MD5 or SHA-1 protects is not installed',
    },
    'component-missing': {
      means: 'The signed Release lists no index of the component that the source names.',
      remedy: 'correct the components in the .sources file: the hint lists those that are there',
    },
    'index-out-of-step': {
      means: 'Release and package index do not belong together.',
      remedy: 'try again later: the server is in the middle of an update',
    },
    'bad-index': {
      means: 'The package index cannot be read, though its digest is right.',
      remedy: 'use another source: the repository publishes a broken index',
    },
  },
} as const satisfies CodeGroup;
