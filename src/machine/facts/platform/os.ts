/** The distribution, from os-release(5); in pastes also from `lsb_release -a`. */
import { mapAnswer, present, unknown, type Answer } from '../../answer.ts';
import type { OsFacts } from '../../facts.ts';
import type { Machine } from '../../machine.ts';
import { firstKnown, linesOf, recordedOutputs, readText } from '../recorded.ts';

export async function probeOs(machine: Machine): Promise<Answer<OsFacts>> {
  const fromFile = async (path: string): Promise<Answer<OsFacts>> => {
    const answer = await readText(machine, path, 65_536);
    const parsed = answer.state === 'present' ? parseOsRelease(answer.value.text) : null;
    if (answer.state === 'present' && parsed === null)
      return unknown('failed', 'names no distribution', answer.from);
    return mapAnswer(answer, () => parsed!);
  };
  const first = await fromFile('/etc/os-release');
  if (first.state === 'present') return first;
  return firstKnown(
    async () => withoutAbsent(await fromFile('/usr/lib/os-release')),
    () => fromLsbRelease(machine),
    () => withoutAbsent(first),
  );
}

/** A Linux without os-release is not a Linux without a name. */
function withoutAbsent<T>(answer: Answer<T>): Answer<T> {
  return answer.state === 'absent' ? unknown('failed', 'there is no such file', answer.from) : answer;
}

/**
 *     NAME="Ubuntu"
 *     VERSION_ID="18.04"
 *     ID=ubuntu
 *     ID_LIKE=debian
 *     VERSION_CODENAME=bionic
 *
 * Null without ID and NAME. People paste two or three of the lines; ID then follows from NAME.
 */
export function parseOsRelease(text: string): OsFacts | null {
  const fields = new Map<string, string>();
  for (const line of linesOf(text)) {
    const match = /^\s*([A-Z][A-Z0-9_]*)=(.*)$/.exec(line);
    if (match) fields.set(match[1]!, unquote(match[2]!.trim()));
  }
  const name = fields.get('NAME') ?? fields.get('PRETTY_NAME');
  const id = fields.get('ID') ?? idOfName(name);
  if (!id) return null;
  const version = fields.get('VERSION_ID') ?? /^[\d.]+/.exec(fields.get('VERSION') ?? '')?.[0] ?? null;
  return {
    id,
    version: version === '' ? null : version,
    codename: fields.get('VERSION_CODENAME') ?? fields.get('UBUNTU_CODENAME') ?? null,
    prettyName: fields.get('PRETTY_NAME') ?? [name ?? id, version].filter(Boolean).join(' '),
    idLike: (fields.get('ID_LIKE') ?? '').split(/\s+/).filter(Boolean),
  };
}

/** Shell quoting as os-release(5) allows it. */
function unquote(value: string): string {
  const isQuoted = value.length > 1 && ['"', "'"].includes(value[0]!) && value.endsWith(value[0]!);
  const text = isQuoted ? value.slice(1, -1) : value;
  return text.includes('\\') ? text.replace(/\\([$"'`\\])/g, '$1') : text;
}

/** "Ubuntu" is ubuntu, "Debian GNU/Linux" debian, "Linux Mint" linuxmint, "openSUSE Tumbleweed" opensuse-tumbleweed. */
function idOfName(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const words = name.toLowerCase().trim().split(/\s+/);
  if (words[0] === 'linux' && words[1]) return `linux${words[1]}`;
  if (words[0] === 'opensuse' && words[1]) return `opensuse-${words[1]}`;
  if (words[0] === 'red' && words[1] === 'hat') return 'rhel';
  return words[0];
}

function fromLsbRelease(machine: Machine): Answer<OsFacts> {
  for (const { text, from } of recordedOutputs(machine, 'lsb_release')) {
    const parsed = parseLsbRelease(text);
    if (parsed) return present(parsed, from);
  }
  return unknown('not-recorded', 'names no distribution', { kind: 'command', name: 'lsb_release' });
}

/** "Distributor ID:\tUbuntu", "Description:\tUbuntu 18.04.6 LTS", "Release:\t18.04", "Codename:\tbionic" */
export function parseLsbRelease(text: string): OsFacts | null {
  const field = (name: string): string | null =>
    new RegExp(`^${name}:[ \\t]*(\\S.*)$`, 'm').exec(text)?.[1]?.trim() ?? null;
  const id = idOfName(field('Distributor ID') ?? undefined);
  if (!id) return null;
  return {
    id,
    version: field('Release'),
    codename: field('Codename'),
    prettyName: field('Description') ?? id,
    idLike: [],
  };
}
