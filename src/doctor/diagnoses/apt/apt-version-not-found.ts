import { script } from '../../fix/steps.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: 'apt does not know this package or version',
  related: ['apt-index-stale', 'apt-unmet-dependencies'],
  textSummary: 'apt does not know the package or the version that was asked for',
  text: [
    {
      literal: 'unable to locate package',
      pattern:
        /Unable to locate package (?:cuda|nvidia|libnvidia|libcudnn|libnccl|tensorrt|libnvinfer)\S{0,60}/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'was not found',
      pattern:
        /Version '[^']{1,60}' for '(?:cuda|nvidia|libnvidia|libcudnn|libnccl|libnvinfer)[^']{0,60}' was not found/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'has no installation candidate',
      pattern: /Package '?(?:cuda|nvidia|libcudnn|libnccl)[^' ]{0,60}'? has no installation candidate/i,
      confidence: 'certain',
      namesCause: true,
    },
  ],
  remedy: () => [
    script(
      'update',
      'Fetch the lists, and see which versions there are',
      'apt update\napt list -a libcudnn8',
    ),
    script(
      'gpu-setup',
      "Versions that this release's repository does not have: gpu-setup takes them from where they are",
      'gpu-setup search cudnn\ngpu-setup install cuda@10.0 cudnn@7.5',
      { root: false },
    ),
  ],
};
