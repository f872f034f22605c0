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
  hears: hearing(['missing-library', 'missing-header', 'trouble'], (one) => {
    if (one.kind === 'missing-header')
      return one.header === 'cublas_v2.h' ? { confidence: 'likely', namesCause: true } : null;
    if (one.kind === 'trouble' && one.what !== 'library-not-in-toolkit') return null;
    const soname = (one.kind === 'trouble' ? one.detail : one.soname) ?? '';
    // No such name exists: only a build that looks for it in the toolkit's folder makes it up.
    if (/^libcublas\.so\.10\.[12]/.test(soname))
      return { confidence: one.kind === 'trouble' ? 'certain' : 'likely', namesCause: true, rank: 5 };
    return one.kind === 'trouble' && soname.startsWith('libcublas')
      ? { confidence: 'likely', namesCause: true, rank: 4 }
      : null;
  }),
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
