/**
 * dpkg's status file: what is installed, half installed or was once.
 *
 *     Package: nvidia-driver-535
 *     Status: install ok installed
 *     Architecture: amd64
 *     Version: 535.183.01-0ubuntu1
 *     Provides: nvidia-driver-binary
 */
import { parseLooseDeb822 } from './deb822.ts';

export interface DpkgPackage {
  name: string;
  /** Empty where not given. */
  version: string;
  architecture: string;
  /** dpkg's state in one word: installed, config-files, half-configured, ... */
  state: string;
  /** The field as it stands, in one line; empty where not given. */
  provides: string;
}

/** Packages that dpkg knows more of than the name. */
export function parseDpkgStatus(text: string): DpkgPackage[] {
  if (text === '') return [];
  return unixLines(text).split(/\n\n+/).flatMap(packagesOf);
}

/**
 * The text of the stanzas of packages that are wanted. The file of a desktop has 3 to 8 MB and is on the way of every
 * doctor run: its bytes are searched for the words, and only stanzas that hold one are looked at.
 *
 * @param words every wanted name holds one of them, in these letters
 */
export function stanzasOf(
  bytes: Uint8Array,
  words: readonly string[],
  wanted: (name: string) => boolean,
): string {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const unix = file.includes(CARRIAGE_RETURN) ? Buffer.from(unixLines(file.toString())) : file;
  const ends = new Map(words.flatMap((word) => stanzasWith(unix, word)));
  return [...ends]
    .filter(([start, end]) => {
      const name = nameAt(unix, start, end);
      return name !== null && wanted(name);
    })
    .sort(([a], [b]) => a - b)
    .map(([start, end]) => unix.toString('utf8', start, end))
    .join('\n\n');
}

/** Where the stanzas that hold a word begin and end. */
function stanzasWith(file: Buffer, word: string): [start: number, end: number][] {
  const found: [number, number][] = [];
  for (let at = file.indexOf(word); at >= 0; at = file.indexOf(word, at)) {
    const before = file.lastIndexOf(GAP, at);
    const gap = file.indexOf(GAP, at);
    const end = gap < 0 ? file.length : gap;
    found.push([before < 0 ? 0 : before + GAP.length, end]);
    at = end;
  }
  return found;
}

const unixLines = (text: string): string => (text.includes('\r') ? text.replace(/\r\n/g, '\n') : text);

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const GAP = Buffer.from('\n\n');
const FIRST = Buffer.from('Package: ');
/** No name is longer; what is was made to take time. */
const MAX_NAME = 256;

/** dpkg writes the name first; what others have written is looked through. */
function nameAt(file: Buffer, start: number, end: number): string | null {
  const from = start + FIRST.length;
  if (from <= end && file.compare(FIRST, 0, FIRST.length, start, from) === 0) {
    const lineEnd = file.indexOf(LINE_FEED, from);
    const until = Math.min(lineEnd < 0 ? end : lineEnd, end, from + MAX_NAME);
    return file.toString('latin1', from, until).trim();
  }
  return /^package:[ \t]*(.{1,256})/im.exec(file.toString('utf8', start, end))?.[1]?.trim() ?? null;
}

function packagesOf(stanza: string): DpkgPackage[] {
  return parseLooseDeb822(stanza).flatMap(({ fields }) => {
    const value = (name: string): string => fields.get(name)?.value ?? '';
    const [name, state] = [value('package'), value('status').split(/\s+/)[2]];
    if (name === '' || state === undefined || state === 'not-installed') return [];
    return [
      {
        name,
        version: value('version'),
        architecture: value('architecture'),
        state,
        provides: value('provides').replace(/\s+/g, ' '),
      },
    ];
  });
}
