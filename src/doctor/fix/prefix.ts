/** Mending a prefix of ours. */
import { majorMinor } from '../../compat/dotted-version.ts';
import type { DamagedPrefix } from '../../machine/facts.ts';
import type { FixStep, Needs } from '../types.ts';
import { byHand, command } from './steps.ts';

/** By its lock, where it has one; else what it was made of is not known for sure, and it is installed again. */
export function mendPrefix(one: DamagedPrefix, needs: Needs | null): FixStep[] {
  const { name, hasLock, ofRoot: root } = one;
  if (hasLock) return [repair(name, root)];
  const again = needs?.prefix === name && needs.install !== null ? needs.install : installOf(one);
  return [
    command(
      'remove-prefix',
      `Remove what is left of ${name}: the record that it could be made anew from is gone as well`,
      ['gpu-setup', 'remove', name],
      { root },
    ),
    again === null
      ? byHand('install-prefix', `Install ${name} again, by the command that it was installed with`)
      : command('install-prefix', `Install ${name} again`, ['gpu-setup', 'install', ...again], { root }),
  ];
}

/** @param name of the prefix, or what stands for one */
export const repair = (name: string, root: boolean): FixStep =>
  command(
    'repair-prefix',
    `Make ${name} as it was installed, from packages that are here or from the network; what was added is kept`,
    ['gpu-setup', 'verify', name, '--repair'],
    { root },
  );

/** What `install` takes; null: not known. */
function installOf({ name, recipe, cuda, cudnn, foreign }: DamagedPrefix): readonly string[] | null {
  const release = cuda === null ? null : majorMinor(cuda);
  if (recipe === null && release === null) return null;
  const what =
    recipe !== null ? [recipe] : [`cuda@${release}`, ...(cudnn === null ? [] : [`cudnn@${cudnn}`])];
  return [
    ...what,
    ...(foreign === null ? [] : ['--architecture', foreign]),
    ...(recipe === name ? [] : ['--name', name]),
  ];
}
