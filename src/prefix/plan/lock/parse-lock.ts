/**
 * Reads a lock that anybody may have written: it is believed nothing but its form here. What it says of packages is held
 * against signed indexes (confirm.ts); what it could do by itself (climb out of a folder, name a host, take all memory,
 * write to a terminal) is refused, with the place and the reason.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import {
  isArchitectureName,
  isPackageName,
  isPackageVersion,
  isSafePath,
} from '../../../apt/index/stanza-form.ts';
import { PACKAGE_ARCHITECTURES } from '../../../base/architecture.ts';
import { GpuSetupError, messageOf } from '../../../base/errors.ts';
import { escapeLine } from '../../../base/escape.ts';
import { isRecord } from '../../../base/is-record.ts';
import { PACKAGINGS, packagingOfPackages } from '../../../compat/releases.ts';
import { COMPONENTS } from '../../layout/component.ts';
import type { PlannedPackage, PlannedSource } from '../install-plan.ts';
import { pinsOf, type Lock, type Pin } from '../lockfile.ts';
import { PART_NAMES } from '../../layout/parts.ts';
import { isPrefixName, type PrefixRequest } from '../request.ts';

/** Some five hundred bytes per package, and a hundred packages. */
export const MAX_LOCK_BYTES = 16 << 20;
const MAX_PACKAGES = 5_000;
const MAX_SOURCES = 100;
/** Larger than any package or index. */
const MAX_SIZE = 1e13;
/** A lock says which source and which path: where that is, the reader's own configuration says. */
const ADDRESSES = ['uri', 'uris', 'url', 'urls', 'host', 'mirror', 'mirrors'];

const plain = z
  .string()
  .max(300)
  .refine((text) => !/[\u0000-\u001f\u007f-\u009f]/.test(text), 'it holds control characters');
const id = plain.refine((text) => /^[a-z0-9][a-z0-9._+-]*$/i.test(text), 'it is no name of a source');
const suite = plain.refine(
  (text) => text !== '' && !text.split('/').includes('..') && !text.includes(':'),
  'it is no name of a suite',
);
const digest = z.string().regex(/^[0-9a-f]{64}$/, 'it is no SHA-256 digest');
const size = z.number().int().nonnegative().max(MAX_SIZE);
const path = plain
  .refine(isSafePath, 'it leads out of the repository')
  .refine((text) => !text.includes('://'), 'it names a host');
const date = z.iso.datetime();
const components = z.array(z.enum(COMPONENTS)).max(100);
const fingerprint = z.string().regex(/^[0-9A-F]{40,64}$/, 'it is no fingerprint of a key');

const REQUEST = z.object({
  name: plain.refine(isPrefixName, 'it is no name of a prefix'),
  recipe: plain.nullable(),
  specs: z.array(z.object({ name: plain, version: plain.nullable() })).max(100),
  components,
  only: z
    .array(z.string().regex(/^[a-z0-9_]{1,60}$/, 'it is no name of a part'))
    .max(100)
    .optional(),
  insisted: components.optional(),
  whereNeeded: components.optional(),
  sources: z.array(id).max(MAX_SOURCES),
  source: id.optional(),
  architecture: z.enum(PACKAGE_ARCHITECTURES),
});

/** Version 0.1 wrote the signed text itself into the lock. */
const SIGNED = z.union([z.object({ inRelease: digest }), z.object({ release: digest, signature: digest })]);
const SIGNED_TEXT = z.union([
  z.object({ inRelease: z.string() }),
  z.object({ release: z.string(), signature: z.string() }),
]);

const SOURCE = z
  .object({
    id,
    suite,
    packaging: z.enum(PACKAGINGS).optional(),
    overridden: z.boolean(),
    signedWith: fingerprint,
    date: date.nullable(),
    signed: SIGNED.optional(),
    proof: SIGNED_TEXT.optional(),
    indexes: z
      .array(z.object({ path, size, sha256: digest }))
      .max(1_000)
      .default([]),
  })
  .refine(
    ({ signed, proof }) => signed !== undefined || proof !== undefined,
    'it says nothing of what was signed',
  );

const packageName = plain.refine(isPackageName, 'it is no name of a package');
const PACKAGE = z.object({
  name: packageName,
  version: plain.refine(isPackageVersion, 'it is no version of a package'),
  architecture: plain.refine(isArchitectureName, 'it is no architecture'),
  sourceId: id,
  suite,
  path,
  size,
  sha256: digest,
  payloadSha256: digest.nullable(),
  installedBytes: size.nullable(),
  components,
  needs: z.array(packageName).max(MAX_PACKAGES).optional(),
});

const PIN = {
  request: REQUEST,
  cuda: plain.refine((text) => /^\d+(\.\d+)*$/.test(text), 'it is no version of CUDA'),
  cudnn: plain.nullable(),
  sources: z.array(SOURCE).max(MAX_SOURCES),
  packages: z.array(PACKAGE).max(MAX_PACKAGES),
  host: z
    .array(z.object({ clause: z.string().max(4_000), wantedBy: z.array(plain).max(MAX_PACKAGES) }))
    .max(MAX_PACKAGES)
    .optional(),
};

const LOCK = z.object({
  schema: z.literal('gpu-setup/lock@1'),
  ...PIN,
  alsoFor: z.array(z.object(PIN)).max(PACKAGE_ARCHITECTURES.length).optional(),
});

const NEWER = 'use the gpu-setup that wrote it, or a newer one: gpu-setup self update';

/**
 * @param file where it came from, for the message
 * @throws GpuSetupError `lock-format`: another format, or a part that only a newer gpu-setup knows; `bad-lock`: file, place in it, what is wrong there
 */
