import { posix } from 'node:path';
import { script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['host-compiler'],
  severity: 'error',
  title: 'libstdc++ is older than the program needs',
  related: ['glibc-header-clash', 'conda-shadows-cuda'],
  hears: hearing(['missing-symbol'], ({ versionNode, file }) => {
    if (versionNode === null || !/^(?:GLIBCXX|CXXABI)_/.test(versionNode)) return null;
    return {
      confidence: 'certain',
      namesCause: true,
      summary: `${file === null ? 'The program' : posix.basename(file)} needs ${versionNode}, and the libstdc++ that is loaded is older`,
    };
  }),
  remedy: () => [
    script(
      'which',
      "See which libstdc++ is loaded: an old one of conda's often stands first",
      'ldconfig -p | grep libstdc++',
      { root: false },
    ),
    script(
      'newest',
      'See what the newest that the compiler brings knows',
      'strings "$(gcc -print-file-name=libstdc++.so.6)" | grep GLIBCXX | tail -n 1',
      { root: false },
    ),
    script('conda', 'In conda: take a newer one', 'conda install -c conda-forge libstdcxx-ng', {
      root: false,
    }),
  ],
};
