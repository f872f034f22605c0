import { preferNvidiaRepository } from '../../fix/nvidia-repository.ts';
import { command, inPlaceOf, retitled, script } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: 'apt cannot satisfy the dependencies',
  related: ['dpkg-overwrite-conflict', 'apt-version-not-found', 'runfile-and-apt-mixed'],
  textSummary:
    'apt cannot satisfy the dependencies: packages of two repositories do not go together, or some are held',
  text: [
    {
      literal: 'unmet dependencies',
      pattern: /have unmet dependencies/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'held broken packages',
      pattern: /you have held broken packages/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'depends:',
      pattern:
        /(?:cuda|nvidia|libnvidia|libcud)\S{0,60} : Depends: .{0,200}(?:but it is not|but \S{1,80} is to be|is not going to be installed)/i,
      confidence: 'certain',
      namesCause: true,
    },
  ],
  remedy: (facts) => [
    command('fix-broken', 'Let apt mend what is half-done', ['apt', '--fix-broken', 'install']),
    preferNvidiaRepository(facts),
    command('refetch', 'Let apt read it', ['apt', 'update']),
    script(
      'remove-other',
      'Or remove the other branch first',
      "apt remove --purge 'nvidia-*' 'libnvidia-*' 'cuda-drivers*'",
      { alternativeTo: 'pin' },
    ),
    ...inPlaceOf(
      'fix-broken',
      retitled(
        supplyCuda({ cuda: null }, facts),
        (title) => `For a toolkit alone, without driver packages: ${lowered(title)}`,
      ),
    ),
  ],
};

const lowered = (title: string): string => title.charAt(0).toLowerCase() + title.slice(1);
