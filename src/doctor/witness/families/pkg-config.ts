/**
 * pkg-config and pkgconf, as Makefiles, CMake and Meson call them.
 *
 *     Package opencv was not found in the pkg-config search path.
 *     No package 'opencv' found
 *     Package 'opencv', required by 'virtual:world', not found
 */
import { familyOf, type Sentence } from '../family.ts';

const SENTENCES: readonly Sentence[] = [
  {
    literal: ['in the pkg-config search path', "no package '", "required by 'virtual:world'"],
    pattern:
      /Package ([\w.+-]{1,60}) was not found in the pkg-config search path|No package '([\w.+-]{1,60})' found|Package '([\w.+-]{1,60})', required by 'virtual:world', not found/i,
    says: ([, ...names]) => ({
      kind: 'missing-pkg-config',
      library: names.find((name) => name !== undefined)!,
    }),
  },
];

export const family = familyOf('pkg-config', SENTENCES);
