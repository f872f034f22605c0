import { posix } from 'node:path';
import { byHand, command } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['host-compiler'],
  severity: 'error',
  title: "This system's C library is older than the program needs",
  related: ['libstdcxx-too-old', 'glibc-header-clash'],
  textSummary: 'The program was built on a newer system than this one',
  hears: hearing(['missing-symbol', 'version-mismatch'], (one) => {
    if (one.kind === 'version-mismatch')
      return one.of === 'glibc' && one.atLeast
        ? {
            confidence: 'certain',
            namesCause: true,
            rank: 12,
            summary: `What is asked for needs glibc ${one.expected} or newer, and this system has ${one.found}`,
          }
        : null;
    const { versionNode, file } = one;
    const needed = /^GLIBC_(\d\.\d{1,3})/.exec(versionNode ?? '')?.[1];
    if (needed === undefined) return null;
    return {
      confidence: 'certain',
      namesCause: true,
      summary: `${file === null ? 'The program' : posix.basename(file)} needs glibc ${needed} or newer, and this system's is older`,
    };
  }),
  remedy: () => [
    command('see-glibc', 'See which C library this system has', ['ldd', '--version'], { root: false }),
    byHand(
      'other-build',
      'Take a build for a system as old as this one (a wheel with a lower manylinux number), or build it here',
    ),
    byHand('newer-system', 'Or run it where the C library is newer: in a container of a newer distribution', {
      alternativeTo: 'other-build',
    }),
  ],
};
