/** One .sources file -> one Source. */
import type { PackageArchitecture } from '../../base/architecture.ts';
import { withoutLogins } from '../../base/escape.ts';
import { Location } from '../../base/http/location.ts';
import { PACKAGINGS } from '../../compat/releases.ts';
import {
  aptBoolean,
  decodeText,
  malformed,
  parseDeb822,
  type Field,
  type Stanza,
} from '../../formats/deb822.ts';
import type { Source } from '../types.ts';

const CODE = 'bad-sources';

/** What a file that leaves a field out is read with. */
export interface Surroundings {
  /** The source in whose place this one stands: what its file says of its packages holds for a mirror of it. */
  builtIn: Source | null;
  /** This machine's. */
  architecture: PackageArchitecture;
}

/**
 * Fields as apt reads them (sources.list(5)), and ours:
 *
 *     Types: deb
 *     URIs: https://developer.download.nvidia.com/compute/cuda/repos/ubuntu1804/x86_64/
 *     Suites: /
 *     Architectures: amd64          (this machine's, where not given)
 *     Signed-By: EB693B3035CD5710E231E123A4B469963BF863CC
 *     X-Key-URIs: https://.../3bf863cc.pub
 *     X-From-Host: yes              (URIs come from the host's apt configuration; those given here are tried after them)
 *     X-Origin: Debian              (Origin of the Release file that is looked for)
 *     X-Codename: bookworm          (its Codename; the suite, where not given)
 *     X-Packaging: nvidia           (whose packages these are: nvidia or debian)
 *     X-Description: ...
 */
export function parseSource(bytes: Uint8Array, id: string, file: string, surroundings: Surroundings): Source {
  const { builtIn, architecture } = surroundings;
  const options = { code: CODE, file } as const;
  const stanzas = parseDeb822(decodeText(bytes, options), options);
  const [stanza] = stanzas;
  if (stanza === undefined) throw malformed(CODE, file, 1, 'a stanza that begins with "Types: deb"', 'none');
  if (stanzas.length > 1) {
    throw malformed(CODE, file, stanzas[1]!.line, 'one stanza per file', 'a second one');
  }
  const read = reader(stanza, file);
  const enabled = read.flag('Enabled', true);
  const types = read.words('Types', { required: true });
  if (!types.values.includes('deb')) throw read.wrong(types.field, '"deb" among the types');
  const suites = read.words('Suites', { required: true });
  const components = read.words('Components', {});
  const flat = suites.values.every((suite) => suite.endsWith('/'));
  if (!flat && suites.values.some((suite) => suite.endsWith('/'))) {
    throw read.wrong(suites.field, 'either suite names or paths that end in "/", not both');
  }
  if (flat && components.values.length > 0) {
    throw read.wrong(components.field, 'no Components, since "Suites" names a flat repository');
  }
  if (!flat && components.values.length === 0) throw read.missing('Components');
  for (const suite of [...suites.values, ...components.values]) {
    if (!/^[\w./+~-]+$/.test(suite) || suite.split('/').includes('..')) {
      throw read.wrong(suites.field, 'names of letters, digits and "._+~/-"');
    }
  }
  const fromHost = read.flag('X-From-Host', false);
  const uris = read.uris('URIs', !fromHost);
  if (fromHost && suites.values.length !== 1)
    throw read.wrong(suites.field, 'one suite, since X-From-Host is given');
  const origin = read.text('X-Origin');
  const architectures = read.words('Architectures', {}).values;
  if (fromHost && origin === null) throw read.missing('X-Origin');
  return {
    id,
    uris: fromHost ? [] : uris,
    suites: suites.values,
    components: components.values,
    architectures: architectures.length > 0 ? architectures : (builtIn?.architectures ?? [architecture]),
    packageFamily: 'deb',
    packaging: read.oneOf('X-Packaging', PACKAGINGS) ?? builtIn?.packaging ?? null,
    signedBy: read.fingerprints('Signed-By', enabled),
    keyUris: read.uris('X-Key-URIs', false),
    keyFiles: [],
    fromHost: fromHost
      ? { origin: origin!, codename: read.text('X-Codename') ?? suites.values[0]!, uris }
      : null,
    enabled,
    description: read.text('X-Description'),
    overridden: builtIn !== null,
    file,
  };
}

function reader(stanza: Stanza, file: string) {
  const get = (name: string): Field | undefined => stanza.fields.get(name.toLowerCase());
  const wrong = (field: Field | undefined, expected: string) =>
    malformed(
      CODE,
      file,
      field?.line ?? stanza.line,
      expected,
      field === undefined ? 'nothing' : `"${withoutLogins(field.value).slice(0, 80)}"`,
    );
  const missing = (name: string) =>
    malformed(CODE, file, stanza.line, `a field "${name}" in this stanza`, 'none');
  const words = (name: string, { required = false }): { values: string[]; field: Field | undefined } => {
    const field = get(name);
    const values = field?.value.split(/\s+/).filter((word) => word !== '') ?? [];
    if (required && values.length === 0)
      throw field === undefined ? missing(name) : wrong(field, `a value for ${name}`);
    return { values, field };
  };
  return {
    wrong,
    missing,
    words,
    text: (name: string): string | null => get(name)?.value.replace(/\s+/g, ' ').trim() || null,
    oneOf<T extends string>(name: string, choices: readonly T[]): T | null {
      const field = get(name);
      const found = choices.find((one) => one === field?.value.trim());
      if (field === undefined || found !== undefined) return found ?? null;
      throw wrong(field, `${choices.map((one) => `"${one}"`).join(' or ')} for ${name}`);
    },
    flag(name: string, otherwise: boolean): boolean {
      const field = get(name);
      if (field === undefined) return otherwise;
      const value = aptBoolean(field.value);
      if (value === null) throw wrong(field, `"yes" or "no" for ${name}`);
      return value;
    },
    uris(name: string, required: boolean): Location[] {
      const { values, field } = words(name, { required });
      return values.map((uri, index) => {
        const location = /^(https?:\/\/|file:\/)/i.test(uri) ? Location.parse(uri) : null;
        if (location !== null && (location.isHttp || location.host === '')) return location;
        // Not quoted: what is no URL may hold a password all the same.
        const expected = `http://, https:// or file:/ URLs for ${name}`;
        throw malformed(
          CODE,
          file,
          field?.line ?? stanza.line,
          expected,
          `one that is none, as number ${index + 1}`,
        );
      });
    },
    /** Only full fingerprints name a key: short ids can be forged, a key file may be replaced. */
    fingerprints(name: string, required: boolean): Source['signedBy'] {
      const { values, field } = words(name, { required });
      return values.map((value) => {
        const match = /^([0-9A-F]{40}|[0-9A-F]{64})(!?)$/i.exec(value.replace(/,$/, ''));
        if (match === null) {
          throw wrong(
            field,
            'full key fingerprints of 40 hexadecimal digits (gpg --show-keys FILE prints them)',
          );
        }
        return { fingerprint: match[1]!.toUpperCase(), exactly: match[2] === '!' };
      });
    },
  };
}
