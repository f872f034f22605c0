/** Who publishes the packages of a source, as other programs name it: by what the built-in file of that id says, whatever mirror served it. */
import type { Packaging } from '../../compat/releases.ts';
import { builtInSources } from './sources.ts';

export interface Publisher {
  /** As package URLs name it: "debian", "ubuntu", "nvidia". */
  vendor: string;
  /** "Debian" */
  name: string;
  /** What the packages were built for, as the publisher calls it: "bookworm", "ubuntu2204"; null: not known. */
  distribution: string | null;
  /** Where everybody finds the packages: a URL that ends in "/"; null where each host has a mirror of its own. */
  repository: string | null;
}

/**
 * Null for a source that somebody made, and for one that somebody else signed in the place of the publisher: whose packages those are
 * is not known, and where they lie is nobody's business.
 *
 * @param signedWith fingerprint of the key whose signature was believed
 */
export function publisherOf(sourceId: string, signedWith: string): Publisher | null {
  const source = builtInSources().get(sourceId);
  const isTheirs = source?.signedBy.some(({ exactly, fingerprint }) => exactly || fingerprint === signedWith);
  if (source === undefined || isTheirs !== true) return null;
  const { fromHost, packaging, uris, suites } = source;
  if (fromHost !== null) {
    const { origin, codename } = fromHost;
    return { vendor: origin.toLowerCase(), name: origin, distribution: codename, repository: null };
  }
  if (packaging !== ('nvidia' satisfies Packaging)) return null;
  const uri = uris[0] === undefined || suites[0] !== '/' ? null : `${uris[0]}`;
  return {
    vendor: 'nvidia',
    name: 'NVIDIA Corporation',
    distribution: /\/repos\/([a-z]+\d+)\//.exec(uri ?? '')?.[1] ?? null,
    repository: uri,
  };
}
