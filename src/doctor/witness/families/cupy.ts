/**
 * CuPy: of its packages, one for each CUDA, an environment may hold one.
 *
 *       CuPy may not function correctly because multiple CuPy packages are installed
 *       in your environment:
 *
 *         cupy-cuda11x, cupy-cuda12x
 */
import { familyOf, type Sentence } from '../family.ts';
import { packageTrouble } from '../package-trouble.ts';

const pip = packageTrouble('pip');

const SENTENCES: readonly Sentence[] = [
  {
    literal: 'multiple cupy packages are installed',
    pattern: /multiple CuPy packages are installed/i,
    says: () => pip('conflict', { name: 'cupy' }),
  },
];

/** What it could not load stands above, in the loader's words. */
export const family = familyOf('CuPy', SENTENCES, [
  { literal: 'failed to import cupy', pattern: /^Failed to import CuPy\./ },
]);
