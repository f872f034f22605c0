import type { Facts } from '../../../machine/facts.ts';
import { valueOf } from '../../../machine/answer.ts';
import { meansVersion } from '../../../compat/version-range.ts';
import { releasesOfSoname } from '../../../compat/sonames.ts';
import { supplyLibrary } from '../../fix/library.ts';
import { script } from '../../fix/steps.ts';
import { multiarchFolder } from '../../fix/system.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['toolkit'],
  severity: 'error',
  title: 'cuBLAS of CUDA 10.1 lies outside the toolkit',
  related: ['cuda-lib-not-found', 'tf-built-for-other-cuda'],
  textSummary: "CUDA 10.1 and 10.2 put cuBLAS into the system's folders, and the build looks in the toolkit",
  text: [
    {
      literal: 'libcublas.so.10.',
      pattern: /Cannot find cuda library libcublas\.so\.10\.[12]/i,
      confidence: 'certain',
      namesCause: true,
      rank: 5,
    },
    {
      literal: 'cannot find cuda library',
      pattern: /Cannot find cuda library libcublas/i,
      confidence: 'likely',
      namesCause: true,
      rank: 4,
    },
    {
      literal: 'cublas_v2.h',
      pattern: /cublas_v2\.h: No such file/i,
      confidence: 'likely',
      namesCause: true,
    },
  ],
  hears: hearing(['missing-library'], ({ soname }) =>
    // No such name exists: only a build that looks for it in the toolkit's folder makes it up.
    /^libcublas\.so\.10\.[12]/.test(soname) ? { confidence: 'likely', namesCause: true, rank: 5 } : null,
  ),
  remedy: (facts) => {
    const prefix = supplyLibrary(MOVED, facts);
    return [
      ...prefix,
      script(
        'link',
        "Or link it to where the build looks (NVIDIA put it into the system's own folders and /usr/include)",
        `ln -s ${multiarchFolder(facts)}/libcublas.so* ${toolkitOf(facts)}/lib64/`,
        { alternativeTo: prefix[0]!.id },
      ),
    ];
  },
};

/** The soname of the releases that put it there. */
const MOVED = 'libcublas.so.10';

function toolkitOf(facts: Facts | null): string {
  const releases = releasesOfSoname(MOVED);
  const toolkits = facts === null ? [] : (valueOf(facts.toolkits) ?? []);
  const found = toolkits.find(
    ({ layout, version }) =>
      layout === 'nvidia' && version !== null && releases.some((release) => meansVersion(version, release)),
  );
  return found?.path ?? '/usr/local/cuda';
}
