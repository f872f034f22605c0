import { script } from '../../fix/steps.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['host-compiler'],
  severity: 'error',
  title: 'libstdc++ is older than the program needs',
  related: ['glibc-header-clash', 'conda-shadows-cuda'],
  text: [
    {
      literal: ['glibcxx_', 'cxxabi_'],
      pattern: /version `(?:GLIBCXX_3|CXXABI_1)[\d.]{1,8}' not found/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'glibc_2',
      pattern: /version `GLIBC_2\.\d{1,2}' not found/i,
      confidence: 'likely',
      namesCause: true,
    },
  ],
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
