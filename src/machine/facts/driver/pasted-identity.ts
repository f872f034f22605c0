/** Who ran the commands of a paste: `id` and `groups` tell the names that `ls -l` prints. */
import type { Machine } from '../../machine.ts';
import { recordedOutputs } from '../recorded.ts';

export interface PastedIdentity {
  isRoot: boolean;
  /** Names and, where printed, numbers. */
  groups: ReadonlySet<string>;
}

/**
 *     uid=1000(anna) gid=1000(anna) groups=1000(anna),27(sudo),44(video)
 *
 * and of `groups`: "anna sudo video", or "anna : anna sudo video". Undefined where neither was recorded.
 */
export function pastedIdentity(machine: Machine): PastedIdentity | undefined {
  for (const { line, result } of recordedOutputs(machine, 'id', 'groups')) {
    const text = result.stdout.slice(0, 4096);
    if (line.program === 'groups' && /^[\w.-]+(?: :)?(?: [\w.-]+)*\s*$/.test(text)) {
      return { isRoot: false, groups: new Set(text.replace(/^.*: /, '').trim().split(/\s+/)) };
    }
    const uid = /\buid=(\d+)/.exec(text)?.[1];
    const listed = /\bgroups=(\S+)/.exec(text)?.[1];
    if (uid === undefined || listed === undefined) continue;
    const groups = [...listed.matchAll(/(\d+)(?:\(([^)]*)\))?/g)].flatMap(([, number, name]) =>
      name === undefined ? [number!] : [number!, name],
    );
    return { isRoot: uid === '0', groups: new Set(groups) };
  }
  return undefined;
}
