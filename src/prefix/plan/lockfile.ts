/**
 * gpu-setup/lock@1: what a prefix was made of, so that it can be made again. A plan without what belongs to one machine
 * and one day: no hosts, no URLs, no actions. One format for the file beside a project and the one inside a prefix, one
 * writer, stable order: the same content is the same bytes, so that git shows what changed and the digest is a cache key.
 */
import { createHash } from 'node:crypto';
import type { PackageArchitecture } from '../../base/architecture.ts';
import { GpuSetupError } from '../../base/errors.ts';
import { isAmong, type SourceGroup } from '../../compat/source-group.ts';
import { shellLine } from '../../base/processes/shell-line.ts';
import type { Component } from '../layout/component.ts';
import type { InstallPlan, PlannedPackage, PlannedSource } from './install-plan.ts';
import type { PrefixRequest } from './request.ts';
import { formatSpec } from './spec.ts';

/** What one prefix is made of, on one architecture. */
export interface Pin {
  request: PrefixRequest;
  cuda: string;
  cudnn: string | null;
  sources: readonly PlannedSource[];
  packages: readonly PlannedPackage[];
  /** What a host has to have, as Debian writes it. Absent in locks of version 0.1. */
  host?: readonly { clause: string; wantedBy: readonly string[] }[];
}

export interface Lock extends Pin {
  schema: 'gpu-setup/lock@1';
  /** The same for other architectures. */
  alsoFor?: readonly Pin[];
}

type Planned = Pick<InstallPlan, 'request' | 'cuda' | 'cudnn' | 'sources' | 'packages' | 'host'>;

/** @param payloads digests of payloads that were seen since the plan was made, by package name */
export function pinOf(plan: Planned, payloads: ReadonlyMap<string, string> = new Map()): Pin {
  const { request, cuda, cudnn, sources, packages, host } = plan;
  return {
    request,
    cuda,
    cudnn,
    sources,
    packages: packages.map(({ alternatives: _alternatives, ...one }) => ({
      ...one,
      payloadSha256: payloads.get(one.name) ?? one.payloadSha256,
    })),
    host: host.map(({ clause, wantedBy }) => ({ clause, wantedBy })),
  };
}

/** @param pins one per architecture; at least one */
export function lockOf(...[first, ...others]: readonly [Pin, ...Pin[]]): Lock {
  return inOrder({
    schema: 'gpu-setup/lock@1',
    ...first,
    ...(others.length === 0 ? {} : { alsoFor: others }),
  });
}

export function pinsOf({ schema: _schema, alsoFor = [], ...first }: Lock): readonly Pin[] {
  return [first, ...alsoFor];
}

/** Null where the lock has nothing for the architecture. */
export function pinFor(lock: Lock, architecture: PackageArchitecture): Pin | null {
  return pinsOf(lock).find(({ request }) => request.architecture === architecture) ?? null;
}

/** What was asked for and has a package, and what was taken since it was needed where the lock was made. */
export function componentsOf({ request, packages }: Pick<Pin, 'request' | 'packages'>): readonly Component[] {
  return [...new Set([...request.components, ...(request.whereNeeded ?? [])])].filter((one) =>
    packages.some(({ components }) => components.includes(one)),
  );
}

/** The file's text. */
export function lockText(lock: Lock): string {
  return `${JSON.stringify(inOrder(lock), null, 2)}\n`;
}

/** SHA-256 of the file as it is written: a lock that something formatted anew has the same one. */
export function lockDigest(lock: Lock): string {
  return createHash('sha256').update(lockText(lock)).digest('hex');
}

/** Keys as they stand here; packages by name and sources by id, in whatever order a plan has them. */
function inOrder({ schema, alsoFor, ...first }: Lock): Lock {
  return {
    schema,
    ...pinInOrder(first),
    ...(alsoFor === undefined ? {} : { alsoFor: alsoFor.map(pinInOrder) }),
  };
}

function pinInOrder({ request, cuda, cudnn, sources, packages, host }: Pin): Pin {
  return {
    request: requestInOrder(request),
    cuda,
    cudnn,
    sources: sorted(sources, ({ id, suite }) => `${id} ${suite}`).map(
      ({ id, suite, packaging, overridden, signedWith, date, signed, indexes }) => ({
        id,
        suite,
        packaging,
        overridden,
        signedWith,
        date,
        signed:
          'inRelease' in signed
            ? { inRelease: signed.inRelease }
            : { release: signed.release, signature: signed.signature },
        indexes: indexes.map(({ path, size, sha256 }) => ({ path, size, sha256 })),
      }),
    ),
    packages: sorted(packages, ({ name, version }) => `${name} ${version}`).map(packageInOrder),
    ...(host === undefined ? {} : { host: host.map(({ clause, wantedBy }) => ({ clause, wantedBy })) }),
  };
}

