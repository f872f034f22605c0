import { command, script } from '../../fix/steps.ts';
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
  remedy: () => [
    command('fix-broken', 'Let apt mend what is half-done', ['apt', '--fix-broken', 'install']),
    script(
      'pin',
      "Decide between Ubuntu's and NVIDIA's driver packages: NVIDIA's pin file lets its repository win",
      'curl -fsSL https://developer.download.nvidia.com/compute/cuda/repos/ubuntu2004/x86_64/cuda-ubuntu2004.pin -o /etc/apt/preferences.d/cuda-repository-pin-600   # your release\napt update',
    ),
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
