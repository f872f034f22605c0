import { refreshLists } from '../../fix/package-manager.ts';
import { byHand, command } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type FixStep } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: "One of apt's lists of sources cannot be read",
  causes: [{ code: 'apt-version-not-found' }, { code: 'container-toolkit-missing' }],
  related: ['apt-version-not-found', 'apt-signed-by-conflict'],
  textSummary: "One of apt's lists of sources cannot be read: nothing is installed until it can",
  hears: hearing(['package'], ({ reason, other }) =>
    reason === 'malformed' && other !== undefined
      ? {
          confidence: 'certain',
          namesCause: true,
          summary: `apt cannot read ${other}: most often a web page was stored there in place of a list of sources`,
          fix: steps(other),
        }
      : null,
  ),
  remedy: () => steps(null),
};

/** @param file that cannot be read; null: not known */
const steps = (file: string | null): FixStep[] => [
  ...(file === null || !/^\/etc\/apt\/[\w./-]{1,150}$/.test(file)
    ? []
    : [
        command('see-file', 'See what is in it', ['head', '-n', '5', file], { root: false }),
        command('set-aside', 'Set it aside', ['mv', file, `${file}.broken`]),
      ]),
  byHand(
    'write-again',
    "Write it again as its publisher's page says; where it was fetched for this distribution and there is none, its page names the one to take",
    { root: true },
  ),
  refreshLists('apt'),
];