function requestInOrder(request: PrefixRequest): PrefixRequest {
  const { name, recipe, specs, components, only, insisted, whereNeeded, sources, source, ...others } =
    request;
  const { architecture, ...more } = others;
  return {
    name,
    recipe,
    specs: specs.map((spec) => ({ name: spec.name, version: spec.version })),
    components,
    ...(only === undefined ? {} : { only }),
    ...(insisted === undefined ? {} : { insisted }),
    ...(whereNeeded === undefined ? {} : { whereNeeded }),
    sources,
    ...(source === undefined ? {} : { source }),
    architecture,
    ...more,
  };
}

function packageInOrder(one: PlannedPackage): PlannedPackage {
  const { name, version, architecture, sourceId, suite, path, size, sha256, payloadSha256, ...others } = one;
  const { installedBytes, components, needs, ...more } = others;
  return {
    name,
    version,
    architecture,
    sourceId,
    suite,
    path,
    size,
    sha256,
    payloadSha256,
    installedBytes,
    components,
    ...(needs === undefined ? {} : { needs }),
    ...more,
  };
}

function sorted<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  const keyed = items.map((item) => ({ item, at: key(item) }));
  return keyed.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)).map(({ item }) => item);
}

/** @param file for the message */
export function pinForHost(lock: Lock, architecture: PackageArchitecture, file: string): Pin {
  const pin = pinFor(lock, architecture);
  if (pin !== null) return pin;
  const there = pinsOf(lock).map(({ request }) => request.architecture);
  throw new GpuSetupError(
    'lock-architecture',
    `${file} is made for ${there.join(' and ')}, not for ${architecture}`,
    {
      hint: [
        `where it was made: ${lockAgain(file, '--architecture', [...there, architecture].join(','))}`,
        `for another machine, install it with --architecture ${there[0]}`,
      ],
      details: { file, architectures: there, wanted: architecture },
    },
  );
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
  groups: readonly SourceGroup[] = [request.sources],
): boolean {
  return (
    canonical(request) === canonical(there) &&
    (request.source !== undefined || there.source === undefined) &&
    isAmong(there.sources, groups)
  );
}

/** Whether both ask for the same of the same architecture, from wherever and under whatever name. */
export function sameWish(a: PrefixRequest, b: PrefixRequest): boolean {
  return canonical({ ...a, name: '' }) === canonical({ ...b, name: '' });
}

/** As a person reads it: "cuda@11.8 with compiler, libraries", "cuda@11.8 with only nvcc, cudart". */
export function wishText(request: PrefixRequest): string {
  return `${request.specs.map(formatSpec).join(' ')} with ${takenText(request)}`;
}

/** What of the packages is taken: the same ones hold several components and parts. */
export function takenText({ components, only }: PrefixRequest): string {
  return only === undefined ? components.join(', ') : `only ${only.join(', ')}`;
}

/** Whether both take the same of their packages. */
export function sameTaken(a: PrefixRequest, b: PrefixRequest): boolean {
  const taken = ({ components, only }: PrefixRequest): string =>
    JSON.stringify([[...components].sort(), only ?? null]);
  return taken(a) === taken(b);
}

/**
 * The command that writes a lock anew.
 *
 * @param words what it is to be made for, and options; what it was made for otherwise
 */
export function lockAgain(file: string, ...words: readonly string[]): string {
  return shellLine(['gpu-setup', 'lock', ...words, '--upgrade', '--lock', file]);
}

/** Whether two prefixes hold the same: where both payloads are known, those decide, else the package files. */
export function samePackages(a: readonly PlannedPackage[], b: readonly PlannedPackage[]): boolean {
  const there = new Map(b.map((one) => [one.name, one]));
  return (
    a.length === b.length &&
    a.every((one) => {
      const other = there.get(one.name);
      if (other === undefined || other.version !== one.version) return false;
      return one.payloadSha256 !== null && other.payloadSha256 !== null
        ? one.payloadSha256 === other.payloadSha256
        : one.sha256 === other.sha256;
    })
  );
}

function canonical(request: PrefixRequest): string {
  return JSON.stringify([
    request.name,
    request.specs.map(({ name, version }) => `${name}@${version}`).sort(),
    [...request.components].sort(),
    request.only ?? null,
    request.architecture,
  ]);
}
