import type { CodeGroup } from './types.ts';

export const LOCK = {
  title: 'Lock files',
  commands: 'lock, install --locked, upgrade, outdated',
  codes: {
    'lock-missing': {
      means: 'There is no lock file where one is looked for, or a prefix has none.',
      remedy: 'write one with gpu-setup lock, or name another one with --lock',
    },
    'bad-lock': {
      means: 'The lock file is not one that gpu-setup wrote, or something in it was changed.',
      remedy: 'take it from version control, or install anew without it',
    },
    'lock-format': {
      means:
        'The lock file has a format, or asks for a part of a toolkit, that this gpu-setup does not know.',
      remedy: 'use the gpu-setup that wrote it, or a newer one',
    },
    'lock-exists': {
      means: 'There is a lock file of that name already, made from another request.',
      remedy: 'add --upgrade to replace it, or name another file with --lock',
    },
    'lock-architecture': {
      means: 'The lock file names no packages for the architecture of this machine.',
      remedy: 'name all architectures when it is written: gpu-setup lock --architecture amd64,arm64',
    },
    'lock-other-request': {
      means: 'The lock file was made from another request than the one that was typed.',
      remedy: 'leave the words out: the lock says what is installed; or write it anew',
    },
    'lock-source-unknown': {
      means: 'The lock file names a source that this machine does not have. A lock says no addresses itself.',
      remedy: 'put the .sources file that it was made with into the apt-sources folder of the configuration',
    },
    'lock-key-unknown': {
      means: 'The lock file says that a source was signed with a key that may not sign this source here.',
      remedy: 'use the .sources file that the lock was made with, or write the lock anew',
    },
    'lock-contradicted': {
      means: 'The lock file says something else of a package than the signed index does.',
      remedy: 'take the lock from version control: somebody changed it',
    },
    'lock-unconfirmed': {
      means:
        'No index could be read that would confirm what the lock file says, and the lock has no proof beside it.',
      remedy:
        'try again when the source can be reached, put the .proof file beside the lock, or trust the lock with --trust-lock',
    },
    'lock-behind-index': {
      means:
        'The signed index is newer than the lock file and no longer lists a package that the lock names, and the lock has no proof beside it.',
      remedy: 'put the .proof file beside the lock, trust the lock with --trust-lock, or write it anew',
    },
    'index-behind-lock': {
      means:
        'The server gives an index that is older than the lock file. What it has may be right, but no index that could be verified says so.',
      remedy: 'try again later, put the .proof file beside the lock, or trust the lock with --trust-lock',
    },
    'package-resigned': {
      means:
        'A package file is another one than the lock file names, which no verified index lists. Its payload may be the same: publishers sign packages anew.',
      remedy:
        'trust the lock with --trust-lock, which takes a file with the payload of the lock, or write it anew',
    },
    'lock-not-written': {
      means: 'The lock file, or its proof, could not be written.',
      remedy: 'write to a folder of your own, or name another file with --lock',
    },
    'bad-proof': {
      means: 'The file beside the lock that carries its proof is damaged.',
      remedy: 'take it from version control, or remove it: it may be left out',
    },
    'proof-differs': {
      means: 'The proof beside the lock file is not what was signed, or belongs to another lock.',
      remedy: 'take both files from version control, or write them anew',
    },
    'prefix-not-as-locked': {
      means: 'A prefix of that name is there, made of other packages than the lock file names.',
      remedy: 'gpu-setup upgrade NAME --locked makes it what the lock says; or choose another --name',
    },
    'release-older-than-seen': {
      means:
        'A source gives an index that is more than a week older than one that was seen here: a mirror that lags, or somebody who passes an old one off as new.',
      remedy: 'use another mirror, or add --allow-older if it is meant',
    },
    'no-older-generation': {
      means: 'The prefix has no older generation to go back to.',
      remedy: 'gpu-setup list shows generations; gpu-setup prune deletes those that nothing uses',
    },
    'unknown-generation': {
      means: 'The prefix has no such generation, or it is damaged.',
      remedy: 'name one that the message lists',
    },
  },
} as const satisfies CodeGroup;
