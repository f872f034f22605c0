import { BUILD_TOOLS } from '../../../compat/host-compiler-packages.ts';
import { valueOf } from '../../../machine/answer.ts';
import { evidence } from '../../evidence.ts';
import { packageInstall } from '../../fix/packages.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['host-compiler'],
  severity: 'error',
  title: 'No C++ compiler is installed',
  related: ['host-compiler-too-new'],
  textSummary: 'nvcc, or make, found no C++ compiler',
  text: [
    {
      literal: ['g++', 'gcc', 'c++', 'cc1plus', 'make: cc'],
      pattern:
        /\b(?:g\+\+|gcc|c\+\+|cc1plus)(?:-\d{1,2})?: (?:command )?not found|make: (?:g\+\+|gcc|cc): (?:Command not found|No such file)/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'gcc',
      pattern: /gcc(?:-\d{1,2})?: No such file or directory/i,
      confidence: 'likely',
      namesCause: true,
    },
    {
      literal: 'cc1plus',
      pattern: /error trying to exec 'cc1plus'/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'no cmake_cxx_compiler',
      pattern: /No CMAKE_CXX_COMPILER could be found/i,
      confidence: 'certain',
      namesCause: true,
    },
  ],
  judge(facts, question) {
    const building = question.purpose === 'build' || question.needs?.compiler === true;
    const hasNvcc = (valueOf(facts.toolkits) ?? []).some(({ has }) => has.nvcc);
    const any = (valueOf(facts.compilers) ?? []).some(({ language }) => language === 'c++');
    if (!building || !hasNvcc || facts.compilers.state === 'unknown' || any) return [];
    return [
      {
        subject: 'machine',
        severity: 'error',
        confidence: 'certain',
        summary: 'No C++ compiler is installed, and nvcc needs one',
        evidence: [evidence(facts.compilers, 'C++ compilers')],
        fix: [],
      },
    ];
  },
  remedy: (facts) =>
    packageInstall(facts, BUILD_TOOLS, {
      id: 'install-compiler',
      title: "Install the distribution's compiler and make",
    }),
};
