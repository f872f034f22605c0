/** lock, lock diff, outdated, upgrade, rollback, and what list and prune make of the generations that they leave. */
import { copyFile, readFile, readlink, rm } from 'node:fs/promises';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CommandDefinition, OptionValues, Outcome } from '../../../src/cli/command.ts';
import { command as install } from '../../../src/cli/commands/install.ts';
import { command as list } from '../../../src/cli/commands/list.ts';
import { command as lock } from '../../../src/cli/commands/lock.ts';
import { command as outdated } from '../../../src/cli/commands/outdated.ts';
import { command as prune } from '../../../src/cli/commands/prune.ts';
import { command as rollback } from '../../../src/cli/commands/rollback.ts';
import { command as upgrade } from '../../../src/cli/commands/upgrade.ts';
import type { Lock } from '../../../src/prefix/plan/lockfile.ts';
import { groupsFor } from '../../../src/compat/releases.ts';
import { upgrade as upgradePrefix } from '../../../src/recipe/lock/upgrade.ts';
import { publishFlat, sha256 } from '../../apt/repository.ts';
import { against, fakeBuild } from '../../support/build.ts';
import { commandContext } from '../../support/context.ts';
import { CUDA_134 } from '../../support/cuda-index.ts';
import { packagesText } from '../../support/index.ts';
import {
  EARLIER,
  isOld,
  LATER,
  MovingRepository,
  NEW_CUBLAS,
  OLD_CUBLAS,
  packages,
  SOURCE,
  type Machine,
} from '../../support/locked.ts';
import type { PrefixInfo } from '../../../src/machine/records/prefix-manifest.ts';
import { acceptAll } from '../../support/small-toolkit.ts';
import { validatorFor } from '../../support/schema.ts';

const repository = new MovingRepository();
const ACCEPT = { acceptLicense: true } as const;
/** Wide, and what a person sees. */
const wide = { columns: 120, color: false, interactive: true, unicode: true };

interface Caller extends Machine {
  call(command: CommandDefinition, args?: readonly string[], options?: OptionValues): Promise<Outcome>;
  home: string;
}

function caller(): Caller {
  const machine = repository.machine();
  const context = commandContext(machine.dir, { emit: (event) => machine.events.push(event) });
  return {
    ...machine,
    home: join(machine.dir, 'home'),
    call: (command, args = [], options = {}) => command.run(args, options, context),
  };
}

/** A prefix of yesterday's packages, in a world that has gone on. */
async function installedEarlier(): Promise<Caller> {
  await repository.publish(packages(isOld), EARLIER);
  const machine = caller();
  await machine.call(install, ['cuda@9.0'], { ...ACCEPT, source: SOURCE, name: 'old' });
  await repository.publish(packages(), LATER);
  return machine;
}

function expectSchema(name: string, { json }: Outcome): void {
  const validate = validatorFor(name);
  expect(validate(json), JSON.stringify(validate.errors)).toBe(true);
}
const textOf = (outcome: Outcome): string => outcome.text!(wide);

