import type { CodeGroup } from './types.ts';

export const REQUEST = {
  title: 'What is asked for',
  commands: 'install, search, build, smoke, prepare',
  codes: {
    'unknown-recipe': {
      exit: 2,
      means: 'There is no recipe of that name.',
      remedy: 'take a name from the hint; a version is asked for as in cuda@10.0',
    },
    'two-recipes': {
      exit: 2,
      means: 'Two recipes were named that make one prefix each.',
      remedy: 'install them one after the other',
    },
    'recipe-conflict': {
      exit: 2,
      means: 'A CUDA was asked for that the recipe is not made for.',
      remedy: 'take a recipe that the hint names, or the spec without a recipe',
    },
    'not-installable': {
      exit: 2,
      means: 'The recipe is nothing that is installed.',
      remedy: 'build it or smoke-test it: the hint has the command',
    },
    'nothing-to-build': {
      exit: 2,
      means: 'The recipe is installed, not built.',
      remedy: 'install it with gpu-setup install',
    },
    'nothing-to-prepare': {
      exit: 2,
      means: 'There is no recipe of that name that prepares data.',
      remedy: 'take one that the hint names',
    },
    'bad-spec': {
      exit: 2,
      means: 'A word is not of the form NAME@VERSION.',
      remedy: "write for example cuda@10.0, cudnn@7.5 or, as a range, 'cuda@>=11.8 <12'",
    },
    'spec-twice': {
      exit: 2,
      means: 'Two versions of one thing were asked for in one prefix.',
      remedy: 'name one of them; two prefixes are made by two calls',
    },
    'unknown-spec': {
      exit: 2,
      means: 'The name before @ is nothing that a version can be asked of.',
      remedy: 'take a name from the hint',
    },
    'no-cuda': {
      exit: 2,
      means: 'A prefix is made around a CUDA toolkit, and none was named.',
      remedy: 'add one, as in cuda@10.0 cudnn@7.5',
    },
    'unknown-release': {
      exit: 2,
      means: 'gpu-setup has no table for that release of CUDA.',
      remedy: 'take a release that the hint names',
    },
    'unsupported-architecture': {
      means: 'No repository has packages for a machine of this kind.',
      remedy: 'install on x86-64 or arm64; doctor and explain work everywhere',
    },
    'bad-architecture': {
      exit: 2,
      means: 'A word given to --architecture is none for which there are packages.',
      remedy: 'amd64 or arm64',
    },
    'architecture-not-served': {
      means: 'The release is there, but not for the architecture of this machine, or that of --architecture.',
      remedy: 'take a release that the hint names',
    },
    'unknown-target': {
      exit: 2,
      means: 'There is no device of that name whose frame rate could count.',
      remedy: 'take a name from the hint',
    },
    'bad-digest': {
      exit: 2,
      means: 'The value of --trust-recipe or --trust-project is no digest, or too short a beginning of one.',
      remedy: 'give 12 to 64 of the digits that the error or gpu-setup recipes shows',
    },
    'recipe-not-trusted': {
      means:
        'A recipe that does not come with gpu-setup brings scripts, and nobody has agreed to their digest.',
      remedy: 'read what lies in its folder; where you trust it, type the command of the hint',
    },
    'unknown-component': {
      exit: 2,
      means: 'There is no component of that name.',
      remedy: 'take a name from the hint',
    },
    'bad-components': {
      exit: 2,
      means: 'A component is asked for (--with, --only or a spec), and stands behind --without.',
      remedy: 'name it in one of the two',
    },
    'nothing-left': {
      exit: 2,
      means: '--without took every component away.',
      remedy: 'name fewer with --without',
    },
    'bad-name': {
      exit: 2,
      means: 'The name cannot be that of a prefix.',
      remedy: 'take up to 64 letters, digits and "._+-", beginning with a letter or digit',
    },
    'unknown-source': {
      means: 'No source has that id, or it cannot serve what was asked for.',
      remedy:
        'gpu-setup search lists the sources; a new one is an ID.sources in the apt-sources folder of the configuration',
    },
    'nothing-found': {
      means: 'No enabled source has what was searched for.',
      remedy: 'gpu-setup search, without a spec, shows everything',
    },
    'version-not-found': {
      means: 'The sources do not have that version.',
      remedy: 'take a version or a source that the hint names',
    },
    'cudnn-not-available': {
      means: 'The sources have no cuDNN of that version for this release of CUDA.',
      remedy: 'take a version or a source that the hint names, or leave cuDNN out',
    },
    'gcc-not-accepted': {
      means: "The toolkit's headers refuse the gcc that was asked for.",
      remedy: 'take one that the hint names, or ask for --with host-compiler without a version',
    },
    'gcc-not-available': {
      means: 'No archive has a gcc of that version which the toolkit accepts.',
      remedy: 'take a version that the hint names, or leave the host compiler out',
    },
    'nccl-not-available': {
      means: 'The sources have no NCCL of that version for this release of CUDA.',
      remedy: 'take a version or a source that the hint names, or leave NCCL out',
    },
    'tensorrt-not-available': {
      means: 'The sources have no TensorRT of that version for this release of CUDA.',
      remedy: 'take a version, a source or a release of CUDA that the hint names, or leave TensorRT out',
    },
    'component-unavailable': {
      means: 'The release of CUDA, or the source, has nothing for a component.',
      remedy: 'leave it out with --without, or choose another source with --source',
    },
    'unknown-part': {
      exit: 2,
      means: 'What --only names is no part of a toolkit.',
      remedy:
        'the message lists the parts; gpu-setup search cuda@VERSION says which of them there are, with sizes',
    },
    'part-unavailable': {
      means: 'The release of CUDA, or the source, has no part of that name (--only).',
      remedy:
        'choose another source with --source; gpu-setup search cuda@VERSION lists the parts that there are',
    },
    'package-not-found': {
      means: 'The sources have no package of a name that is needed.',
      remedy: 'choose another source with --source; gpu-setup search shows what each has',
    },
    'unmet-dependency': {
      means: 'A package needs another one that does not fit with the rest of the request.',
      remedy: 'ask for another version, or for fewer things in one prefix',
    },
    'driver-package': {
      means: "A package of the driver was asked for. The driver is the system's, no prefix holds it.",
      remedy: 'install it with the system: gpu-setup doctor says which one',
    },
    'licence-not-accepted': {
      means: 'The terms of what is to be downloaded were not accepted.',
      remedy: 'read them, then add --accept-license',
    },
  },
} as const satisfies CodeGroup;
