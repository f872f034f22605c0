/** A file that is there under a library's name and cannot be loaded: what to say of it, and what to do. */
import { byHand } from './fix/steps.ts';
import type { FixStep } from './types.ts';

export const flawed = (soname: string, flaw: string): string =>
  `A file called ${soname} is there, and cannot be loaded (${flaw})`;

/** Empty ones are what is left in an image that was made of a running container: the driver's were mounted over them. */
export const replaceFlawed = (soname: string, flaw: string): FixStep =>
  byHand(
    'replace-flawed',
    flaw.startsWith('wrong ELF class')
      ? `Let the loader find the ${soname} of this program's architecture first (LD_LIBRARY_PATH without folders of 32-bit libraries)`
      : `Remove that ${soname} and install the package again that brings it; in an image that was made of a running container remove the empty files of the driver (find / -xdev -size 0 -name "lib*.so*")`,
    { root: !flaw.startsWith('wrong ELF class') },
  );