describe('lock', () => {
  it('writes both files, says the digest as text and as a document, and how to install it', async () => {
    await repository.publish(packages());
    const { call, lockFile } = caller();
    const outcome = await call(lock, ['cuda@9.0'], { source: SOURCE });
    expectSchema('lock-result', outcome);
    const digest = sha256(await readFile(lockFile));
    expect(outcome.json).toMatchObject({
      status: 'written',
      digest,
      file: lockFile,
      proof: `${lockFile}.proof`,
      locks: [{ architecture: 'amd64', cuda: '9.0.176', withoutPayload: 0, sources: [SOURCE] }],
    });
    expect(textOf(outcome)).toMatch(/✓ Locked: CUDA 9\.0\.176/);
    expect(textOf(outcome)).toContain(digest);
    const again = await call(lock, ['cuda@9.0'], { source: SOURCE });
    expect(again.json).toMatchObject({ status: 'unchanged', digest, changes: null });
    expect(again.hints).toEqual([expect.stringContaining('--upgrade')]);
    const installed = await call(install, [], { ...ACCEPT, locked: true });
    expectSchema('install', installed);
    expect(installed.json).toMatchObject({ status: 'installed', lock: { digest, trusted: false } });
    expect(textOf(installed)).toContain(digest);
    const listed = installed.json as { lock: { packages: unknown[] }; plan: { packages: unknown[] } };
    expect(listed.lock.packages).toHaveLength(listed.plan.packages.length);
  });

  it('names the commands that take this file, wherever it lies', async () => {
    await repository.publish(packages());
    const { call, dir } = caller();
    mkdirSync(join(dir, 'a b'));
    const options = { source: SOURCE, lock: 'a b/my.lock', indexesOnly: true };
    const file = `'${join(dir, 'a b/my.lock')}'`;
    expect(textOf(await call(lock, ['cuda@9.0'], options))).toContain(`gpu-setup install --lock ${file}`);
    const again = await call(lock, ['cuda@9.0'], options);
    expect(again.hints).toEqual([`gpu-setup lock --upgrade --lock ${file} looks for newer ones`]);
    expect(textOf(await call(lock, ['cuda@9.0'], { source: SOURCE, indexesOnly: true }))).toMatch(
      /install it +gpu-setup install --locked$/m,
    );
  });

  it('holds several architectures, of which each machine takes its own', async () => {
    const { call, lockFile, dir } = caller();
    const [amd64, arm64] = (['amd64', 'arm64'] as const).map((one) => groupsFor('13.4', one)[0]![0]!);
    for (const [id, architecture] of [
      [amd64!, 'amd64'],
      [arm64!, 'arm64'],
    ] as const) {
      const rows = CUDA_134.map((row) => ({ ...row, architecture }));
      await publishFlat(repository.server, `/${id}/`, packagesText(rows), repository.key);
      const uri = `${repository.server.url}/${id}/`;
      writeFileSync(
        join(dir, 'config/apt-sources', `${id}.sources`),
        `Types: deb\nURIs: ${uri}\nSuites: /\nArchitectures: ${architecture}\nSigned-By: ${repository.key.fingerprint}\nX-Key-URIs: ${uri}key.pub\n`,
      );
    }
    const options = { indexesOnly: true, withoutProof: true };
    const first = await call(lock, ['cuda@13.4'], { ...options, source: amd64! });
    expect(first.json).toMatchObject({ locks: [{ architecture: 'amd64' }], proof: null });
    // The source that was named serves one of them.
    const both = await call(lock, ['cuda@13.4'], {
      ...options,
      source: amd64!,
      upgrade: true,
      architecture: ['amd64,arm64'],
    });
    expectSchema('lock-result', both);
    expect(both.json).toMatchObject({
      locks: [{ architecture: 'amd64' }, { architecture: 'arm64', sources: [arm64] }],
      changes: {
        pins: [
          { architecture: 'amd64', kind: 'same' },
          { architecture: 'arm64', kind: 'added' },
        ],
      },
    });
    expect(textOf(both)).toMatch(/^arm64: added$/m);
    const again = await call(lock, [], { ...options, upgrade: true });
    expect(again.json).toMatchObject({ locks: [{}, {}], changes: { same: true } });
    const { alsoFor } = JSON.parse(await readFile(lockFile, 'utf8')) as Lock;
    const validate = validatorFor('lock');
    expect(validate(JSON.parse(await readFile(lockFile, 'utf8'))), JSON.stringify(validate.errors)).toBe(
      true,
    );
    expect(alsoFor?.map(({ request }) => request.architecture)).toEqual(['arm64']);
    expect(alsoFor?.[0]?.packages.every((one) => one.architecture === 'arm64')).toBe(true);
    const planned = await call(install, [], { ...ACCEPT, locked: true, dryRun: true });
    expect(planned.json).toMatchObject({ plan: { request: { architecture: 'amd64' } } });
    // Of which parts it was asked for one architecture, it is for another that is added later.
    await rm(lockFile);
    await call(lock, ['cuda@13.4'], { ...options, source: amd64!, only: ['cudart,nvrtc'] });
    await call(lock, [], { ...options, upgrade: true, architecture: ['amd64,arm64'] });
    const parts = JSON.parse(await readFile(lockFile, 'utf8')) as Lock;
    const pins = [parts, ...(parts.alsoFor ?? [])];
    expect(pins.map(({ request }) => [request.architecture, request.only])).toEqual([
      ['amd64', ['nvrtc', 'cudart']],
      ['arm64', ['nvrtc', 'cudart']],
    ]);
    expect(pins.map((pin) => pin.packages.some(({ name }) => name.includes('cublas')))).toEqual([
      false,
      false,
    ]);
  });

  it.each<[string, string[], OptionValues, string]>([
    [
      'an architecture that no package is for',
      ['cuda@9.0'],
      { architecture: ['riscv64'] },
      'bad-architecture',
    ],
    ['one file to compare', ['diff', 'a'], {}, 'missing-argument'],
    ['options that diff has not', ['diff', 'a', 'b'], { upgrade: true }, 'option-without-effect'],
    ['nothing', [], {}, 'missing-argument'],
  ])('refuses %s as a wrong call', async (_, words, options, code) => {
    await expect(caller().call(lock, words, options)).rejects.toMatchObject({ code, exitCode: 2 });
  });

  it('says which packages are different between two', async () => {
    await repository.publish(packages(isOld), EARLIER);
    const { call, dir, lockFile } = caller();
    await call(lock, ['cuda@9.0'], { source: SOURCE });
    await copyFile(lockFile, join(dir, 'old.lock'));
    await repository.publish(packages());
    const upgraded = await call(lock, [], { upgrade: true });
    expect(textOf(upgraded)).toMatch(/cuda-cublas-9-0 +9\.0\.176\.2-1 -> 9\.0\.176\.4-1/);
    const found = await call(lock, ['diff', 'old.lock', 'gpu-setup.lock']);
    expectSchema('lock-diff', found);
    expect(found).toMatchObject({ exitCode: 0, json: { same: false } });
    expect(textOf(found)).toMatch(/^PACKAGE +CHANGE$/m);
    const same = await call(lock, ['diff', 'old.lock', 'old.lock']);
    expect(textOf(same)).toBe('Both name the same packages.\n');
    await expect(call(lock, ['diff', 'old.lock', 'none.lock'])).rejects.toMatchObject({
      code: 'lock-missing',
      message: expect.stringContaining('none.lock') as string,
    });
  });
});

