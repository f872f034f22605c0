/** Entries of apt's sources that name NVIDIA, in both formats of sources.list(5). Never more of a URI than what identifies it. */
import { absent, present, unknown, type Answer } from '../../answer.ts';
import type { AptSourceFacts } from '../../facts.ts';
import type { Machine } from '../../machine.ts';
import { joinPath } from '../../paths.ts';
import { linesOf, readText } from '../recorded.ts';

const LIST = '/etc/apt/sources.list';
const FOLDER = '/etc/apt/sources.list.d';
const NVIDIA = /nvidia|cuda|cudnn|tensorrt/i;

export async function probeNvidiaSources(machine: Machine): Promise<Answer<readonly AptSourceFacts[]>> {
  const listing = await machine.listDir(FOLDER);
  const names = listing.state === 'present' ? listing.value.entries : [];
  const paths = [
    LIST,
    ...names.filter((name) => /\.(?:list|sources)$/.test(name)).map((name) => joinPath(FOLDER, name)),
  ];
  let unread: Answer<never> | undefined =
    listing.state === 'unknown'
      ? listing
      : listing.state === 'present' && !listing.value.complete
        ? unknown('not-recorded', 'only a part of the folder is recorded', listing.from)
        : undefined;
  const entries: AptSourceFacts[] = [];
  for (const path of paths) {
    const file = await readText(machine, path, 1 << 20);
    if (file.state === 'unknown') unread ??= file;
    if (file.state !== 'present') continue;
    const parse = path.endsWith('.sources') ? parseDeb822Sources : parseSourcesList;
    entries.push(...parse(file.value.text, path).filter(({ uri }) => NVIDIA.test(uri)));
  }
  if (entries.length > 0) return present(entries, { kind: 'file', name: entries[0]!.file });
  return unread ?? absent({ kind: 'dir', name: FOLDER });
}

/**
 *     deb [arch=amd64 signed-by=/usr/share/keyrings/cuda-archive-keyring.gpg] https://developer.download.nvidia.com/... /
 *     # deb http://developer.download.nvidia.com/compute/cuda/repos/ubuntu1804/x86_64 /      switched off
 */
export function parseSourcesList(text: string, file: string): AptSourceFacts[] {
  return linesOf(text).flatMap((line, index) => {
    const match = /^\s*(#\s*)?deb(?:-src)?\s+(?:\[([^\]]*)\]\s+)?(\S+)(?:\s+([^\s#]+))?/.exec(line);
    if (!match || !/^[a-z+]+:/i.test(match[3]!)) return [];
    const options = new Map(
      (match[2] ?? '').split(/\s+/).flatMap((option): [string, string][] => {
        const cut = option.indexOf('=');
        return cut < 0 ? [] : [[option.slice(0, cut).toLowerCase(), option.slice(cut + 1)]];
      }),
    );
    return [
      {
        file,
        line: index + 1,
        uri: withoutCredentials(match[3]!),
        suite: match[4] ?? '',
        signedBy: options.get('signed-by') ?? null,
        trusted: isYes(options.get('trusted')),
        enabled: match[1] === undefined,
      },
    ];
  });
}

/**
 *     Types: deb
 *     URIs: https://developer.download.nvidia.com/compute/cuda/repos/debian12/x86_64/
 *     # a comment, which may stand inside a stanza
 *     Suites: /
 *     Signed-By: /usr/share/keyrings/cuda-archive-keyring.gpg
 */
export function parseDeb822Sources(text: string, file: string): AptSourceFacts[] {
  const entries: AptSourceFacts[] = [];
  let fields = new Map<string, string>();
  let first = 0;
  let last = '';
  const flush = (): void => {
    const uris = (fields.get('uris') ?? '').split(/\s+/).filter(Boolean);
    const suites = (fields.get('suites') ?? '').split(/\s+/).filter(Boolean);
    for (const uri of uris) {
      for (const suite of suites.length > 0 ? suites : ['']) {
        const signedBy = fields.get('signed-by')?.trim();
        entries.push({
          file,
          line: first,
          uri: withoutCredentials(uri),
          suite,
          // A key may stand in the field itself.
          signedBy: signedBy ? (signedBy.includes('BEGIN PGP') ? 'embedded key' : signedBy) : null,
          trusted: isYes(fields.get('trusted')),
          enabled: fields.get('enabled') === undefined || isYes(fields.get('enabled')),
        });
      }
    }
    fields = new Map();
    last = '';
  };
  linesOf(text).forEach((line, index) => {
    if (line.startsWith('#')) return;
    if (line.trim() === '') return flush();
    const field = /^([A-Za-z][\w-]*):\s*(.*)$/.exec(line);
    if (field) {
      if (fields.size === 0) first = index + 1;
      last = field[1]!.toLowerCase();
      fields.set(last, field[2]!);
    } else if (last !== '' && /^\s/.test(line)) {
      fields.set(last, `${fields.get(last)}\n${line.trim()}`);
    }
  });
  flush();
  return entries;
}

/** apt's StringToBool. */
function isYes(value: string | undefined): boolean {
  return value !== undefined && /^(?:yes|true|with|on|enable|1)$/i.test(value.trim());
}

function withoutCredentials(uri: string): string {
  return uri.replace(/^([a-z+]+:\/\/)[^/@\s]*@/i, '$1');
}
