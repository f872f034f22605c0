/** What a host's apt configuration names: sources.list(5), both kinds of file. URIs are all that is taken from it. */
import { parseDeb822, type Stanza } from '../../formats/deb822.ts';

export interface HostEntry {
  uri: string;
  suites: readonly string[];
  /** Key files named by Signed-By; not their trust, only a place where key bytes may lie. */
  keyFiles: readonly string[];
}

/**
 *     deb [arch=amd64 signed-by=/usr/share/keyrings/x.gpg trusted=yes] http://mirror/debian bookworm main contrib
 *     # deb http://off.example/ bookworm main
 *
 * Lines that follow no known form are passed over: the host's own apt is there to complain about them.
 */
export function parseSourcesList(text: string): HostEntry[] {
  const entries: HostEntry[] = [];
  for (const raw of text.split('\n')) {
    const line = raw.replace(/#.*$/, '').trim();
    const match = /^deb(?:-src)?\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)/.exec(line);
    if (match === null) continue;
    const [, options = '', uri, suite] = match;
    const signedBy = /(?:^|\s)signed-by=(\S+)/i.exec(options)?.[1] ?? '';
    entries.push({
      uri: uri!,
      suites: [suite!],
      keyFiles: signedBy.split(',').filter((word) => word.startsWith('/')),
    });
  }
  return entries;
}

/** Deb822 entries; stanzas with `Enabled: no` and files that cannot be parsed give none. */
export function parseSourcesStanzas(text: string, file: string): HostEntry[] {
  let stanzas: Stanza[];
  try {
    stanzas = parseDeb822(text, { code: 'host-sources', file });
  } catch {
    return [];
  }
  return stanzas.flatMap(({ fields }) => {
    const words = (name: string): string[] =>
      fields
        .get(name)
        ?.value.split(/\s+/)
        .filter((word) => word !== '') ?? [];
    if (/^(no|false|0|off|disable|without)$/i.test(fields.get('enabled')?.value ?? '')) return [];
    const keyFiles = words('signed-by').filter((word) => word.startsWith('/'));
    return words('uris').map((uri) => ({ uri, suites: words('suites'), keyFiles }));
  });
}
