/** What the tables say of a library that a release of CUDA lacks: for which others it was made. */
import { cudasFor } from '../../compat/cudas-for.ts';
import { majorMinor } from '../../compat/dotted-version.ts';
import { LIBRARY_TITLES, type LibraryName } from './choose-library.ts';

/** More are counted. */
const LISTED = 8;

/** "CUDA 12.0, 11.8, 11.4" */
export function cudasText(cudas: readonly string[]): string {
  const more = cudas.length - LISTED;
  return `CUDA ${cudas.slice(0, LISTED).join(', ')}${more > 0 ? ` and ${more} older` : ''}`;
}

/** "TensorRT 8.6 is for CUDA 12.0, 11.8, 11.4"; null where no version was asked for, and where the tables say nothing else. */
export function madeForText(library: LibraryName, version: string | null, cuda: string): string | null {
  const others = version === null ? [] : cudasFor({ name: library, version });
  return others.length === 0 || others.includes(majorMinor(cuda) ?? cuda)
    ? null
    : `${LIBRARY_TITLES[library]} ${version} is for ${cudasText(others)}`;
}
