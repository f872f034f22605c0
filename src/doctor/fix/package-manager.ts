/** The same errand at each package manager: fetching lists anew, mending, finding out who keeps a package. */
import type { TestimonyOf } from '../witness/testimony.ts';
import type { FixStep } from '../types.ts';
import { byHand, command, script } from './steps.ts';

export type Manager = TestimonyOf<'package'>['manager'];

/** Fetches the lists of what can be had. */
export function refreshLists(manager: Manager): FixStep {
  const argv = REFRESH[manager] ?? ['apt', 'update'];
  return command('update', 'Fetch the lists anew', argv);
}

const REFRESH: Partial<Readonly<Record<Manager, readonly string[]>>> = {
  dnf: ['dnf', 'clean', 'metadata'],
  zypper: ['zypper', 'refresh', '--force'],
  // Arch knows no update of a part: lists are fetched with all that they offer.
  pacman: ['pacman', '-Syu'],
};

/** pip asks at each call; what conda keeps, it asks for again by itself. */
export const hasLists = (manager: Manager): boolean => manager !== 'pip' && manager !== 'conda';

/** Whose cache of packages holds what is half-fetched; apt's has lists that go with it. */
const DROP = {
  dnf: ['dnf', 'clean', 'packages'],
  zypper: ['zypper', 'clean', '--all'],
  pacman: ['pacman', '-Scc'],
  conda: ['conda', 'clean', '--all'],
  pip: ['pip', 'cache', 'purge'],
} as const;

export const hasDropFetched = (manager: Manager): manager is keyof typeof DROP => manager in DROP;

export const dropFetched = (manager: keyof typeof DROP): FixStep =>
  command('drop-packages', 'Drop what is half-fetched', [...DROP[manager]], { root: hasLists(manager) });

/** Takes up what was begun and not finished. */
export function finishHalfDone(manager: Manager): FixStep[] {
  return manager === 'apt' || manager === 'dpkg'
    ? [
        command('configure', 'Finish what was begun', ['dpkg', '--configure', '-a']),
        command('fix-broken', 'Then let apt mend what is missing', ['apt', '--fix-broken', 'install']),
      ]
    : [];
}

/** What an installation cannot put together, outside apt. */
/** Conda solves what an environment holds together with what is asked for: the less it holds, the more goes. */
export const reconcileInConda = (): FixStep[] => [
  command(
    'see-virtual-packages',
    'See what conda takes this machine for: of __cuda, the CUDA that the driver serves, depends what may be installed',
    ['conda', 'info'],
    { root: false },
  ),
  byHand(
    'fresh-environment',
    'Ask for all that has to go together at once, in a new environment (conda create -n NAME PACKAGES...), with no more pinned than has to be',
  ),
  command(
    'one-channel',
    'Let one channel come first, so that packages of two are not mixed',
    ['conda', 'config', '--set', 'channel_priority', 'strict'],
    { root: false },
  ),
];

export function reconcile(manager: 'dnf' | 'zypper' | 'pacman'): FixStep[] {
  switch (manager) {
    case 'dnf':
      return [
        script(
          'see-sources',
          'See from which repositories driver packages come',
          "dnf list --showduplicates 'nvidia*' 'akmod-nvidia*' 'kmod-nvidia*' 'xorg-x11-drv-nvidia*' 'cuda-drivers*'",
          { root: false },
        ),
        byHand(
          'one-repository',
          "Keep one of them for the driver: RPM Fusion's packages (akmod-nvidia), or NVIDIA's own; of NVIDIA's, where only CUDA is wanted, leave the driver out (excludepkgs=nvidia-*,kmod-nvidia*,cuda-drivers* in its file in /etc/yum.repos.d)",
          { root: true },
        ),
        command('update-all', 'Bring what is installed to one state', ['dnf', 'upgrade', '--refresh']),
      ];
    case 'zypper':
      return [
        command('update', 'Fetch the lists anew', ['zypper', 'refresh', '--force']),
        script(
          'see-sources',
          'See which driver packages are installed, and from which repository',
          "zypper search -is 'nvidia*' 'kernel-firmware-nvidia*'",
          { root: false },
        ),
        byHand(
          'one-flavour',
          'Keep one kind: packages of one generation (the letter G and a number in their names), the open kernel modules or the proprietary ones, all of one version, from one repository; then install again and let zypper remove the others',
          { root: true },
        ),
      ];
    case 'pacman':
      return [
        command('update-all', 'Bring the whole system to one state: Arch knows no update of a part', [
          'pacman',
          '-Syu',
        ]),
        byHand(
          'aur-together',
          'A driver from the user repository: build its -dkms and its -utils package anew together, and take out packages of another branch first',
          { root: true },
        ),
      ];
  }
}
