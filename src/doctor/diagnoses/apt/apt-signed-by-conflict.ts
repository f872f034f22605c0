import { valueOf } from '../../../machine/answer.ts';
import { evidence } from '../../evidence.ts';
import { byHand, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: 'Two apt entries name different keys for one repository',
  causes: [{ code: 'apt-version-not-found' }],
  related: ['apt-key-missing'],
  hears: hearing(['package'], ({ reason }) =>
    reason === 'signed-by-conflict' ? { confidence: 'certain', namesCause: true } : null,
  ),
  judge(facts) {
    const enabled = (valueOf(facts.apt.nvidiaSources) ?? []).filter(({ enabled: on }) => on);
    const clash = enabled.find((one) =>
      enabled.some(
        (other) =>
          other.uri.replace(/\/$/, '') === one.uri.replace(/\/$/, '') &&
          other.suite === one.suite &&
          other.signedBy !== one.signedBy,
      ),
    );
    if (clash === undefined) return [];
    const files = enabled
      .filter(({ uri }) => uri.replace(/\/$/, '') === clash.uri.replace(/\/$/, ''))
      .map(({ file, line }) => `${file}:${line}`);
    return [
      {
        subject: 'machine',
        severity: 'warning',
        confidence: 'certain',
        summary: `${files.join(' and ')} name different keys for ${clash.uri}: apt refuses to read any list`,
        evidence: [evidence(facts.apt.nvidiaSources, "apt sources of NVIDIA's", () => files.join(', '))],
        fix: [],
      },
    ];
  },
  remedy: () => [
    script(
      'find',
      'Find the entries',
      'grep -rn developer.download.nvidia.com /etc/apt/sources.list /etc/apt/sources.list.d',
      { root: false },
    ),
    byHand(
      'remove-older',
      'Remove the older one: the package cuda-keyring brings one of its own, whose name begins with cuda-',
      { root: true },
    ),
  ],
};
