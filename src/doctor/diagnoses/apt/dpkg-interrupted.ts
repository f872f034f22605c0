import { SCRIPT_PROGRAMS } from '../../../compat/build-packages.ts';
import { finishHalfDone } from '../../fix/package-manager.ts';
import { byHand, script } from '../../fix/steps.ts';
import { hearing, type DiagnosisDefinition, type FixStep } from '../../types.ts';
import type { TestimonyOf } from '../../witness/testimony.ts';

export const diagnosis: DiagnosisDefinition = {
  checks: ['apt-nvidia-source'],
  severity: 'error',
  title: 'An installation was cut short',
  causes: [{ code: 'apt-unmet-dependencies' }, { code: 'apt-lock-held' }],
  related: ['apt-lock-held', 'apt-unmet-dependencies', 'disk-full', 'module-build-failed'],
  textSummary: 'dpkg was interrupted: until what was begun is finished, nothing else is installed',
  hears: hearing(['package'], (one, all) => {
    if (one.reason === 'interrupted') return { confidence: 'certain', namesCause: true };
    // That a module could not be built is why dkms' script fails.
    if (one.reason !== 'script-failed' || all.of('module-build').some(tellsMore)) return null;
    const { name, other } = one;
    return {
      confidence: 'certain',
      namesCause: true,
      rank: 1,
      summary: `The script of ${name} failed when it was installed${other === undefined ? '' : ` (${other})`}: it is not configured, and what needs it neither`,
      fix: [...forScript(other ?? ''), ...finishHalfDone('dpkg')],
    };
  }),
  remedy: () => finishHalfDone('dpkg'),
};

/** More than that the script of a package failed. */
const tellsMore = ({ why, kernel, driver }: TestimonyOf<'module-build'>): boolean =>
  why !== 'failed' || kernel !== null || driver !== null;

/** @param cause "update-initramfs", "the Python module Quirks", "exit status 1" */
function forScript(cause: string): FixStep[] {
  if (cause.startsWith('the Python module'))
    return [
      script(
        'see-python',
        "See which Python runs: scripts of packages need python3 to be the distribution's own",
        'readlink -f /usr/bin/python3; apt-cache policy python3-minimal',
        { root: false },
      ),
      byHand(
        'own-python',
        "Let /usr/bin/python3 be the distribution's again (update-alternatives --remove-all python3, then apt install --reinstall python3-minimal)",
        { root: true },
      ),
    ];
  if (cause.startsWith('exit status'))
    return [
      byHand(
        'see-script',
        'Read what the script says above that line: it names what it did not find or could not do',
      ),
    ];
  const name = SCRIPT_PROGRAMS.get(cause);
  return [
    byHand(
      'install-program',
      `Install the package that brings ${cause}${name === undefined ? '' : ` (${name})`}; in the image of a container leave the driver's packages out instead: its driver is the host's`,
      { root: true },
    ),
  ];
}
