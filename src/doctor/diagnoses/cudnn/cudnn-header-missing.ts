import { debPackageOf } from '../../../compat/sonames.ts';
import { valueOf } from '../../../machine/answer.ts';
import type { Facts } from '../../../machine/facts.ts';
import { usesApt } from '../../fix/distribution.ts';
import { fittingCuda } from '../../fix/fitting-cuda.ts';
import { command, inPlaceOf, script } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
import { type DiagnosisDefinition, type FixStep, hearing } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['cudnn'],
  severity: 'error',
  title: 'A header of cuDNN is missing',
  related: ['cudnn-missing', 'cudnn-version-mismatch'],
  textSummary: 'The build does not find a header of cuDNN',
  hears: hearing(['missing-header'], ({ header }) =>
    /^cudnn\w{0,40}\.h$/.test(header)
      ? {
          confidence: 'certain',
          namesCause: true,
          rank: 5,
          summary: `The build does not find ${header}, a header of cuDNN`,
        }
      : null,
  ),
  remedy: (facts) => {
    const prefix = supplyCuda({ cuda: null, withCudnn: true }, facts);
    return [
      ...prefix,
      ...inPlaceOf(prefix[0]!.id, [
        ...developmentPackage(facts),
        script(
          'copy-all',
          "Or, in the folder of cuDNN's archive, copy all its headers and not cudnn.h alone (cudnn_version.h came with cuDNN's newer ones)",
          'cp -P include/cudnn*.h /usr/local/cuda/include/',
        ),
      ]),
    ];
  },
};

/** The headers of the cuDNN whose library is here. */
function developmentPackage(facts: Facts | null): FixStep[] {
  const library = (facts === null ? [] : (valueOf(facts.cudnn) ?? [])).find((one) => one.library);
  const major = library?.version?.split('.')[0];
  const name = major === undefined ? null : debPackageOf(`libcudnn.so.${major}`, fittingCuda(facts));
  if (name === null || !usesApt(facts)) return [];
  const development = name.includes('-cuda-') ? name.replace('-cuda-', '-dev-cuda-') : `${name}-dev`;
  return [
    command('cudnn-dev', "Or install the headers that belong to this machine's cuDNN", [
      'apt',
      'install',
      development,
    ]),
  ];
}
