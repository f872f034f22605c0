/** A source as the text of a .sources file, as `parseSource` reads it: for a machine that does not have it. */
import type { Source } from '../types.ts';

/** Addresses stand there as they are printed, without a login. */
export function sourceText(source: Source): string {
  const { fromHost } = source;
  const fields: [string, string][] = [
    ['Types', 'deb'],
    ['URIs', (fromHost?.uris ?? source.uris).join(' ')],
    ['Suites', source.suites.join(' ')],
    ['Components', source.components.join(' ')],
    ['Architectures', source.architectures.join(' ')],
    [
      'Signed-By',
      source.signedBy.map(({ fingerprint, exactly }) => `${fingerprint}${exactly ? '!' : ''}`).join(' '),
    ],
    ['X-Key-URIs', source.keyUris.join(' ')],
    ['X-From-Host', fromHost === null ? '' : 'yes'],
    ['X-Origin', fromHost?.origin ?? ''],
    ['X-Codename', fromHost?.codename ?? ''],
    ['X-Packaging', source.packaging ?? ''],
    ['X-Description', source.description ?? ''],
  ];
  return fields.flatMap(([name, value]) => (value === '' ? [] : [`${name}: ${value}\n`])).join('');
}
