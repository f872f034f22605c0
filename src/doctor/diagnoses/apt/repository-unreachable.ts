import { hasLists, refreshLists } from '../../fix/package-manager.ts';
import { byHand, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: 'A package repository cannot be reached',
  causes: [
    { code: 'apt-version-not-found' },
    { code: 'apt-unmet-dependencies' },
    { code: 'apt-index-stale' },
  ],
  related: ['apt-index-stale', 'apt-hash-mismatch'],
  textSummary: 'A package repository cannot be reached: its name, the network or a proxy stands between',
  hears: hearing(['package'], ({ manager, reason, other, name }) => {
    if (reason !== 'unreachable' || !MANAGERS.includes(manager)) return null;
    const which = other ?? name;
    return {
      confidence: 'likely',
      namesCause: true,
      ...(which === null
        ? {}
        : { summary: `${which} cannot be reached: its name, the network or a proxy stands between` }),
      fix: [...look(other ?? null), ...(hasLists(manager) ? [refreshLists(manager)] : [])],
    };
  }),
  remedy: () => [...look(null), refreshLists('apt')],
};

const MANAGERS: readonly string[] = ['apt', 'dnf', 'zypper', 'pacman', 'pip', 'conda'];

/** @param host "developer.download.nvidia.com", with or without https://; null: not known */
function look(host: string | null) {
  const name = host?.replace(/^https?:\/\//, '') ?? null;
  return [
    ...(name !== null && /^[\w.-]{3,100}$/.test(name)
      ? [
          script('resolve', 'See whether its name is known here', `getent hosts ${name}`, { root: false }),
          script('connect', 'And whether it answers', `curl -sSI --max-time 20 https://${name}`, {
            root: false,
          }),
        ]
      : []),
    byHand(
      'proxy',
      'Where a proxy must be used: name it to the package manager (apt: Acquire::http::Proxy in /etc/apt/apt.conf.d; dnf: proxy= in /etc/dnf/dnf.conf; others: https_proxy), or use a mirror that this network reaches',
      { root: true },
    ),
  ];
}
