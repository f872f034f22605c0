/** gpu-setup lock SPEC...|RECIPE | lock --upgrade | lock diff A B */
import { resolve } from 'node:path';
import {
  hostArchitecture,
  PACKAGE_ARCHITECTURES,
  type PackageArchitecture,
} from '../../base/architecture.ts';
import { ExitCode, usageError } from '../../base/errors.ts';
import { shellLine } from '../../base/processes/shell-line.ts';
import { diffLocks } from '../../prefix/plan/lock/diff.ts';
import { lockDigest, pinFor, pinsOf } from '../../prefix/plan/lockfile.ts';
import { lockFileAt } from '../../recipe/lock/lock-file.ts';
import { writeLock, type LockWritten } from '../../recipe/lock/write-lock.ts';
import { renderDiff, renderLock } from '../../report/lock.ts';
import { packageArchitecture } from '../architecture-option.ts';
import { OFFERED_COMPONENTS } from '../choose-install.ts';
import { ONLY } from '../only-option.ts';
import { mirrorsOf } from '../configured.ts';
import { listOf, textOf } from '../call/parse-arguments.ts';
import type { CommandDefinition, Context, OptionValues, Outcome } from '../command.ts';
import { ALLOW_OLDER, lockOption, lockPath } from '../lock-options.ts';

export const summary = 'pin every package of a toolkit in a file, to install the same anywhere';

export const command: CommandDefinition = {
  arguments: [
    {
      syntax: '[recipe-or-spec...]',
      description:
        'a recipe (cuda10), specs (cuda@10.0 cudnn@7.6), or a framework (tensorflow@1.9); or: diff, and two lock files',
      completes: ['spec', 'planned', 'file'],
    },
  ],
  options: [
    { flags: '--lock <file>', description: 'the file to write, else ./gpu-setup.lock', completes: 'file' },
    { flags: '--upgrade', description: 'write a lock that is there anew, from what the sources have today' },
    {
      flags: '--architecture <list>',
      description: `for these, with commas: ${PACKAGE_ARCHITECTURES.join(',')}; else for this machine`,
      repeatable: true,
    },
    { flags: '--name <name>', description: 'name of the prefix that it makes' },
    { flags: '--source <id>', description: 'take the packages from this source', completes: 'source' },
    {
      flags: '--with <components>',
      description: `these too: ${Object.keys(OFFERED_COMPONENTS).join(', ')}`,
      repeatable: true,
      completes: 'component',
    },
    {
      flags: '--without <components>',
      description: 'without these',
      repeatable: true,
      completes: 'component',
    },
    ONLY,
    { flags: '--without-proof', description: 'leave out the .proof file, which holds the signed indexes' },
    {
      flags: '--indexes-only',
      description: 'fetch no packages: those that are not known here get no digest of their payload',
    },
    ALLOW_OLDER,
  ],
  examples: [
    ['gpu-setup lock cuda@11.8', 'writes gpu-setup.lock and gpu-setup.lock.proof, to be kept in git'],
    ['gpu-setup lock cuda12 --architecture amd64,arm64', 'one lock for both kinds of machines'],
    ['gpu-setup lock --upgrade', 'the newest that was meant, for what the lock was made for'],
    ['gpu-setup lock diff old.lock gpu-setup.lock', 'which packages are different'],
  ],
  async run(words, options, context) {
    if (words[0] === 'diff') return diff(words.slice(1), options, context);
    const written = await writeLock(
      {
        words,
        architectures: architectures(options),
        file: lockPath(options, context),
        upgrade: options['upgrade'] === true,
        proof: options['withoutProof'] !== true,
        payloads: options['indexesOnly'] !== true,
        allowOlder: options['allowOlder'] === true,
        name: textOf(options, 'name'),
        source: textOf(options, 'source'),
        with: wordsOf(options, 'with'),
        without: wordsOf(options, 'without'),
        only: wordsOf(options, 'only'),
        components: context.configuration.settings.components,
      },
      {
        folders: context.folders(),
        emit: context.emit,
        signal: context.signal,
        mirrors: mirrorsOf(context),
      },
    );
    return {
      exitCode: ExitCode.ok,
      json: document(written),
      text: (terminal) => renderLock(written, installCommand(written, context), terminal),
      hints: hintsOf(written, context),
    };
  },
};

/** `--with a,b --with c` is `a,b,c`. */
function wordsOf(options: OptionValues, name: string): string | undefined {
  const words = listOf(options, name);
  return words.length === 0 ? undefined : words.join(',');
}

function architectures(options: OptionValues): readonly PackageArchitecture[] {
  const words = (wordsOf(options, 'architecture') ?? '').split(',').filter((word) => word !== '');
  return [...new Set(words.map(packageArchitecture))];
}

/** gpu-setup/lock-result@1 (docs/schema/lock-result.json) */
function document({ status, file, proof, digest, lock, changes, warnings }: LockWritten): object {
  return {
    schema: 'gpu-setup/lock-result@1',
    status,
    file,
    proof,
    digest,
    locks: pinsOf(lock).map(({ request, cuda, cudnn, sources, packages }) => ({
      architecture: request.architecture,
      name: request.name,
      cuda,
      cudnn,
      sources: [...new Set(sources.map(({ id }) => id))],
      packages: packages.length,
      bytes: packages.reduce((sum, { size }) => sum + size, 0),
      withoutPayload: packages.filter(({ payloadSha256 }) => payloadSha256 === null).length,
    })),
    changes,
    warnings,
  };
}

/** On this machine; of a lock that is not for it, as it is made here for another one. */
function installCommand({ file, lock }: LockWritten, context: Context): string {
  const here = pinFor(lock, hostArchitecture()) !== null;
  const named = lockOption(file, context);
  return shellLine([
    'gpu-setup',
    'install',
    ...(named.length === 0 ? ['--locked'] : named),
    ...(here ? [] : ['--architecture', lock.request.architecture]),
  ]);
}

function hintsOf({ status, proof, file }: LockWritten, context: Context): readonly string[] {
  if (status === 'unchanged')
    return [
      `${shellLine(['gpu-setup', 'lock', '--upgrade', ...lockOption(file, context)])} looks for newer ones`,
    ];
  return proof === null ? [] : ['keep both files in git; the .proof may be left out where size matters'];
}

function diff(words: readonly string[], options: OptionValues, { cwd }: Context): Outcome {
  const [a, b, ...more] = words;
  if (a === undefined || b === undefined || more.length > 0) {
    throw usageError('missing-argument', '"gpu-setup lock diff" compares two lock files', {
      hint: 'gpu-setup lock diff old.lock gpu-setup.lock',
    });
  }
  const given = Object.keys(options).find((name) => options[name] !== undefined && OWN.has(name));
  if (given !== undefined)
    throw usageError('option-without-effect', 'the options of lock have no effect on lock diff');
  const [from, to] = [a, b].map((file) => ({
    file: resolve(cwd, file),
    lock: lockFileAt(resolve(cwd, file)),
  }));
  const found = diffLocks(from!.lock, to!.lock);
  return {
    exitCode: ExitCode.ok,
    json: {
      schema: 'gpu-setup/lock-diff@1',
      from: { file: from!.file, digest: lockDigest(from!.lock) },
      to: { file: to!.file, digest: lockDigest(to!.lock) },
      ...found,
    },
    text: (terminal) => renderDiff(found, terminal),
  };
}

/** Options of lock itself, by the names that the parser gives them. */
const OWN = new Set([
  'lock',
  'upgrade',
  'architecture',
  'name',
  'source',
  'with',
  'without',
  'only',
  'withoutProof',
  'indexesOnly',
  'allowOlder',
]);
