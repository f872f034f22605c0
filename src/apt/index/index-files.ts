/** Which files of a suite hold its package indexes, as its Release names them. */
import type { Codec } from '../../formats/archive/decoders.ts';
import type { Release } from '../trust/release.ts';
import type { ListedFile, Source } from '../types.ts';

/** Debian's whole main is 56 MB, 10 MB compressed. */
export const MAX_COMPRESSED = 128 << 20;
export const MAX_PLAIN = 512 << 20;

const VARIANTS: readonly { suffix: string; codec: Codec }[] = [
  { suffix: '.xz', codec: 'xz' },
  { suffix: '.gz', codec: 'gz' },
  { suffix: '', codec: 'plain' },
];

export interface Variant extends ListedFile {
  codec: Codec;
  /** Exact size of the decompressed text where Release gives it, else the bound. */
  plainBytes: number;
}

/** What of an opened Release says where its indexes are. */
export interface ReleaseOfSuite {
  signed: { suite: string };
  release: Pick<Release, 'files' | 'separateAll'>;
}

/** Paths of the indexes of a suite, without compression suffix, as Release names them. */
export function indexPaths(source: Source, { signed, release }: ReleaseOfSuite): string[] {
  if (signed.suite.endsWith('/')) return ['Packages'];
  const architectures = release.separateAll ? [...source.architectures, 'all'] : source.architectures;
  return source.components.flatMap((component) =>
    architectures.map((architecture) => `${component}/binary-${architecture}/Packages`),
  );
}

/** The files that hold an index, smallest first; none where Release does not list it. */
export function variantsOf({ release }: Pick<ReleaseOfSuite, 'release'>, path: string): Variant[] {
  const plain = release.files.get(path)?.size ?? MAX_PLAIN;
  return VARIANTS.flatMap(({ suffix, codec }) => {
    const entry = release.files.get(path + suffix);
    return entry === undefined
      ? []
      : [{ codec, path: path + suffix, ...entry, plainBytes: Math.min(plain, MAX_PLAIN) }];
  });
}

/** Of each index the file that is asked for first. What Release does not list is told by whoever reads it. */
export function listedIndexes(source: Source, opened: ReleaseOfSuite): ListedFile[] {
  return indexPaths(source, opened).flatMap((path) =>
    variantsOf(opened, path)
      .slice(0, 1)
      .map(({ path: file, size, sha256 }) => ({ path: file, size, sha256 })),
  );
}