export function parseLock(content: string | Uint8Array, file: string): Lock {
  const value = parseJson(content, file);
  const schema = isRecord(value) ? value['schema'] : undefined;
  if (typeof schema === 'string' && /^gpu-setup\/lock@(?!1$)\d{1,9}$/.test(schema)) {
    throw new GpuSetupError(
      'lock-format',
      `${file} is ${schema}, and this gpu-setup reads gpu-setup/lock@1`,
      {
        hint: NEWER,
        details: { file, schema },
      },
    );
  }
  refuseAddresses(value, file);
  const result = LOCK.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    throw badLock(file, `${issue.path.join('.') || 'the document'}: ${issue.message}`);
  }
  const { alsoFor, ...first } = result.data;
  const lock: Lock = {
    schema: 'gpu-setup/lock@1',
    ...pin(first),
    ...(alsoFor === undefined || alsoFor.length === 0 ? {} : { alsoFor: alsoFor.map(pin) }),
  };
  for (const one of pinsOf(lock)) checkPin(one, file);
  const architectures = pinsOf(lock).map(({ request }) => request.architecture);
  const twice = architectures.find((one, at) => architectures.indexOf(one) !== at);
  if (twice !== undefined) throw badLock(file, `alsoFor: ${twice} stands there twice`);
  return lock;
}

function parseJson(content: string | Uint8Array, file: string): unknown {
  if (content.length > MAX_LOCK_BYTES) throw badLock(file, `it has more than ${MAX_LOCK_BYTES} bytes`);
  let text: string;
  try {
    text =
      typeof content === 'string'
        ? content
        : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    throw badLock(file, 'it is not UTF-8 text');
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const cut = text.trimStart().startsWith('{') && !text.trimEnd().endsWith('}');
    throw badLock(file, cut ? `it ends in the middle: ${messageOf(error)}` : messageOf(error));
  }
}

function refuseAddresses(value: unknown, file: string): void {
  const lists = isRecord(value) ? [value, ...listOf(value['alsoFor'])] : [];
  for (const one of lists.filter(isRecord)) {
    for (const kind of ['sources', 'packages'] as const) {
      for (const [at, row] of listOf(one[kind]).entries()) {
        const key = isRecord(row) ? ADDRESSES.find((name) => Object.hasOwn(row, name)) : undefined;
        if (key !== undefined)
          throw badLock(file, `${kind}.${at}.${key}: a lock names no addresses, only sources and paths`);
      }
    }
  }
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

type ReadPin = Omit<z.infer<typeof LOCK>, 'alsoFor' | 'schema'>;

function pin({ request, cuda, cudnn, sources, packages, host }: ReadPin): Pin {
  return {
    request: requestOf(request),
    cuda,
    cudnn,
    sources: sources.map(({ proof, signed, packaging, ...one }): PlannedSource => ({
      ...one,
      // Before a prefix could hold packages of several publishers, a lock did not say whose they are.
      packaging: packaging ?? packagingOfPackages(packages.map(({ name }) => name)),
      signed: signed ?? digestsOf(proof!),
    })),
    packages: packages.map(({ needs, ...one }): PlannedPackage => ({
      ...one,
      ...(needs === undefined ? {} : { needs }),
    })),
    ...(host === undefined ? {} : { host }),
  };
}

function requestOf({
  only,
  insisted,
  whereNeeded,
  source,
  ...request
}: z.infer<typeof REQUEST>): PrefixRequest {
  return {
    ...request,
    ...(only === undefined ? {} : { only }),
    ...(insisted === undefined ? {} : { insisted }),
    ...(whereNeeded === undefined ? {} : { whereNeeded }),
    ...(source === undefined ? {} : { source }),
  };
}

/** Digests of what was signed, as a lock gives them. */
export function digestsOf(
  signed: { inRelease: string } | { release: string; signature: string },
): PlannedSource['signed'] {
  const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
  return 'inRelease' in signed
    ? { inRelease: sha256(signed.inRelease) }
    : {
        release: sha256(signed.release),
        signature: sha256(Buffer.from(signed.signature, 'base64')),
      };
}

/** What a form cannot say: that its parts belong together. */
function checkPin({ request, sources, packages }: Pin, file: string): void {
  const part = request.only?.find((one) => !PART_NAMES.includes(one));
  if (part !== undefined) {
    throw new GpuSetupError(
      'lock-format',
      `${file} asks for the part "${part}", which this gpu-setup does not know: a newer one wrote it`,
      { hint: NEWER, details: { file, part } },
    );
  }
  const known = new Set(sources.map((one) => `${one.id} ${one.suite}`));
  if (known.size < sources.length) throw badLock(file, 'sources: one stands there twice');
  const names = new Set<string>();
  for (const [at, one] of packages.entries()) {
    const where = `packages.${at} (${one.name})`;
    if (names.has(one.name)) throw badLock(file, `${where}: it stands there twice`);
    names.add(one.name);
    if (!known.has(`${one.sourceId} ${one.suite}`))
      throw badLock(file, `${where}: its source ${one.sourceId} (${one.suite}) is none of the lock's`);
    if (one.architecture !== request.architecture && one.architecture !== 'all')
      throw badLock(file, `${where}: it is for ${one.architecture}, in a lock for ${request.architecture}`);
  }
  for (const [at, { name, needs = [] }] of packages.entries()) {
    const stranger = needs.find((needed) => !names.has(needed));
    if (stranger !== undefined)
      throw badLock(file, `packages.${at} (${name}): it needs ${stranger}, which the lock does not have`);
  }
}

export function badLock(file: string, what: string): GpuSetupError {
  return new GpuSetupError('bad-lock', `${file} is not a lock that gpu-setup wrote: ${escapeLine(what)}`, {
    hint: 'take the file from version control, or install anew without it',
    details: { file, why: what },
  });
}
