/**
 * gpu-setup/lock@1: what a prefix was made of, so that it can be made again. A plan without what belongs to one machine
 * and one day: no hosts, no URLs, no actions; stable order.
 */
import { z } from 'zod';
import { PACKAGE_ARCHITECTURES } from '../../base/architecture.ts';
import { GpuSetupError, messageOf } from '../../base/errors.ts';
import { escapeLine } from '../../base/escape.ts';
import type { InstallPlan, PlannedPackage, PlannedSource } from './install-plan.ts';
import { PACKAGINGS, packagingOfPackages } from '../../compat/releases.ts';
import { COMPONENTS } from '../layout/component.ts';
import type { PrefixRequest } from './request.ts';

export interface Lock {
  schema: 'gpu-setup/lock@1';
  request: PrefixRequest;
  cuda: string;
  cudnn: string | null;
  sources: readonly PlannedSource[];
  packages: readonly PlannedPackage[];
}

/** @param payloads digests of payloads that were seen since the plan was made, by package name */
export function lockOf(plan: InstallPlan, payloads: ReadonlyMap<string, string> = new Map()): Lock {
  const { request, cuda, cudnn, sources, packages } = plan;
  return {
    schema: 'gpu-setup/lock@1',
    request,
    cuda,
    cudnn,
    sources,
    packages: packages.map(({ alternatives: _alternatives, ...one }) => ({
      ...one,
      payloadSha256: payloads.get(one.name) ?? one.payloadSha256,
    })),
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
    whereNeeded: components.optional(),
    sources: z.array(text),
    source: text.optional(),
    architecture: z.enum(PACKAGE_ARCHITECTURES),
  }),
  cuda: text,
  cudnn: text.nullable(),
  sources: z.array(
    z.object({
      id: text,
      suite: text,
      packaging: z.enum(PACKAGINGS).optional(),
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
  const { insisted, whereNeeded, source, ...request } = result.data.request;
  const { sources, packages } = result.data;
  return {
    ...result.data,
    // Before a prefix could hold packages of several publishers, a lock did not say whose they are.
    sources: sources.map((one) => ({
      ...one,
      packaging: one.packaging ?? packagingOfPackages(packages.map(({ name }) => name)),
    })),
    request: {
      ...request,
      ...(insisted === undefined ? {} : { insisted }),
      ...(whereNeeded === undefined ? {} : { whereNeeded }),
      ...(source === undefined ? {} : { source }),
    },
  };
}

function badLock(file: string, what: string): GpuSetupError {
  return new GpuSetupError('bad-lock', `${file} is not a lock that gpu-setup wrote: ${escapeLine(what)}`, {
    hint: 'take the file from version control, or install anew without it',
  });
}

/**
 * Whether a prefix that is there is what is asked for. The order of components and specs does not matter. Sources do: those
 * that it was made from are among those that may serve, and nobody named one unless the same is named now.
 *
 * @param groups of sources that may serve the request; its own otherwise
 */
export function sameRequest(
  request: PrefixRequest,
  there: PrefixRequest,
  groups: readonly (readonly string[])[] = [request.sources],
): boolean {
  const sources = there.sources.join(' ');
  return (
    canonical(request) === canonical(there) &&
    (request.source !== undefined || there.source === undefined) &&
    groups.some((group) => group.join(' ') === sources)
  );
}

function canonical(request: PrefixRequest): string {
  return JSON.stringify([
    request.name,
    request.specs.map(({ name, version }) => `${name}@${version}`).sort(),
    [...request.components].sort(),
    request.architecture,
  ]);
}
