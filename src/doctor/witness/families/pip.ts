/**
 * pip of all ages, uv and Poetry: requirements without a fitting release, Python that does not fit, conflicts, digests, builds that
 * fail.
 *
 *     ERROR: Could not find a version that satisfies the requirement torch==1.8.1 (from versions: 1.13.0, 1.13.1, 2.0.0)
 *     Because torch==2.2.0 has no wheels with a matching Python ABI tag (e.g., `cp313`), we can conclude that ...
 *     ERROR: Package 'tensorflow' requires a different Python: 3.6.9 not in '>=3.8'
 *     torchvision 0.15.1 requires torch==2.0.0, but you have torch 2.1.0 which is incompatible.
 *     ERROR: Failed building wheel for flash-attn
 */
import { compareDottedVersions } from '../../../compat/dotted-version.ts';
import { familyOf, type Sentence } from '../family.ts';
import { packageTrouble } from '../package-trouble.ts';
import type { TestimonyKind } from '../testimony.ts';

const pip = packageTrouble('pip');

const NAME = String.raw`(?<![\w.-])[A-Za-z0-9][\w.-]{0,80}`;
const EXTRAS = String.raw`(?:\[[^\]]{0,80}\])?`;

/** "==1.8.1+cu111" is 1.8.1+cu111; of any other specifier no version is known. */
function exact(specifier: string | undefined): string | null {
  return /^={2,3}\s{0,2}([\w.+!-]{1,40})$/.exec(specifier ?? '')?.[1] ?? null;
}

const python = (found: string, expected: string): TestimonyKind => ({
  kind: 'version-mismatch',
  of: 'python',
  found,
  expected,
  atLeast: false,
});

/** Of a package that many frameworks bound from above: "numpy<2" beside NumPy 2.1. */
function tooNew(there: string, found: string, requirement: string): TestimonyKind[] {
  const of = (['numpy', 'protobuf'] as const).find((name) => name === there.toLowerCase());
  const newest = /(?<![>=!~])<=?(\d[\w.]{0,20})/.exec(requirement)?.[1];
  if (of === undefined || newest === undefined || compareDottedVersions(found, newest) < 0) return [];
  return [{ kind: 'version-mismatch', of, found, expected: newest, atLeast: false, atMost: true }];
}

/** (from versions: 1.13.0, 1.13.1): what this Python and platform could have; none of an empty list. */
function versionsIn(line: string): { available?: readonly string[] } {
  const list = /\(from versions: ([^)]{0,4000})/.exec(line)?.[1];
  if (list === undefined) return {};
  return { available: list.split(/, ?/).filter((one) => /^\d/.test(one)) };
}

