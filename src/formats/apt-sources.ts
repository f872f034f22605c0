/**
 * Where a host's apt gets packages from: sources.list(5), one line per entry or deb822 stanzas. Read as apt reads it, but
 * for one thing: apt refuses a whole file for one bad entry, and here the bad entry alone is passed over. The host's own
 * apt is there to complain about it.
 */
import { aptBoolean, parseLooseDeb822 } from './deb822.ts';

export interface AptSourceEntry {
  /** Its line, or the first of its stanza; from 1. */
  line: number;
  /** As written, which may be with a name and a password. */
  uri: string;
  /** Not empty. */
  suites: readonly string[];
  /** Signed-By as written: key files, fingerprints or a whole key; null where not given. */
  signedBy: string | null;
  trusted: boolean;
  /** False for a commented line and for `Enabled: no`. */
  enabled: boolean;
}

/** Longer than any line that anybody writes; what is longer was made to take time. */
const MAX_LINE = 4096;

/** @param name of the file: ".sources" ends those that hold stanzas */
export function parseAptSources(text: string, name: string): AptSourceEntry[] {
  return name.endsWith('.sources') ? parseStanzas(text) : parseLines(text);
}

/** Key files among what Signed-By names. */
export function keyFilesOf(signedBy: string | null): string[] {
  if (signedBy === null || signedBy.includes('BEGIN PGP')) return [];
  return signedBy.split(/[\s,]+/).filter((word) => word.startsWith('/'));
}

/**
 *     deb [arch=amd64 signed-by=/usr/share/keyrings/x.gpg trusted=yes] http://mirror/debian bookworm main contrib # note
 *     # deb http://off.example/ bookworm main
 *     deb [arch=amd64]http://mirror/debian bookworm main        no entry: a blank must stand behind the options
 */
function parseLines(text: string): AptSourceEntry[] {
  return text.split('\n').flatMap((raw, index) => {
    const match =
      raw.length > MAX_LINE ? null : /^\s*(#\s*)?deb(?:-src)?\s(.*)$/.exec(raw.replace(/\r$/, ''));
    if (match === null) return [];
    const words = wordsOf(match[2]!);
    const options =
      words[0]?.startsWith('[') === true ? optionsOf(words.shift()!) : new Map<string, string>();
    const [uri, suite, component] = words;
    if (options === null || uri === undefined || !/^[a-z][a-z0-9+.-]*:/i.test(uri)) return [];
    // A suite that is no path has components.
    if (suite === undefined || (component === undefined && !suite.endsWith('/'))) return [];
    return [
      {
        line: index + 1,
        uri,
        suites: [suite],
        signedBy: options.get('signed-by') ?? null,
        trusted: aptBoolean(options.get('trusted') ?? '') === true,
        enabled: match[1] === undefined,
      },
    ];
  });
}

/** Up to a "#"; brackets and quotes hold blanks and "#" together ("cdrom:[Debian GNU/Linux 12]/"), unclosed ones to the end. */
function wordsOf(line: string): string[] {
  const words: string[] = [];
  for (const [word] of line.matchAll(/#|(?:"[^"]*(?:"|$)|\[[^\]]*(?:\]|$)|[^\s#"[])+/g)) {
    if (word === '#') break;
    words.push(word.replace(/"/g, ''));
  }
  return words;
}

/** "[arch=amd64 trusted=yes]"; null where it is none. */
function optionsOf(word: string): Map<string, string> | null {
  const inside = /^\[([^\]]*)\]$/.exec(word)?.[1];
  if (inside === undefined) return null;
  const options = new Map<string, string>();
  for (const option of inside.split(/\s+/).filter(Boolean)) {
    const cut = option.indexOf('=');
    if (cut < 0) return null;
    options.set(option.slice(0, cut).toLowerCase(), option.slice(cut + 1));
  }
  return options;
}

/**
 *     Types: deb
 *     URIs: https://developer.download.nvidia.com/compute/cuda/repos/debian12/x86_64/
 *     Suites: /
 *     Signed-By: /usr/share/keyrings/cuda-archive-keyring.gpg
 */
function parseStanzas(text: string): AptSourceEntry[] {
  return parseLooseDeb822(text).flatMap(({ fields, line }) => {
    const value = (name: string): string => fields.get(name)?.value.trim() ?? '';
    const words = (name: string): string[] => value(name).split(/\s+/).filter(Boolean);
    const suites = words('suites');
    if (suites.length === 0) return [];
    const shared = {
      line,
      suites,
      signedBy: value('signed-by') || null,
      trusted: aptBoolean(value('trusted')) === true,
      // What is neither yes nor no leaves it enabled.
      enabled: aptBoolean(value('enabled')) !== false,
    };
    return words('uris').map((uri) => ({ ...shared, uri }));
  });
}
