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

/**
 * Packages that dpkg knows more of than the name. The file of a desktop has 3 to 8 MB and is on the way of every doctor
 * run: of stanzas that are not wanted only the name is read.
 */
export function parseDpkgStatus(text: string, wanted: (name: string) => boolean = () => true): DpkgPackage[] {
  const packages: DpkgPackage[] = [];
  const unix = text.includes('\r') ? text.replace(/\r\n/g, '\n') : text;
  for (let at = 0; at < unix.length;) {
    const gap = unix.indexOf('\n\n', at);
    const end = gap < 0 ? unix.length : gap;
    const name = nameAt(unix, at, end);
    if (name !== null && wanted(name)) packages.push(...packagesOf(unix.slice(at, end)));
    at = end + 1;
    while (unix[at] === '\n') at++;
  }
  return packages;
}

const FIRST = 'Package: ';
/** No name is longer; what is was made to take time. */
const MAX_NAME = 256;

/** dpkg writes the name first; what others have written is looked through. */
function nameAt(text: string, start: number, end: number): string | null {
  if (text.startsWith(FIRST, start)) {
    const from = start + FIRST.length;
    const lineEnd = text.indexOf('\n', from);
    return text.slice(from, Math.min(lineEnd < 0 ? end : lineEnd, from + MAX_NAME)).trim();
  }
  return /^package:[ \t]*(.{1,256})/im.exec(text.slice(start, end))?.[1]?.trim() ?? null;
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