const SENTENCES: readonly Sentence[] = [
  {
    literal: 'could not find a version that satisfies the requirement',
    pattern: new RegExp(
      `Could not find a version that satisfies the requirement (${NAME})${EXTRAS} ?([<>=!~][^\\s();]{0,80})?`,
      'i',
    ),
    says: ({ 1: name, 2: specifier, input }) =>
      pip('no-matching-version', { name: name!, version: exact(specifier), ...versionsIn(input) }),
  },
  {
    literal: 'no matching distribution found for',
    pattern: new RegExp(
      `No matching distribution found for (${NAME})${EXTRAS} ?([<>=!~][^\\s();]{0,80})?`,
      'i',
    ),
    says: ([, name, specifier]) => pip('no-matching-version', { name: name!, version: exact(specifier) }),
  },
  {
    // uv: Because torch==2.2.0 has no wheels with a matching Python ABI tag; torch==2.7.1+cu128 has no `...`-compatible wheels
    literal: ['has no wheels', 'is unusable because no wheels', '-compatible wheels'],
    pattern: new RegExp(
      `(?:Because|because|and) (${NAME})${EXTRAS}(?:\\{[^}]{0,80}\\})?([<>=!~][^\\s,]{1,60})? (?:has no wheels|is unusable because no wheels|has no \`[^\`]{1,80}\`-compatible wheels)`,
    ),
    says: ([, name, specifier]) => pip('no-matching-version', { name: name!, version: exact(specifier) }),
  },
  {
    // uv: Because there is no version of torch==2.6.0+cpu and ...; Because torch was not found in the package registry
    literal: [
      'there is no version of ',
      'there are no versions of ',
      ' was not found in the package registry',
    ],
    pattern: new RegExp(
      `(?:there is no version of |there are no versions of )(${NAME})${EXTRAS}(?:\\{[^}]{0,80}\\})?([<>=!~][^\\s,]{1,60})?|(?:Because|because) (${NAME}) was not found in the package registry`,
    ),
    says: ([, name, specifier, absent]) =>
      pip('no-matching-version', { name: name ?? absent!, version: exact(specifier) }),
  },
  {
    // Poetry: Unable to find installation candidates for torch (2.0.1+cu118)
    literal: 'unable to find installation candidates for',
    pattern: new RegExp(`Unable to find installation candidates for (${NAME}) \\(([\\w.+!-]{1,40})\\)`, 'i'),
    says: ([, name, version]) => pip('no-matching-version', { name: name!, version: version! }),
  },
  {
    // depends on torch (1.13) which doesn't match any versions
    literal: "which doesn't match any versions",
    pattern: new RegExp(`depends on (${NAME}) \\(([^)]{1,60})\\) which doesn't match any versions`, 'i'),
    says: ([, name, version]) => pip('no-matching-version', { name: name!, version: exact(`==${version}`) }),
  },
  {
    literal: 'is not a supported wheel on this platform',
    pattern:
      /([A-Za-z0-9][\w.]{0,60})-([\w.+!]{1,40})(?:-\d\w{0,10})?-((?:cp|py)\d[\w.]{0,20})-[\w.]{1,30}-[\w.]{1,60}\.whl is not a supported wheel on this platform/i,
    says: ([, name, version]) => pip('no-matching-version', { name: name!, version: version! }),
  },

  {
    // uv: Distribution `torch==2.7.0+cu128 @ registry+https://...` can't be installed because it doesn't have a source distribution or wheel ...
    literal: [
      "can't be installed because it doesn't have",
      'only has wheels for the following',
      'but not at the requested version (',
    ],
    pattern: new RegExp(
      `Distribution \`(${NAME})==([\\w.+!-]{1,40}) @ \\S{1,200} can't be installed because it doesn't have|\`(${NAME})\` \\(v([\\w.+!-]{1,40})\\) only has wheels for the following|was found on \\S{1,200} but not at the requested version \\((${NAME})==([\\w.+!-]{1,40})`,
    ),
    says: ([, one, first, two, second, three, third]) =>
      pip('no-matching-version', { name: (one ?? two ?? three)!, version: first ?? second ?? third ?? null }),
  },
  {
    // uv: Because only torch<=2.2.2 is available and you require torch>=2.5; Poetry: Because no versions of tensorflow match >2.5;
    // pipenv: Could not find a version that matches torch==1.9.1+cu111
    literal: [
      'is available and',
      'are available and',
      'no versions of ',
      'could not find a version that matches ',
    ],
    pattern: new RegExp(
      `(?:Because|because|and) only (?:the following versions of )?(${NAME})(?:[<>=!~][^\\s,]{1,60})? (?:is|are) available and|no versions of (${NAME}) match |Could not find a version that matches (${NAME})([<>=!~][^\\s;]{1,60})?`,
    ),
    says: ([, only, none, matches, specifier]) =>
      pip('no-matching-version', { name: (only ?? none ?? matches)!, version: exact(specifier) }),
  },

  // Python
  {
    // Poetry: - torch requires Python >=3.9, so it will not be satisfied for Python >=3.8,<3.9
    literal: ', so it will not be ',
    pattern: new RegExp(
      `(${NAME}) requires Python (\\S{2,60}?), so it will not be (?:satisfied|installable) for`,
    ),
    says: ([, name]) => pip('no-matching-version', { name: name! }),
  },
  {
    literal: 'requires a different python:',
    pattern: new RegExp(
      `Package ['"]?(${NAME}?)['"]? requires a different Python: (\\d[\\d.]{1,9}\\w{0,4}) not in ['"]([^'"]{1,60})`,
      'i',
    ),
    says: ([, name, found, expected]) => [
      pip('no-matching-version', { name: name! }),
      python(found!, expected!),
      { kind: 'python', version: found! },
    ],
  },
  {
    literal: 'but the running python is',
    pattern: new RegExp(
      `(${NAME}) requires Python ['"]([^'"]{1,60})['"] but the running Python is (\\d[\\d.]{1,9})`,
      'i',
    ),
    says: ([, name, expected, found]) => [
      pip('no-matching-version', { name: name! }),
      python(found!, expected!),
      { kind: 'python', version: found! },
    ],
  },
  {
    // uv: the current Python version (3.8.10) does not satisfy Python>=3.9
    literal: 'python version (',
    pattern:
      /the (?:current|requested) Python version \((\d[\d.]{1,9})\) does not satisfy Python([<>=!~][^\s]{1,40})/i,
    says: ([, found, expected]) => [python(found!, expected!), { kind: 'python', version: found! }],
  },
  {
    // uv's hint: You require CPython 3.13 (`cp313`), but we only found wheels for `torch` (v2.2.0) with ...
    literal: 'you require cpython',
    pattern: /You require CPython (\d\.\d{1,2})/i,
    says: ([, version]) => ({ kind: 'python', version: version! }),
  },

  // Conflicts and digests
  {
    literal: 'which is incompatible',
    pattern: new RegExp(
      `(${NAME}) ([\\w.+!-]{1,40}) requires ([^\\s,;]{1,120})(?:;[^,]{1,60})?, but you(?:'ll)? have (${NAME}) ([\\w.+!-]{1,40}) which is incompatible`,
      'i',
    ),
    says: ([, name, version, other, there, found]) => [
      pip('conflict', { name: name!, version: version!, other: other! }),
      ...tooNew(there!, found!, other!),
    ],
  },
  {
    literal: 'conflicting dependencies',
    pattern:
      /Cannot install (\S{1,80}(?: \S{1,80}){0,12}) because these package versions have conflicting dependencies/i,
    says: ([, names]) => pip('conflict', { name: names!.split(/[ ,=<>~!]/)[0]!, other: names! }),
  },
  {
    literal: ['resolutionimpossible', 'no solution found when resolving', 'version solving failed'],
    pattern: /ResolutionImpossible|No solution found when resolving|version solving failed/i,
    says: () => pip('conflict'),
  },
  {
    // pip by its own copy of urllib3, of what it fetches; a retry may yet succeed. uv: error sending request for url (https://...)
    literal: ['connectionpool(host=', 'error sending request for url', 'error: failed to fetch: '],
    pattern:
      /(?:pip\._vendor|Could not install packages due to an)(?!.{0,200}Retrying \(Retry).{0,200}?HTTPS?ConnectionPool\(host='([\w.-]{3,100})'|(?:error sending request for url \(|error: Failed to fetch: `)(https?:\/\/[^\s/`)]{3,100})/i,
    says: ([, host, url]) => pip('unreachable', { other: (host ?? url)! }),
  },
  {
    literal: 'do not match the hashes',
    pattern: /THESE PACKAGES DO NOT MATCH THE HASHES/i,
    says: () => pip('hash-mismatch'),
  },

  // Builds
  {
    literal: ['building wheel for', 'building editable', 'could not build wheels for', 'failed to build '],
    pattern: new RegExp(
      `(?:Failed building (?:editable )?wheel for|Building (?:wheel|editable) for|Could not build wheels for|Failed to build(?! or\\b)|Failed to build installable wheels for some pyproject\\.toml based projects) [\`'(]?(${NAME})`,
      'i',
    ),
    says: ({ 1: name, input }) =>
      // "Building wheel for x (setup.py): started" is how every build begins.
      /Building (?:wheel|editable) for/i.test(input) && !/error|did not run successfully/i.test(input)
        ? null
        : pip('build-failed', { name: name! }),
  },
  {
    literal: ['did not run successfully', 'subprocess-exited-with-error', 'metadata-generation-failed'],
    pattern:
      /\bdid not run successfully\.|error: (?:subprocess-exited-with-error|metadata-generation-failed)/i,
    says: () => pip('build-failed'),
  },
  {
    // What setup.py of many extensions imports before anything else
    literal: "no module named 'torch'",
    pattern: /ModuleNotFoundError: No module named 'torch'/i,
    says: () => ({ kind: 'missing-module', module: 'torch' }),
  },
  {
    // The message that the last release of a renamed package raises
    literal: ['package has been removed', 'is only a placeholder project on pypi'],
    pattern:
      /The ['"](tensorflow-gpu|[\w.-]{2,40})['"] package has been removed|is only a placeholder project on PyPI/i,
    says: ([, name]) => pip('removed', { name: name ?? null }),
  },
];

export const family = familyOf('pip', SENTENCES, [
  {
    literal: ['error: '],
    pattern:
      /^\W{0,8}ERROR: (?:Cannot install|Could not install packages|Package .{1,80} requires|Invalid requirement)/,
  },
]);
