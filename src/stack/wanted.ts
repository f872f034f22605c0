/** One word of a call: what of which version. */
import { usageError } from '../base/errors.ts';
import { nearest } from '../base/suggest.ts';
import {
  FRAMEWORKS,
  frameworkNamed,
  INSTALLED_BESIDE_CUDA,
  type FrameworkName,
} from '../compat/frameworks.ts';
import { isPlainVersion } from '../compat/version-range.ts';
import { PARTS, publishedVersions, titleOf } from './published.ts';
import type { Wanted } from './types.ts';
import { isVersion, nearestPublished, versionsMeant } from './wanted-version.ts';

/** Longer ones are nothing that anybody published. */
const MAX_LENGTH = 100;

/** Whether a word, with or without a version, names a framework that says by itself which CUDA is installed for it. */
export const isFrameworkToInstall = (word: string): boolean =>
  frameworkOf(word) !== null && !isInstalledBesideCuda(word);

/** Whether it names one that `install` takes beside a CUDA. */
export const isInstalledBesideCuda = (word: string): boolean =>
  INSTALLED_BESIDE_CUDA.has(frameworkOf(word) ?? '');

const frameworkOf = (word: string): FrameworkName | null => frameworkNamed(word.split('@', 1)[0]!);

/** Whether a word is the name of something that can be planned, without a version. */
export const isPlanned = (word: string): boolean =>
  isPart(word.toLowerCase()) || frameworkNamed(word) !== null;

const isPart = (name: string): boolean => (PARTS as readonly string[]).includes(name);

/**
 *     tensorflow@1.9      torch@2.4+cu121      jax      cuda@10.0      'onnxruntime@>=1.18 <1.20'
 *
 * @param others names that mean something to the caller, for suggestions: of recipes
 * @throws GpuSetupError (exit code 2) `bad-spec`: not of this form; `unknown-spec`: a name that means nothing here;
 *   `unknown-version`, `unknown-release`: a version that no table has, with the nearest
 */
export function parseWanted(word: string, others: readonly string[] = []): Wanted {
  const match = /^([a-z][\w[\].+-]*)(@.*)?$/i.exec(word.slice(0, MAX_LENGTH + 1));
  if (match === null || word.length > MAX_LENGTH) {
    throw usageError('bad-spec', `"${word.slice(0, MAX_LENGTH)}" is not of the form NAME@VERSION`, {
      hint: 'write for example tensorflow@1.9, torch or cuda@10.0',
    });
  }
  const typed = match[1]!.toLowerCase();
  const name = isPart(typed) ? typed : frameworkNamed(typed);
  if (name === null) throw unknownName(word, typed, others);
  const [version = null, build = null] = match[2]?.slice(1).trim().split('+') ?? [];
  const wanted: Wanted = {
    name,
    version,
    notation: version === null || isPlainVersion(version) ? 'plain' : 'semver',
    build,
    from: 'command line',
  };
  if (!isVersion(wanted)) throw noVersion(typed, version!);
  refuseUnknownVersion(wanted);
  return wanted;
}

/** @throws GpuSetupError (exit code 2) `unknown-version`, `unknown-release` */
export function refuseUnknownVersion(wanted: Wanted): void {
  const { name, version, from } = wanted;
  const published = publishedVersions(name);
  if (version === null || published === null || versionsMeant(wanted, published).length > 0) return;
  const near = nearestPublished(version, published);
  throw usageError(
    name === 'cuda' ? 'unknown-release' : 'unknown-version',
    `there is no ${titleOf(name)} ${version} that gpu-setup knows` +
      (from === 'command line' ? '' : ` (${from})`),
    {
      hint: [
        `nearest: ${near.map((one) => `${name}@${one}`).join(', ')}`,
        `known are ${published.at(-1)!} to ${published[0]!}`,
      ],
      details: { name, version, nearest: near, known: published },
    },
  );
}

function noVersion(name: string, version: string): Error {
  return usageError(
    'bad-spec',
    `"${name}@${version}": "${version}" is neither a version nor a range of versions`,
    {
      hint:
        `a version is one or more numbers between dots, as in ${name}@2.4; a range is quoted, as in ` +
        `'${name}@>=2.1 <2.5'; for the best one for the machine, write ${name} alone`,
      details: { name, version },
    },
  );
}

function unknownName(word: string, name: string, others: readonly string[]): Error {
  const names = [...FRAMEWORKS, ...PARTS, ...others];
  // "tensorflow1.9" and "cuda-10.0" are common ways to write a version.
  const glued = /^([a-z]+(?:-[a-z]+)*?)-?(\d+(?:\.\d+)*)$/.exec(name);
  const meant = glued !== null && isPlanned(glued[1]!) ? [`${glued[1]}@${glued[2]}`] : nearest(name, names);
  return usageError('unknown-spec', `"${word.slice(0, 80)}" names nothing that a plan knows`, {
    hint: [
      ...(meant.length === 0 ? [] : [`did you mean ${meant.join(' or ')}?`]),
      `a plan knows ${names.join(', ')}`,
    ],
    details: { spec: word, nearest: meant, known: names },
  });
}
