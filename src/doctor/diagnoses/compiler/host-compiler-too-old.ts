import { hostCompilersForCuda } from '../../../compat/host-compilers.ts';
import type { Facts } from '../../../machine/facts.ts';
import { compilerUpTo } from '../../fix/compiler.ts';
import { byHand } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type FixStep } from '../../types.ts';
import { compilerOfBuild, toolkitOfBuild } from '../../witness/build-said.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['host-compiler'],
  severity: 'error',
  title: 'The C++ compiler is older than a build needs',
  related: ['host-compiler-too-new', 'libstdcxx-too-old', 'glibc-too-old'],
  textSummary: 'The host compiler is older than what is built here needs',
  hears: hearing(['version-mismatch'], (one, all, facts) => {
    const { of, expected, atLeast } = one;
    if ((of !== 'gcc' && of !== 'clang') || !atLeast) return null;
    const found = one.found ?? compilerOfBuild(one, all, of);
    const cuda = toolkitOfBuild(one, all, facts);
    return {
      confidence: 'certain',
      namesCause: true,
      summary: `${of} ${found ?? 'of this system'} is older than the build needs${expected === null ? '' : ` (${of} ${expected} or newer)`}`,
      fix: steps(of === 'gcc' ? cuda : null, facts),
    };
  }),
  remedy: (facts) => steps(null, facts),
};

/** @param cuda of the nvcc that is to work with it; null: not known */
function steps(cuda: string | null, facts: Facts | null): FixStep[] {
  const newest = cuda === null ? null : (hostCompilersForCuda(cuda)?.gccMax ?? null);
  return [
    ...compilerUpTo(newest, facts, cuda),
    byHand(
      'name-compiler',
      'Let the build take it: CC and CXX name it to Python packages, CMake and configure, CUDAHOSTCXX to CMake for nvcc (on a cluster: module load gcc, in conda: gxx_linux-64)',
    ),
  ];
}
