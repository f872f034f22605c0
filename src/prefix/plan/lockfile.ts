/** gpu-setup/lock@1: what a prefix was made of, so that it can be made again. No hosts, no URLs; stable order. */
import { z } from 'zod';
import type { PackageIndex } from '../../apt/types.ts';
import { PACKAGE_ARCHITECTURES } from '../../base/architecture.ts';
import { GpuSetupError, messageOf } from '../../base/errors.ts';
import { COMPONENTS } from './types.ts';
import type { Lock, PlannedPackage, PrefixRequest } from './types.ts';

export function makeLock(
  request: PrefixRequest,
  chosen: { cuda: string; cudnn: string | null; packages: readonly PlannedPackage[] },
  indexes: readonly PackageIndex[],
): Lock {
  const used = new Set(chosen.packages.map(({ sourceId, suite }) => `${sourceId} ${suite}`));
  return {
    schema: 'gpu-setup/lock@1',
    request,
    cuda: chosen.cuda,
    cudnn: chosen.cudnn,
    sources: indexes
      .filter(({ source, release }) => used.has(`${source.id} ${release.suite}`))
      .map(({ source, release }) => ({
        id: source.id,
        suite: release.suite,
        overridden: source.overridden,
        signedWith: release.signedWith,
        date: release.date,
        proof: release.proof,
      })),
    packages: chosen.packages,
  };
}

const text = z.string();
const components = z.array(z.enum(COMPONENTS));
const digest = z.string().regex(/^[0-9a-f]{64}$/);

const LOCK = z.object({
  schema: z.literal('gpu-setup/lock@1'),
  request: z.object({
    name: text,
    recipe: text.nullable(),
    specs: z.array(z.object({ name: text, version: text.nullable() })),
    components,
    insisted: components.optional(),
    sources: z.array(text),
    architecture: z.enum(PACKAGE_ARCHITECTURES),
  }),
  cuda: text,
  cudnn: text.nullable(),
  sources: z.array(
    z.object({
      id: text,
      suite: text,
      overridden: z.boolean(),
      signedWith: text,
      date: text.nullable(),
      proof: z.union([z.object({ inRelease: text }), z.object({ release: text, signature: text })]),
    }),
  ),
  packages: z.array(
    z.object({
      name: text,
      version: text,
      architecture: text,
      sourceId: text,
      suite: text,
      path: text,
      size: z.number().int().nonnegative(),
      sha256: digest,
      payloadSha256: digest.nullable(),
      installedBytes: z.number().int().nonnegative().nullable(),
      components,
    }),
  ),
});

/**
 * @param file where the text came from, for the message
 * @throws GpuSetupError `bad-lock`: file, place in it, what was expected
 */
export function parseLock(json: string, file: string): Lock {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw badLock(file, messageOf(error));
  }
  const result = LOCK.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0]!;
    throw badLock(file, `${issue.path.join('.') || 'the document'}: ${issue.message}`);
  }
  const { insisted, ...request } = result.data.request;
  return { ...result.data, request: insisted === undefined ? request : { ...request, insisted } };
}

function badLock(file: string, what: string): GpuSetupError {
  return new GpuSetupError('bad-lock', `${file} is not a lock that gpu-setup wrote: ${what}`, {
    hint: 'take the file from version control, or install anew without it',
  });
}

/** Whether two requests ask for the same prefix: the order of components and specs does not matter, sources do. */
export function sameRequest(a: PrefixRequest, b: PrefixRequest): boolean {
  return canonical(a) === canonical(b);
}

function canonical(request: PrefixRequest): string {
  return JSON.stringify([
    request.name,
    request.specs.map(({ name, version }) => `${name}@${version}`).sort(),
    [...request.components].sort(),
    request.sources,
    request.architecture,
  ]);
}
