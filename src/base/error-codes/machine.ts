import type { CodeGroup } from './types.ts';

export const MACHINE = {
  title: 'What the doctor is to look at',
  commands: 'doctor, explain',
  codes: {
    'unknown-code': {
      exit: 2,
      means: 'No diagnosis has that code.',
      remedy: 'gpu-setup explain lists every code of a diagnosis; those of errors are in docs/errors.md',
    },
    'no-input': {
      exit: 2,
      means: 'A log was to be read from standard input, and nothing is piped in.',
      remedy: 'COMMAND 2>&1 | gpu-setup explain -',
    },
    'log-unreadable': {
      means: 'The log cannot be read.',
      remedy: 'check its path and permissions',
    },
    'not-a-log': {
      means: 'The file is no text: a program, a picture, an archive, or empty.',
      remedy: 'save what the failing command printed: COMMAND 2>&1 | tee failed.log',
    },
    'bad-snapshot': {
      exit: 2,
      means: 'The file is no snapshot of a machine, or a damaged one.',
      remedy: 'make one with gpu-setup doctor --record FILE; the message names line and fault',
    },
    'python-not-found': {
      exit: 2,
      means: 'The Python given to --python is not there, or cannot be looked at.',
      remedy: 'name its program (venv/bin/python) or the folder of the environment',
    },
    'process-not-found': {
      exit: 2,
      means: 'The process given to --pid is not there, or has ended.',
      remedy: 'name the number of one that runs: nvidia-smi and ps show them',
    },
    'bad-library-name': {
      exit: 2,
      means: 'What was given to which is no name of a library or program.',
      remedy: 'name it without its folder: libcudart, libcudnn.so.9, nvcc',
    },
    'bad-root': {
      exit: 2,
      means: 'The directory given to --root is none, or cannot be read.',
      remedy: 'name the top of an unpacked image, one that holds etc and usr',
    },
    'unknown-example': {
      exit: 2,
      means: 'There is no sample machine of that name.',
      remedy: 'gpu-setup doctor --example lists them',
    },
    'unknown-gpu': {
      exit: 2,
      means: 'The table of GPUs has no such name, id or architecture.',
      remedy: 'write it as lspci -nn prints it (10de:2191), or as a compute capability (7.5, sm_75)',
    },
    'bad-driver-version': {
      exit: 2,
      means: 'The value of --assume-driver is no version of a driver.',
      remedy: 'write it as nvidia-smi prints it: 535.183.01',
    },
    'bad-os': {
      exit: 2,
      means: 'The value of --assume-os names no distribution.',
      remedy: 'write ID-VERSION as /etc/os-release has them: ubuntu-18.04',
    },
    'record-failed': {
      means: 'The recording could not be written.',
      remedy: 'name a file in a folder that you may write to',
    },
    'report-failed': {
      means: 'The page of a report could not be written.',
      remedy: 'name an ordinary file (a link is not followed) in a folder that you may write to: --html FILE',
    },
  },
} as const satisfies CodeGroup;
