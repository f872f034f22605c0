import type { CodeGroup } from './types.ts';

export const BUILD = {
  title: 'Recipes, builds and smoke tests',
  commands: 'build, smoke, install',
  codes: {
    'bad-recipe': {
      means: 'A recipe file is not well formed.',
      remedy: 'correct the line that the message names; the built-in recipes show the form',
    },
    'recipe-unreadable': {
      means: 'A recipe file cannot be read.',
      remedy: 'make it readable, or move it away',
    },
    'bad-script': {
      means: "A recipe's script does not do what scripts of recipes must.",
      remedy: 'correct the script; the message says what is missing',
    },
    'script-failed': {
      means: "A recipe's script failed.",
      remedy: 'the log and the message say at which command',
    },
    'script-timeout': {
      means: "A recipe's script did not end in time and was stopped.",
      remedy: 'its log shows how far it came',
    },
    'script-not-started': {
      means: "The process for a recipe's script did not start.",
      remedy: 'run the same command again with --debug and report what it prints',
    },
    'no-prefix': {
      exit: 2,
      means: 'The recipe is built against a prefix, and none was named.',
      remedy: 'name one with --prefix; gpu-setup list names them',
    },
    'no-gpu-to-build-for': {
      means: 'No NVIDIA GPU was found here, and none was named.',
      remedy: 'name the one it is for with --assume-gpu, or leave --prefix out to build for the CPU',
    },
    'gpu-unknown-to-toolkit': {
      means: "The prefix's nvcc makes no code for the GPU that the build is for.",
      remedy: 'build with a prefix whose CUDA knows it; the hint names one',
    },
    'build-tools-missing': {
      means: 'Programs that the build needs are not installed.',
      remedy: 'install the packages that the hint names',
    },
    'build-failed': {
      means:
        'The build failed. `details.diagnoses` says what is known of the cause, `details.log` where the log is.',
      remedy: 'follow the hints, then build again',
    },
    'build-incomplete': {
      means: 'The program was compiled, but is not what was asked for.',
      remedy: 'mend what the message says it lacks, then build again; the log is beside the build',
    },
    'build-in-the-way': {
      means: 'Where the build is to stand lies something that gpu-setup did not make.',
      remedy: 'move it elsewhere',
    },
    'source-missing': {
      exit: 2,
      means: '--source names neither a folder, an archive nor a source of the recipe.',
      remedy: 'correct the path, or take an id from the hint',
    },
    'source-unusable': {
      means: 'The folder given to --source cannot be copied.',
      remedy: 'name the folder that holds the source alone, readable, or an archive of it',
    },
    'bad-source-archive': {
      means: 'The archive given as source cannot be used.',
      remedy: 'give a folder, or a .tar, .tar.gz or .tar.xz of one',
    },
    'source-digest-mismatch': {
      means: 'The source is not what the recipe pins. Nothing of it was used.',
      remedy: 'bring a copy that you trust with --source',
    },
    'no-source': {
      means: 'None of the sources of the recipe could be had.',
      remedy: 'check the network, or bring a copy with --source',
    },
    'git-missing': {
      means: 'git is not installed.',
      remedy: 'install the package git',
    },
    'git-fetch-failed': {
      means: 'git cannot fetch the source.',
      remedy: 'check the network; behind a proxy set https_proxy, or bring a copy with --source',
    },
    'source-package-missing': {
      means: 'A source of packages has no source package of that name.',
      remedy: 'bring a copy with --source',
    },
    'bad-source-package': {
      means: 'A source package is not well formed, or its files contradict the signed index.',
      remedy: 'use another source, or bring a copy with --source',
    },
    'program-failed': {
      means: 'A small program of the smoke test failed.',
      remedy: 'gpu-setup doctor says whether the driver or GPU is at fault',
    },
    'bad-darknet': {
      means: 'The program given is no darknet that can be used.',
      remedy: 'gpu-setup build darknet makes one',
    },
    'darknet-failed': {
      means: 'darknet ended with an error.',
      remedy: 'give its output to gpu-setup explain -, which knows what many of its messages mean',
    },
    'darknet-output': {
      means: 'darknet wrote no detections, or some that cannot be read.',
      remedy: 'train again; if it lasts, build another darknet',
    },
    'bad-weights': {
      means: 'A weights file does not fit its network.',
      remedy: 'it was not written whole: free some space and train again',
    },
    'bad-cfg': {
      means: 'A network definition of darknet (.cfg) is not well formed.',
      remedy: 'correct the line that the message names',
    },
    'reference-network': {
      means: 'The network has a layer that the calculation on the CPU does not know.',
      remedy: 'use one of [net], [convolutional] layers and one [yolo] at the end',
    },
  },
} as const satisfies CodeGroup;
