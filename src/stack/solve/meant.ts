/** Which published versions a wanted one means, looked up once per wanted thing: ranges of Python packages take long to read. */
import { CUDA_RELEASES } from '../../compat/cuda-releases.ts';
import { cudnnForCuda } from '../../compat/cudnn.ts';
import { buildsOf, type FrameworkName } from '../../compat/frameworks.ts';
import type { Wanted } from '../types.ts';
import { versionsMeant } from '../wanted-version.ts';

const NEWEST_FIRST = CUDA_RELEASES.toReversed();

/** Every release that Python may have had. */
const PYTHON_MINORS = [2, 3].flatMap((major) =>
  Array.from({ length: 40 }, (_, minor) => `${major}.${minor}`),
);

const memory = new WeakMap<Wanted, Map<string, readonly string[]>>();

function remembered(wanted: Wanted, what: string, published: () => readonly string[]): readonly string[] {
  const known = memory.get(wanted) ?? new Map<string, readonly string[]>();
  memory.set(wanted, known);
  let meant = known.get(what);
  if (meant === undefined) {
    meant = versionsMeant(wanted, published());
    known.set(what, meant);
  }
  return meant;
}

/** Newest first, as all of these. */
export const cudaMeant = (wanted: Wanted): readonly string[] =>
  remembered(wanted, 'cuda', () => NEWEST_FIRST);

/** Of the releases that are built for a CUDA. */
export const cudnnMeant = (wanted: Wanted, cuda: string): readonly string[] =>
  remembered(wanted, `cudnn for ${cuda}`, () => cudnnForCuda(cuda).map(({ cudnn }) => cudnn));

export const versionsOfFrameworkMeant = (wanted: Wanted, name: FrameworkName): readonly string[] =>
  remembered(wanted, name, () => [...new Set(buildsOf(name).map(({ version }) => version))]);

/** Oldest first. */
export const pythonMeant = (wanted: Wanted): readonly string[] =>
  remembered(wanted, 'python', () => PYTHON_MINORS);
