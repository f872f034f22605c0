import { preferNvidiaRepository } from '../../fix/nvidia-repository.ts';
import { command, inPlaceOf, retitled, script } from '../../fix/steps.ts';
import { supplyCuda } from '../../fix/toolkit.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: 'apt cannot satisfy the dependencies',
  related: ['dpkg-overwrite-conflict', 'apt-version-not-found', 'runfile-and-apt-mixed'],
  textSummary:
    'apt cannot satisfy the dependencies: packages of two repositories do not go together, or some are held',
  hears: hearing(['package'], (one, all) => {
    if (!MANAGERS.includes(one.manager) || (one.reason !== 'unmet' && one.reason !== 'held')) return null;
    if (one.reason === 'held') {
      return {
        confidence: 'certain',
        namesCause: true,
        summary:
          'Packages are held, or would have to be downgraded, and apt was told to answer yes to everything',
      };
    }
    const named = all.of('package').find(({ reason, name }) => reason === 'unmet' && name !== null);
    return {
      confidence: 'certain',
      namesCause: true,
      ...(named?.other === undefined
        ? {}
        : { summary: `${named.name} needs ${named.other}, and no package that can be installed is that` }),
    };
  }),
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

const MANAGERS: readonly string[] = ['apt', 'dpkg', 'dnf'];