describe('install with a lock', () => {
  it.each<[string, OptionValues]>([
    ['--trust-lock without one', { trustLock: true }],
    ['a source that the lock names itself', { locked: true, source: SOURCE }],
    ['components that the lock names itself', { locked: true, with: ['static'] }],
  ])('refuses %s', async (_, options) => {
    await expect(caller().call(install, ['cuda@9.0'], options)).rejects.toMatchObject({
      code: 'options-conflict',
      exitCode: 2,
    });
  });

  it('takes the file that --lock names, without --locked', async () => {
    await repository.publish(packages());
    const { call, dir, lockFile } = caller();
    await call(lock, ['cuda@9.0'], { source: SOURCE });
    await copyFile(lockFile, join(dir, 'other.lock'));
    const planned = await call(install, [], { ...ACCEPT, lock: 'other.lock', dryRun: true, name: 'mine' });
    expect(planned.json).toMatchObject({
      plan: { request: { name: 'mine' } },
      lock: { digest: sha256(await readFile(lockFile)) },
    });
  });
});

describe('outdated', () => {
  it('says what the sources have that is newer, of prefixes and of a lock', async () => {
    const { call } = await installedEarlier();
    const found = await call(outdated);
    expectSchema('outdated', found);
    expect(found.json).toMatchObject({ outdated: [{ name: 'old', kind: 'prefix', state: 'outdated' }] });
    expect(textOf(found)).toMatch(new RegExp(`cuda-cublas-9-0 +${OLD_CUBLAS} -> ${NEW_CUBLAS}`));
    expect(found).toMatchObject({ exitCode: 0, hints: ['gpu-setup upgrade old'] });
    await call(lock, ['cuda@9.0'], { source: SOURCE });
    const locked = await call(outdated, [], { lock: 'gpu-setup.lock' });
    expect(locked.json).toMatchObject({ outdated: [{ kind: 'lock', state: 'newest', packages: [] }] });
  });

  it('takes an index that went back for no news', async () => {
    await repository.publish(packages(), LATER);
    const { call } = caller();
    await call(install, ['cuda@9.0'], { ...ACCEPT, source: SOURCE });
    await repository.publish(packages(isOld), EARLIER);
    expect((await call(outdated)).json).toMatchObject({ outdated: [{ state: 'newest', packages: [] }] });
  });

  it('says that it is not known where the source cannot be read: exit code 3', async () => {
    const { call } = await installedEarlier();
    repository.server.files.delete('/cuda/InRelease');
    const found = await call(outdated, ['old']);
    expectSchema('outdated', found);
    expect(found).toMatchObject({
      exitCode: 3,
      json: { outdated: [{ state: 'unknown', error: { code: 'release-missing' } }] },
    });
    await expect(call(outdated, ['none'])).rejects.toMatchObject({ code: 'unknown-prefix' });
  });
});

