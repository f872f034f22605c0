/** What a person, an administrator or a broken disk may have made of a folder that the program is told to use. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  lchownSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

export const PLACES = [
  'fine',
  'missing',
  'deep',
  'unset',
  'empty',
  'relative',
  'dangling',
  'link',
  'loop',
  'file',
  'fifo',
  'read-only',
  'open',
  'foreign',
  'full',
  'elsewhere',
  'below-proc',
  'below-file',
  'odd',
  'long',
] as const;
export type Place = (typeof PLACES)[number];

/** Who may do what in this test: root has other users and, where it is permitted, file systems of its own. */
export interface Powers {
  isRoot: boolean;
  canMount: boolean;
}

export interface MadePlace {
  /** Of the variable; undefined: it is not set. */
  value: string | undefined;
  /** What the program may change, with all below it. */
  given: readonly string[];
  /** Nobody changes its owner afterwards. */
  keepsOwner: boolean;
  /** To be unmounted. */
  mounted: string | null;
}

const STRANGER = 12_345;

/**
 * @param folder that the place lies in, by the name of its role
 * @param fill puts into a folder what belongs there
 */
export function makePlace(
  place: Place,
  folder: string,
  role: string,
  fill: (path: string) => void,
  powers: Powers,
): MadePlace {
  const path = join(folder, role);
  const made = (more: Partial<MadePlace> = {}): MadePlace => ({
    value: path,
    given: [path],
    keepsOwner: false,
    mounted: null,
    ...more,
  });
  const unusable = (value: string | undefined): MadePlace => made({ value, given: [] });
  const filled = (where = path): void => {
    mkdirSync(where, { recursive: true, mode: 0o700 });
    fill(where);
  };
  switch (place) {
    case 'missing':
      return made();
    case 'deep':
      return made({ value: join(path, 'a', 'b') });
    case 'unset':
      return unusable(undefined);
    case 'empty':
      return unusable('');
    case 'relative':
      return unusable(`given/${role}`);
    case 'dangling':
      symlinkSync(join(folder, `nowhere-${role}`), path);
      return unusable(path);
    case 'link':
      filled(join(folder, `real-${role}`));
      symlinkSync(join(folder, `real-${role}`), path);
      return made({ given: [join(folder, `real-${role}`)] });
    case 'loop':
      symlinkSync(path, path);
      return unusable(path);
    case 'file':
      writeFileSync(path, 'of somebody else');
      return unusable(path);
    case 'fifo':
      execFileSync('mkfifo', [path]);
      return unusable(path);
    case 'below-proc':
      return unusable(`/proc/nope/${role}`);
    case 'below-file':
      return unusable(`/dev/null/${role}`);
    case 'long':
      return unusable(join(folder, role.padEnd(300, 'x')));
    case 'odd': {
      const odd = join(folder, `${role} 'a"\n$(false)\u001b[31m`);
      filled(odd);
      return made({ value: odd, given: [odd] });
    }
    case 'read-only':
      filled();
      chmodSync(path, 0o500);
      return made();
    case 'open':
      filled();
      chmodSync(path, 0o777);
      return made();
    case 'foreign':
      filled();
      if (!powers.isRoot) return made();
      lchownSync(path, STRANGER, STRANGER);
      return made({ given: [], keepsOwner: true });
    case 'full':
    case 'elsewhere':
      if (!powers.canMount) break;
      mkdirSync(path);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=0700,size=4m', 'tmpfs', path]);
      fill(path);
      if (place === 'full') fillUp(join(path, FILLER));
      return made({ mounted: path });
    case 'fine':
      break;
  }
  filled();
  return made();
}

/** What takes all room of a full file system. */
export const FILLER = 'filler';

function fillUp(file: string): void {
  const descriptor = openSync(file, 'w');
  for (const size of [1 << 16, 1]) {
    try {
      while (writeSync(descriptor, Buffer.alloc(size)) > 0);
    } catch {
      // Full, for pieces of this size.
    }
  }
  closeSync(descriptor);
}

/** Makes a place fit for use, with what the program left in it. */
export function repair(made: MadePlace): void {
  for (const path of made.given) {
    try {
      chmodSync(path, 0o700);
      if (readdirSync(path).includes(FILLER)) rmSync(join(path, FILLER));
    } catch {
      // Not there: nothing of it is broken.
    }
  }
}
