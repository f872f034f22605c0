import { byHand, command } from '../../fix/steps.ts';
import type { DiagnosisDefinition } from '../../types.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: "apt's list is older than the repository",
  causes: [{ code: 'apt-version-not-found' }],
  related: ['apt-hash-mismatch', 'apt-version-not-found'],
  textSummary: "apt's lists are older than the repository, or its files are gone",
  text: [
    {
      literal: '404',
      pattern: /Failed to fetch .{0,300}\s404 {1,2}Not Found/i,
      confidence: 'likely',
      namesCause: true,
    },
    {
      literal: 'is not valid yet',
      pattern: /Release file for .{0,200} is not valid yet/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'is expired',
      pattern: /Release file for .{0,200} is expired/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'a release file',
      pattern: /The repository '.{0,300}' (?:does not have|no longer has) a Release file/i,
      confidence: 'certain',
      namesCause: true,
    },
    {
      literal: 'err:',
      pattern: /^Err:\d{1,3} .{0,200}404 {1,2}Not Found/i,
      confidence: 'likely',
      namesCause: true,
    },
  ],
  remedy: () => [
    command('update', 'Fetch the lists anew', ['apt', 'update']),
    command('clock', '"not valid yet": set the clock', ['timedatectl', 'set-ntp', 'true']),
    byHand(
      'old-release',
      'A release that has ended: use its archive (old-releases.ubuntu.com, archive.debian.org)',
      { root: true },
    ),
  ],
};