describe('upgrade and rollback', () => {
  it('takes packages that were brought along', async () => {
    const { call, dir } = await installedEarlier();
    const debs = join(dir, 'debs');
    mkdirSync(debs);
    for (const { name, version, deb } of packages())
      writeFileSync(join(debs, `${name}_${version}.deb`), deb!);
    repository.server.requests.length = 0;
    const done = await call(upgrade, ['old'], { ...ACCEPT, from: [debs] });
    expect(done.json).toMatchObject({ status: 'installed', replaced: 'old-1' });
    expect(repository.server.requests.filter(({ path }) => path.endsWith('.deb'))).toEqual([]);
  });

  it('keeps the parts that were asked for: outdated, upgrade and an install of its lock know no other package', async () => {
    await repository.publish(packages(isOld), EARLIER);
    const { call, home } = caller();
    await call(install, ['cuda@9.0'], { ...ACCEPT, source: SOURCE, name: 'blas', only: ['cublas'] });
    await repository.publish(packages(), LATER);
    const found = await call(outdated, ['blas']);
    expect(found.json).toMatchObject({
      outdated: [{ packages: [{ name: 'cuda-cublas-9-0' }, { name: 'cuda-cublas-dev-9-0' }] }],
    });
    const done = await call(upgrade, ['blas'], ACCEPT);
    expectSchema('install', done);
    const { prefix } = done.json as { prefix: PrefixInfo };
    expect(prefix.parts).toEqual(['crt', 'cccl', 'cublas', 'cudart']);
    const names = prefix.packages.map(({ name }) => name);
    expect(names).toContain('cuda-cublas-9-0');
    expect(names.filter((name) => /cufft|nvcc|core|npp/.test(name))).toEqual([]);
    const file = join(home, 'prefixes/blas/.gpu-setup/gpu-setup.lock');
    const again = await call(install, [], { ...ACCEPT, lock: file, locked: true, name: 'again' });
    const second = (again.json as { prefix: PrefixInfo }).prefix;
    expect(second).toMatchObject({ parts: prefix.parts, neededParts: prefix.neededParts });
    expect(second.packages.map(({ name }) => name)).toEqual(names);
  });

  it('gives the prefix a generation of its own, and back', async () => {
    const { call, home } = await installedEarlier();
    const planned = await call(upgrade, ['old'], { dryRun: true });
    expect(planned.json).toMatchObject({ status: 'planned', changes: expect.arrayContaining([]) as unknown });
    expect(await readlink(join(home, 'prefixes/old'))).toBe('../generations/old-1');
    const done = await call(upgrade, ['old'], ACCEPT);
    expectSchema('install', done);
    expect(done.json).toMatchObject({
      status: 'installed',
      replaced: 'old-1',
      changes: [
        { name: 'cuda-cublas-9-0', kind: 'changed', from: OLD_CUBLAS, to: NEW_CUBLAS },
        { name: 'cuda-cublas-dev-9-0', kind: 'changed' },
      ],
    });
    expect(textOf(done)).toMatch(/✓ Upgraded: old, CUDA 9\.0\.176/);
    expect(done.hints).toContain('gpu-setup rollback old --to old-1 goes back');
    expect(await readlink(join(home, 'prefixes/old'))).toBe('../generations/old-2');
    const library = 'lib64/libcuda-cublas-9-0.so.1';
    expect(await readFile(join(home, 'prefixes/old', library), 'utf8')).toContain(NEW_CUBLAS);
    expect(await readFile(join(home, 'generations/old-1', library), 'utf8')).toContain(OLD_CUBLAS);
    const nothing = await call(upgrade, ['old'], ACCEPT);
    expect(nothing.json).toMatchObject({ status: 'unchanged', replaced: null, changes: [] });
    expect(textOf(nothing)).toContain('Nothing is newer: old');

    const back = await call(rollback, ['old']);
    expectSchema('rollback', back);
    expect(back.json).toMatchObject({ name: 'old', from: 'old-2', to: 'old-1', prefix: { name: 'old' } });
    expect(textOf(back)).toMatch(/old is old-1 again/);
    expect(await readFile(join(home, 'prefixes/old', library), 'utf8')).toContain(OLD_CUBLAS);
    await expect(call(rollback, ['old'])).rejects.toMatchObject({
      code: 'no-older-generation',
      hint: expect.stringContaining('--to old-2') as string,
    });
    await call(rollback, ['old'], { to: '2' });
    expect(await readlink(join(home, 'prefixes/old'))).toBe('../generations/old-2');
    await expect(call(rollback, ['old'], { to: 'old-7' })).rejects.toMatchObject({
      code: 'unknown-generation',
      hint: expect.stringContaining('old-1, old-2') as string,
    });
  });

  it('upgrades to exactly what a lock names', async () => {
    const { call, home, lockFile } = await installedEarlier();
    await call(lock, ['cuda@9.0'], { source: SOURCE });
    await expect(call(install, [], { ...ACCEPT, locked: true, name: 'old' })).rejects.toMatchObject({
      code: 'prefix-not-as-locked',
      hint: expect.stringContaining('upgrade old --locked') as string,
    });
    const done = await call(upgrade, ['old'], { ...ACCEPT, locked: true });
    expect(done.json).toMatchObject({
      status: 'installed',
      lock: { digest: sha256(await readFile(lockFile)) },
    });
    expect(await readlink(join(home, 'prefixes/old'))).toBe('../generations/old-2');
    expect((await call(upgrade, ['old'], { ...ACCEPT, locked: true })).json).toMatchObject({
      status: 'unchanged',
      lock: { digest: sha256(await readFile(lockFile)) },
    });
  });

  it('goes back to what was in use before, whatever the numbers: after a rollback an upgrade leaves one out', async () => {
    const { call, home } = await installedEarlier();
    await call(upgrade, ['old'], ACCEPT);
    await call(rollback, ['old']);
    await call(upgrade, ['old'], ACCEPT);
    expect(await readlink(join(home, 'prefixes/old'))).toBe('../generations/old-3');
    expect((await call(rollback, ['old'])).json).toMatchObject({ from: 'old-3', to: 'old-1' });
    await call(rollback, ['old'], { to: '3' });
    await rm(join(home, 'generations/old-1'), { recursive: true });
    await expect(call(rollback, ['old'])).rejects.toMatchObject({
      code: 'no-older-generation',
      message: 'the generation old-1, which the prefix old had before, is gone',
      hint: expect.stringContaining('--to old-2') as string,
    });
    // A prefix of an earlier version does not say what it took the place of; a damaged one cannot.
    const manifest = join(home, 'generations/old-3/.gpu-setup/manifest.json');
    await rm(manifest);
    expect((await call(rollback, ['old'])).json).toMatchObject({ from: 'old-3', to: 'old-2' });
  });

  it('does nothing to a prefix that another run changed since the upgrade was planned', async () => {
    const machine = await installedEarlier();
    const { call, home } = machine;
    const context = machine.context({
      // Whoever is asked takes his time.
      acceptLicences: async (terms) => {
        await call(upgrade, ['old'], ACCEPT);
        return acceptAll(terms);
      },
    });
    await expect(
      upgradePrefix({ name: 'old', allowOlder: false, dryRun: false }, context),
    ).rejects.toMatchObject({ code: 'plan-overtaken', retryable: true });
    expect(await readlink(join(home, 'prefixes/old'))).toBe('../generations/old-2');
  });

  it('keeps a generation that a build was made against, and list says so', async () => {
    const { call, home } = await installedEarlier();
    await fakeBuild(home, 'darknet', against(home, 'old'));
    await call(upgrade, ['old'], ACCEPT);
    await call(rollback, ['old']);
    await call(upgrade, ['old'], ACCEPT);
    const shown = await call(list);
    expectSchema('list', shown);
    expect(shown.json).toMatchObject({
      olderGenerations: [
        { prefix: 'old', name: 'old-1', usedBy: [{ name: 'darknet-1' }] },
        { prefix: 'old', name: 'old-2', usedBy: [] },
      ],
    });
    expect(textOf(shown)).toMatch(/^old-1 .*darknet-1/m);
    expect(textOf(shown)).toMatch(/^old-2 .*nobody/m);
    const pruned = await call(prune, [], { dryRun: true });
    const names = (pruned.json as { removed: { kind: string; name: string }[] }).removed
      .filter(({ kind }) => kind === 'generation')
      .map(({ name }) => name);
    expect(names).toEqual(['old-2']);
  });
});

