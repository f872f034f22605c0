import type { Facts } from '../../../machine/facts.ts';
import { repositoryArchitecture } from '../../fix/architecture.ts';
import { repositoryFolder } from '../../fix/distribution.ts';
import { command, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type FixStep } from '../../types.ts';

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
    preferNvidia(facts),
    script(
      'remove-other',
      'Or remove the other branch first',
      "apt remove --purge 'nvidia-*' 'libnvidia-*' 'cuda-drivers*'",
      { alternativeTo: 'pin' },
    ),
    script(
      'toolkit-only',
      'For a toolkit alone use gpu-setup, which needs no driver packages',
      'gpu-setup install cuda11',
      { root: false },
    ),
  ],
};

const MANAGERS: readonly string[] = ['apt', 'dpkg', 'dnf'];

/** The pin file of the release that the text, or the machine, names; else the shell finds it out. */
function preferNvidia(facts: Facts | null): FixStep {
  const folder = repositoryFolder(facts) ?? '$(. /etc/os-release && echo "$ID$VERSION_ID" | tr -d .)';
  return script(
    'pin',
    "Decide between the distribution's and NVIDIA's driver packages: NVIDIA's pin file lets its repository win",
    `curl -fsSL https://developer.download.nvidia.com/compute/cuda/repos/${folder}/${repositoryArchitecture(facts).folder}/cuda-${folder}.pin -o /etc/apt/preferences.d/cuda-repository-pin-600\napt update`,
  );
}
