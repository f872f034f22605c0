import { supplyPackage } from '../../fix/apt-package.ts';
import { command } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
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
      detail: ([text], facts) => ({ fix: supplyPackage(text.split(' ').at(-1)!, null, facts) }),
    },
    {
      literal: 'was not found',
      pattern:
        /Version '[^']{1,60}' for '(?:cuda|nvidia|libnvidia|libcudnn|libnccl|libnvinfer)[^']{0,60}' was not found/i,
      confidence: 'certain',
      namesCause: true,
      detail: ([text], facts) => {
        const [, version, name] = /'([^']{1,60})' for '([^']{1,80})'/.exec(text) ?? [];
        return name === undefined ? {} : { fix: supplyPackage(name, version ?? null, facts) };
      },
    },
    {
      literal: 'has no installation candidate',
      pattern: /Package '?(?:cuda|nvidia|libcudnn|libnccl)[^' ]{0,60}'? has no installation candidate/i,
      confidence: 'certain',
      namesCause: true,
      detail: ([text], facts) => ({
        fix: supplyPackage(text.split(' ')[1]!.replaceAll("'", ''), null, facts),
      }),
    },
  ],
  remedy: (facts) => [
    command('update', 'Fetch the lists anew', ['apt', 'update']),
    ...supplyCuda({ cuda: null }, facts),
  ],
};