describe('the date of an index', () => {
  const WEEK_BEFORE = 'Sun, 12 Jul 2026 12:00:00 UTC';

  it('that is more than a week older than one that was seen is refused, unless it is meant', async () => {
    await repository.publish(packages(), LATER);
    const { call, home } = caller();
    await call(install, ['cuda@9.0'], { ...ACCEPT, source: SOURCE, name: 'a' });
    expect(await readFile(join(home, 'state/release-dates', encodeURIComponent(`${SOURCE} /`)), 'utf8')).toBe(
      '2026-07-19T10:00:00.000Z\n',
    );
    await repository.publish(packages(), EARLIER);
    for (const [command, words, options] of [
      [install, ['cuda@9.0'], { ...ACCEPT, source: SOURCE, name: 'b' }],
      [lock, ['cuda@9.0'], { source: SOURCE }],
      [upgrade, ['a'], ACCEPT],
    ] as const) {
      await expect(call(command, words, options)).rejects.toMatchObject({
        code: 'release-older-than-seen',
        hint: expect.stringContaining('--allow-older') as string,
      });
    }
    const { json } = await call(install, ['cuda@9.0'], {
      ...ACCEPT,
      source: SOURCE,
      name: 'b',
      allowOlder: true,
    });
    expect(json).toMatchObject({
      status: 'installed',
      warnings: expect.arrayContaining([expect.stringContaining('was seen here before')]) as unknown,
    });
    // What was seen stays seen.
    await expect(call(install, ['cuda@9.0'], { ...ACCEPT, source: SOURCE, name: 'c' })).rejects.toMatchObject(
      { code: 'release-older-than-seen' },
    );
  });

  it('that is up to a week older is said', async () => {
    await repository.publish(packages(), LATER);
    const { call } = caller();
    await call(install, ['cuda@9.0'], { ...ACCEPT, source: SOURCE, name: 'a' });
    await repository.publish(packages(), WEEK_BEFORE);
    const { json } = await call(install, ['cuda@9.0'], { ...ACCEPT, source: SOURCE, name: 'b' });
    expect(json).toMatchObject({
      warnings: expect.arrayContaining([expect.stringMatching(/was seen here before/)]) as unknown,
    });
  });

  it('is forgotten where its note is damaged, and no home is made for a lock', async () => {
    await repository.publish(packages(), LATER);
    const { call, home } = caller();
    await call(install, ['cuda@9.0'], { ...ACCEPT, source: SOURCE, name: 'a' });
    writeFileSync(join(home, 'state/release-dates', encodeURIComponent(`${SOURCE} /`)), 'not a date');
    await repository.publish(packages(), EARLIER);
    await call(install, ['cuda@9.0'], { ...ACCEPT, source: SOURCE, name: 'b' });
    const other = caller();
    await other.call(lock, ['cuda@9.0'], { source: SOURCE });
    await expect(readFile(join(other.home, 'state'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
