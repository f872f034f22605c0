/**
 * gpu-setup/bundle@1: a plain tar archive, so that any tar lists and unpacks it. Packages are compressed already.
 *
 *     gpu-setup-bundle.json               the format and the architecture; first
 *     gpu-setup.lock                      what was asked for, and the packages; second
 *     sources/<source>.sources            as this machine had them: for reading, nothing is configured by them
 *     keys/<source>.key                   keys that are pinned for it: merely their bytes
 *     licences/<licence>.txt              whose terms the packages come under
 *     repository/<source>/...             signed Releases and the indexes that they cover, as a server has them
 *     packages/<SHA-256>.deb              smallest first
 *
 * Only files, in this order, each once. Nothing in it is believed: who may sign which source, and for which architecture this
 * machine is, this machine says.
 */
import { z } from 'zod';
import { PACKAGE_ARCHITECTURES, type PackageArchitecture } from '../../base/architecture.ts';
import { GpuSetupError, messageOf } from '../../base/errors.ts';
import { escapeLine } from '../../base/escape.ts';

export const MANIFEST = 'gpu-setup-bundle.json';
export const LOCK = 'gpu-setup.lock';

export interface BundleManifest {
  schema: 'gpu-setup/bundle@1';
  architecture: PackageArchitecture;
}

const FORM = z.object({
  schema: z.literal('gpu-setup/bundle@1'),
  architecture: z.enum(PACKAGE_ARCHITECTURES),
});

/** What a member is, by its path; null for what no bundle holds. */
export type MemberKind =
  | { kind: 'manifest' | 'lock' }
  | { kind: 'note' }
  | { kind: 'key' | 'signed'; source: string }
  | { kind: 'package'; sha256: string };

const ID = '[a-z0-9][a-z0-9.+-]{0,99}';
const SOURCE = new RegExp(`^sources/${ID}\\.sources$`);
const KEY = new RegExp(`^keys/(${ID})\\.key$`);
const LICENCE = new RegExp(`^licences/${ID}\\.txt$`);
const SIGNED = new RegExp(`^repository/(${ID})((?:/[\\w.+~:-]{1,200}){1,20})$`);
const PACKAGE = /^packages\/([0-9a-f]{64})\.deb$/;

export function memberKind(path: string): MemberKind | null {
  if (path === MANIFEST) return { kind: 'manifest' };
  if (path === LOCK) return { kind: 'lock' };
  if (SOURCE.test(path) || LICENCE.test(path)) return { kind: 'note' };
  const key = KEY.exec(path);
  if (key !== null) return { kind: 'key', source: key[1]! };
  const signed = SIGNED.exec(path);
  if (signed !== null && !signed[2]!.split('/').some((part) => part === '.' || part === '..'))
    return { kind: 'signed', source: signed[1]! };
  const found = PACKAGE.exec(path);
  return found === null ? null : { kind: 'package', sha256: found[1]! };
}

/** Largest member of each kind; of packages the lock says how large they are. */
export const MOST_BYTES: Readonly<Record<Exclude<MemberKind['kind'], 'package'>, number>> = {
  manifest: 64 << 10,
  lock: 16 << 20,
  note: 1 << 20,
  key: 4 << 20,
  signed: 512 << 20,
};

/** Of all that is not a package. */
export const MOST_SIGNED_BYTES = 1 << 30;

/** @throws GpuSetupError `bad-bundle`, `bundle-format` */
export function parseManifest(bytes: Uint8Array, file: string): BundleManifest {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw badBundle(file, `${MANIFEST}: ${messageOf(error)}`);
  }
  const schema = (value as { schema?: unknown } | null)?.schema;
  if (typeof schema === 'string' && /^gpu-setup\/bundle@(?!1$)\d{1,9}$/.test(schema)) {
    throw new GpuSetupError(
      'bundle-format',
      `${file} is ${schema}, and this gpu-setup reads gpu-setup/bundle@1`,
      { hint: 'use the gpu-setup that made it, or a newer one', details: { file, schema } },
    );
  }
  const result = FORM.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw badBundle(file, `${MANIFEST}: ${issue.path.join('.') || 'the document'}: ${issue.message}`);
}

/** @param why a clause; may quote what the bundle holds, unescaped */
export function badBundle(file: string, why: string, cause?: unknown): GpuSetupError {
  return new GpuSetupError('bad-bundle', `${file} is no bundle that can be used: ${escapeLine(why)}`, {
    hint: 'copy it again, and compare its SHA-256 with the one that bundle create printed',
    cause,
    details: { file },
  });
}
