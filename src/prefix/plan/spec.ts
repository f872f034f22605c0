/** Specs: what the user may ask for, in one word. */
import { usageError } from '../../base/errors.ts';
import { nearest } from '../../base/suggest.ts';
import { frameworkNamed, INSTALLED_BESIDE_CUDA } from '../../compat/frameworks.ts';
import { isEmptyRange, isPlainVersion, isVersionRange } from '../../compat/version-range.ts';
import type { Component } from '../layout/component.ts';
import { partNamed } from '../layout/parts.ts';
import { meansNewest, nearestVersionText } from './misspelt-version.ts';
import type { Spec } from './request.ts';

/** Things that a version can be asked of. */
export const SPEC_NAMES = ['cuda', 'cudnn', 'nccl', 'tensorrt', 'gcc'] as const;

/** Specs that name a component of their own; the others are of the toolkit. */
export const COMPONENT_OF_SPEC: Readonly<Record<string, Component>> = {
  cudnn: 'cudnn',
  nccl: 'nccl',
  tensorrt: 'tensorrt',
  gcc: 'host-compiler',
};

/** Longer ones are no version that anybody published. */
const MAX_LENGTH = 100;

/**
 *     cuda@10.0    cuda@9    cudnn@7.5    cudnn    cuda@>=11.8 <12
 *
 * A version is a prefix of the versions that will do (10 is the newest 10.x) or a range of them; without one, the newest
 * that fits.
 *
 * @throws GpuSetupError `bad-spec` (exit code 2): not of this form; `unknown-spec`: a name that means nothing here
 */
export function parseSpec(text: string): Spec {
  const match = /^([a-z][a-z0-9+.-]*)(@.*)?$/i.exec(text.slice(0, MAX_LENGTH + 1));
  if (match === null || text.length > MAX_LENGTH) {
    throw usageError('bad-spec', `"${text.slice(0, MAX_LENGTH)}" is not of the form NAME@VERSION`, {
      hint: 'write for example cuda@10.0 or cudnn@7.5',
    });
  }
  const name = specName(match[1]!.toLowerCase());
  const version = match[2]?.slice(1).trim();
  if (!isSpecName(name)) throw unknownSpec(text, name, version);
  if (version === undefined) return { name, version: null };
  if (!isPlainVersion(version) && !isVersionRange(version)) throw noVersion(name, version);
  if (isEmptyRange(version)) {
    throw usageError('bad-spec', `"${text}": no version is in "${version}"`, {
      hint: `what stands side by side must hold at once; alternatives are written as in '${name}@11 || 12'`,
    });
  }
  return { name, version };
}

function noVersion(name: string, version: string): Error {
  const [one, range] = name === 'cuda' ? ['10.0', '>=11.8 <12'] : ['7.5', '>=7.5 <8'];
  const meant = meansNewest(version) ? null : nearestVersionText(version);
  const near = meansNewest(version)
    ? `for the newest, write ${name} without a version; `
    : meant === null
      ? ''
      : `did you mean ${shellWord({ name, version: meant })}? `;
  return usageError(
    'bad-spec',
    `"${name}@${version}": "${version}" is neither a version nor a range of versions`,
    {
      hint:
        `${near}a version is one or more numbers between dots, as in ${name}@${one}; ` +
        `a range is quoted, as in '${name}@${range}'`,
      details: { name, version, nearest: meant },
    },
  );
}

/** @throws GpuSetupError `spec-twice` (exit code 2): two specs of one thing */
export function refuseTwice(specs: readonly Spec[]): void {
  for (const [at, spec] of specs.entries()) {
    const before = specs.slice(0, at).find(({ name }) => name === spec.name);
    if (before === undefined) continue;
    const [one, other] = [formatSpec(before), formatSpec(spec)];
    throw usageError('spec-twice', `${one} and ${other}: one prefix has one ${spec.name}`, {
      hint: 'name one of them; prefixes with two versions are made by two calls, and lie side by side',
      details: { name: spec.name, specs: [one, other] },
    });
  }
}

/** `cuda@10.0`, as messages name it. */
export function formatSpec(spec: Spec): string {
  return spec.version === null ? spec.name : `${spec.name}@${spec.version}`;
}

/** The same for a shell, which takes < and > for its own. */
export function shellWord(spec: Spec): string {
  const word = formatSpec(spec);
  return /^[\w@.+-]+$/.test(word) ? word : `'${word}'`;
}

/** Whether a word is a spec without a version, or what stands before the @ of one. */
export function isSpecName(word: string): boolean {
  return (SPEC_NAMES as readonly string[]).includes(specName(word));
}

/** What is a framework as well has that one's other names: trt is tensorrt. */
function specName(word: string): string {
  const framework = frameworkNamed(word);
  return framework !== null && INSTALLED_BESIDE_CUDA.has(framework) ? framework : word;
}

/** `cuda10` and `cuda-10.0` are common ways to write `cuda@10`. */
function unknownSpec(text: string, name: string, version: string | undefined): Error {
  const glued = /^([a-z]+)-?(\d+(?:\.\d+)*)$/.exec(name);
  const meant =
    glued !== null && version === undefined && isSpecName(glued[1]!)
      ? [`${glued[1]}@${glued[2]}`]
      : nearest(name, SPEC_NAMES, 2).map((one) => (version === undefined ? one : `${one}@${version}`));
  return usageError('unknown-spec', `"${text}" names nothing that can be installed`, {
    hint:
      hintOfPart(name) ??
      (meant[0] === undefined
        ? `versions can be asked of ${SPEC_NAMES.join(', ')}`
        : `did you mean ${meant.join(' or ')}?`),
  });
}

/** A part of a toolkit comes with one, whose version is what is asked for; null where a name is no part's. */
export function hintOfPart(name: string): string | null {
  const part = partNamed(name);
  if (part === null) return null;
  return isSpecName(part)
    ? `did you mean ${part}?`
    : `${part} is a part of the toolkit: cuda@VERSION --only ${part}; gpu-setup search cuda@VERSION lists the parts`;
}
