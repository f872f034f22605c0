/** A toolkit that is pinned on one machine, and installed on others while NVIDIA's repository goes on, lags or breaks. */
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LOCK_PATH } from '../../../src/machine/records/read-prefix-manifest.ts';
import { diffLocks } from '../../../src/prefix/plan/lock/diff.ts';
import { parseLock } from '../../../src/prefix/plan/lock/parse-lock.ts';
import type { PinnedPackage } from '../../../src/prefix/plan/install-plan.ts';
import type { Lock } from '../../../src/prefix/plan/lockfile.ts';
import type { InstallResult } from '../../../src/recipe/install.ts';
import { upgrade } from '../../../src/recipe/lock/upgrade.ts';
import { makeKey, sha256 } from '../../apt/repository.ts';
import { validatorFor } from '../../support/schema.ts';
import {
  EARLIER,
  isOld,
  LATER,
  MovingRepository,
  NEW_CUBLAS,
  OLD_CUBLAS,
  packages,
  SOURCE,
  TODAY,
  type Machine,
} from '../../support/locked.ts';

const repository = new MovingRepository();

/** Two machines: the lock of the first, as git brings it to the second. */
async function carried(options: { proof: boolean }): Promise<Machine> {
  const first = repository.machine();
  await first.lock();
  return carriedFrom(first, options);
}

async function carriedFrom(first: Machine, options = { proof: true }): Promise<Machine> {
  const second = repository.machine();
  await copyFile(first.lockFile, second.lockFile);
  if (options.proof) await copyFile(`${first.lockFile}.proof`, `${second.lockFile}.proof`);
  return second;
}

const changeLock = async ({ lockFile }: Machine, change: (lock: Mutable) => void): Promise<void> => {
  const lock = JSON.parse(await readFile(lockFile, 'utf8')) as Mutable;
  change(lock);
  await writeFile(lockFile, JSON.stringify(lock));
};
/** As a text editor sees it. */
interface Mutable {
  [key: string]: unknown;
  request: Record<string, unknown>;
  sources: Record<string, unknown>[];
  packages: Record<string, unknown>[];
}

const states = ({ plan }: InstallResult): Set<string> =>
  new Set(plan.lock!.packages.map(({ by, index }: PinnedPackage) => `${by} ${index}`));
const nothingLeft = async ({ dir }: Machine): Promise<void> => {
  const names = async (folder: string): Promise<string[]> =>
    readdir(join(dir, 'home', folder)).catch(() => []);
  expect(await names('prefixes')).toEqual([]);
  expect((await names('generations')).filter((name) => !name.startsWith('.'))).toEqual([]);
};
const contentOf = (prefix: string, name: string): Promise<string> =>
  readFile(join(prefix, 'lib64', `lib${name}.so.1`), 'utf8');
const OTHER = 'cuda-cufft-9-0';

describe('a lock', () => {
  it('names packages with both digests, sources without addresses, and is the same bytes each time', async () => {
    await repository.publish(packages());
    const machine = repository.machine();
    const { lock, digest, proof, status } = await machine.lock();
    const text = await machine.lockText();
    expect(status).toBe('written');
    expect(digest).toBe(sha256(text));
    expect(parseLock(text, 'x')).toEqual(lock);
    const validate = validatorFor('lock');
    expect(validate(JSON.parse(text)), JSON.stringify(validate.errors)).toBe(true);
    expect(text).not.toMatch(/127\.0\.0\.1|http/);
    expect(lock.packages.length).toBeGreaterThan(5);
    expect(lock.packages.every(({ payloadSha256 }) => payloadSha256 !== null)).toBe(true);
    expect(lock.sources).toMatchObject([
      {
        id: SOURCE,
        signed: { inRelease: sha256(repository.server.files.get('/cuda/InRelease')!) },
        indexes: [{ path: 'Packages.gz', sha256: sha256(repository.server.files.get('/cuda/Packages.gz')!) }],
      },
    ]);
    const proven = validatorFor('lock-proof');
    expect(proven(JSON.parse(await readFile(proof!, 'utf8')))).toBe(true);
    const other = repository.machine();
    await other.lock();
    expect(await other.lockText()).toBe(text);
  });

  it('is made from the indexes alone where no package is to be fetched', async () => {
    await repository.publish(packages());
    const { lock, proof } = await repository.machine().lock({ payloads: false, proof: false });
    expect(lock.packages.every(({ payloadSha256 }) => payloadSha256 === null)).toBe(true);
    expect(proof).toBeNull();
    expect(repository.server.requests.filter(({ path }) => path.endsWith('.deb'))).toEqual([]);
  });

  it('stays as it is until it is asked to be upgraded, and is not replaced by that of another request', async () => {
    await repository.publish(packages(isOld), EARLIER);
    const machine = repository.machine();
    const { digest } = await machine.lock();
    await repository.publish(packages());
    expect(await machine.lock()).toMatchObject({ status: 'unchanged', digest });
    await expect(machine.lock({ with: 'static' })).rejects.toMatchObject({
      code: 'lock-exists',
      hint: expect.stringContaining('--upgrade') as string,
    });
    const upgraded = await machine.lock({ words: [], source: undefined, upgrade: true });
    expect(upgraded.digest).not.toBe(digest);
    expect(upgraded.lock.request).toMatchObject({
      specs: [{ name: 'cuda', version: '9.0' }],
      source: SOURCE,
    });
    expect(upgraded.changes?.pins[0]?.packages).toContainEqual({
      name: 'cuda-cublas-9-0',
      kind: 'changed',
      from: OLD_CUBLAS,
      to: NEW_CUBLAS,
    });
  });

  it('is not taken for one of another name or from another source, and takes both over when it is upgraded', async () => {
    await repository.publish(packages());
    const machine = repository.machine();
    const asked = { payloads: false, proof: false };
    await machine.lock(asked);
    await expect(machine.lock({ ...asked, name: 'other' })).rejects.toMatchObject({
      code: 'lock-exists',
      message: expect.stringContaining('a prefix named cuda9.0, not for one named other') as string,
    });
    await expect(machine.lock({ ...asked, source: 'nvidia-cuda-ubuntu1704' })).rejects.toMatchObject({
      code: 'unknown-source',
    });
    const folder = join(machine.dir, 'config/apt-sources');
    const text = await readFile(join(folder, `${SOURCE}.sources`), 'utf8');
    await writeFile(join(folder, 'our-cuda.sources'), `${text}X-Packaging: nvidia\n`);
    await expect(machine.lock({ ...asked, source: 'our-cuda' })).rejects.toMatchObject({
      code: 'lock-exists',
      message: expect.stringContaining('not for those of our-cuda') as string,
    });
    const again = { ...asked, words: [], upgrade: true, source: 'our-cuda', name: 'other' };
    const { lock } = await machine.lock(again);
    expect(lock.request).toMatchObject({ name: 'other', source: 'our-cuda', sources: ['our-cuda'] });
    expect(lock.sources.map(({ id }) => id)).toEqual(['our-cuda']);
  });

  it.each(['with', 'without', 'only'] as const)(
    'is not upgraded with a --%s that nothing is named for: it says the whole command',
    async (option) => {
      await repository.publish(packages());
      const machine = repository.machine();
      const asked = { payloads: false, proof: false };
      const { digest } = await machine.lock(asked);
      await expect(
        machine.lock({ ...asked, words: [], upgrade: true, [option]: 'cudart' }),
      ).rejects.toMatchObject({
        code: 'option-without-effect',
        exitCode: 2,
        hint: `name it: gpu-setup lock cuda@9.0 --${option} cudart --upgrade --lock ${machine.lockFile}`,
      });
      expect(await machine.lock(asked)).toMatchObject({ status: 'unchanged', digest });
    },
  );

  it('is made for a framework as an install is: of the CUDA and cuDNN that it is built for', async () => {
    await repository.publish(packages());
    const machine = repository.machine();
    const words = ['tensorflow@1.9'];
    const { lock } = await machine.lock({ words, payloads: false, proof: false });
    expect(lock.request).toMatchObject({
      name: 'tensorflow1.9',
      specs: [
        { name: 'cuda', version: '9.0' },
        { name: 'cudnn', version: '7.0' },
      ],
    });
    expect(lock.cudnn).toMatch(/^7\.0\./);
  });

  it('says that nothing is named where there is neither a word nor a lock', async () => {
    await repository.publish(packages());
    await expect(repository.machine().lock({ words: [], upgrade: true })).rejects.toMatchObject({
      code: 'missing-argument',
      exitCode: 2,
    });
  });

  it('leaves no proof of another lock beside it', async () => {
    await repository.publish(packages());
    const machine = repository.machine();
    await machine.lock();
    await machine.lock({ upgrade: true, proof: false });
    expect(existsSync(`${machine.lockFile}.proof`)).toBe(false);
  });
});

describe('installing what a lock names', () => {
  it('gives the same packages, and a prefix whose lock is the same bytes', async () => {
    await repository.publish(packages());
    const machine = await carried({ proof: true });
    const result = await machine.installLocked();
    expect(states(result)).toEqual(new Set(['index listed']));
    expect(result.warnings).toEqual([]);
    expect(result.lockDigest).toBe(sha256(await machine.lockText()));
    expect(await readFile(join(result.prefix!.path, LOCK_PATH), 'utf8')).toBe(await machine.lockText());
    const again = await machine.installLocked();
    expect(again).toMatchObject({ status: 'unchanged', lockDigest: result.lockDigest });
    // The same request typed: the prefix is what is asked for.
    expect(await machine.install()).toMatchObject({ status: 'unchanged', lockDigest: result.lockDigest });
  });

  it('goes through the same plan: fetch, unpack, place, relocate, record, activate', async () => {
    await repository.publish(packages());
    const machine = await carried({ proof: false });
    const typed = await repository.machine().install({ dryRun: true });
    const { plan } = await machine.installLocked();
    const kinds = (actions: readonly { action: string }[]): string[] => [
      ...new Set(actions.map(({ action }) => action)),
    ];
    expect(kinds(plan.actions)).toEqual(kinds(typed.plan.actions));
    expect(plan.packages.map(({ name }) => name).sort()).toEqual(
      typed.plan.packages.map(({ name }) => name).sort(),
    );
    expect(plan.host).toEqual(typed.plan.host);
  });

  it('refuses words that mean something else than the lock was made for', async () => {
    await repository.publish(packages());
    const machine = await carried({ proof: false });
    await expect(machine.installLocked({ words: ['cuda@9.2'] })).rejects.toMatchObject({
      code: 'lock-other-request',
      message: `${machine.lockFile} was made for cuda@9.0 with compiler, libraries, not for cuda@9.2 with compiler, libraries`,
    });
    expect(await machine.installLocked({ words: ['cuda@9.0'] })).toMatchObject({ status: 'installed' });
  });

  it('says that there is no lock', async () => {
    await expect(repository.machine().installLocked()).rejects.toMatchObject({ code: 'lock-missing' });
  });

  it('does not take a prefix of the same request for what the lock names', async () => {
    await repository.publish(packages(isOld), EARLIER);
    const machine = await carried({ proof: true });
    await repository.publish(packages());
    await machine.install();
    await expect(machine.installLocked()).rejects.toMatchObject({
      code: 'prefix-not-as-locked',
      message: expect.stringContaining(NEW_CUBLAS) as string,
    });
  });
});

describe('an index that is newer than the lock', () => {
  const newer = async (): Promise<void> => {
    const old = packages(isOld);
    await repository.publish(
      packages(({ name, version }) => !name.startsWith('cuda-cublas') || version === NEW_CUBLAS),
      LATER,
      [...old, ...packages()],
    );
  };

  it('is confirmed by the proof', async () => {
    await repository.publish(packages(isOld));
    const machine = await carried({ proof: true });
    await newer();
    const result = await machine.installLocked();
    expect(states(result)).toEqual(new Set(['index listed', 'proof moved-on']));
    expect(result.plan.warnings.join()).toMatch(/newer than the lock.*cuda-cublas-9-0/);
    expect(await contentOf(result.prefix!.path, 'cuda-cublas-9-0')).toBe(`cuda-cublas-9-0 ${OLD_CUBLAS}`);
  });

  it('stops the install without the proof, says what is there, and what can be done', async () => {
    await repository.publish(packages(isOld));
    const machine = await carried({ proof: false });
    await newer();
    await expect(machine.installLocked()).rejects.toMatchObject({
      code: 'lock-behind-index',
      message: expect.stringMatching(/cuda-cublas-9-0 9\.0\.176\.2-1.*9\.0\.176\.4-1/) as string,
      hint: expect.stringMatching(/\.proof[^]*--upgrade[^]*--trust-lock/) as string,
    });
    await nothingLeft(machine);
  });

  it('gives way to the word of the lock, and every package that hangs on it is named', async () => {
    await repository.publish(packages(isOld));
    const machine = await carried({ proof: false });
    await newer();
    const { plan } = await machine.installLocked({ trusted: true });
    const alone = plan.lock!.packages.filter(({ by }) => by === 'lock').map(({ name }) => name);
    expect(alone).toEqual(['cuda-cublas-9-0', 'cuda-cublas-dev-9-0']);
    expect(plan.warnings.join()).toMatch(/--trust-lock.*cuda-cublas-9-0, cuda-cublas-dev-9-0/);
  });

  it('says that a package is gone from the server, whoever confirms it', async () => {
    await repository.publish(packages(isOld));
    const machine = await carried({ proof: true });
    await newer();
    repository.server.files.delete(`/cuda/cuda-cublas-9-0_${OLD_CUBLAS}_amd64.deb`);
    await expect(machine.installLocked()).rejects.toMatchObject({
      code: 'package-listed-but-missing',
      message: expect.stringContaining('cuda-cublas-9-0') as string,
      hint: expect.stringContaining('lock --upgrade') as string,
    });
  });
});

describe('a package that was signed anew', () => {
  const resigned = packages(undefined, ({ name }) => (name === OTHER ? { signature: 'second' } : {}));

  it.each([true, false])(
    'is taken where the index lists it and its payload is that of the lock (proof: %s)',
    async (proof) => {
      await repository.publish(packages());
      const machine = await carried({ proof });
      await repository.publish(resigned, LATER);
      const result = await machine.installLocked();
      expect(states(result)).toContain(proof ? 'proof resigned' : 'index resigned');
      expect(result.warnings).toEqual([]);
      const lock = JSON.parse(await readFile(join(result.prefix!.path, LOCK_PATH), 'utf8')) as Lock;
      expect(lock.packages.find(({ name }) => name === OTHER)?.sha256).toBe(
        sha256(resigned.find(({ name }) => name === OTHER)!.deb!),
      );
      expect(diffLocks(parseLock(await machine.lockText(), 'x'), lock).pins[0]?.packages).toMatchObject([
        { name: OTHER, kind: 'resigned' },
      ]);
      // What is there holds what the lock names.
      expect(await machine.installLocked()).toMatchObject({ status: 'unchanged' });
    },
  );

  it('is not taken where no index lists it yet, however good the lock is, but with --trust-lock', async () => {
    await repository.publish(packages());
    const machine = await carried({ proof: true });
    await repository.publish(packages(), TODAY, resigned);
    await expect(machine.installLocked()).rejects.toMatchObject({
      code: 'package-resigned',
      retryable: true,
      hint: expect.stringContaining('--trust-lock') as string,
    });
    await nothingLeft(machine);
    const result = await machine.installLocked({ trusted: true });
    expect(result.warnings).toEqual([expect.stringMatching(new RegExp(`${OTHER}.*--trust-lock`))]);
  });

  it('cannot be compared by a lock without payloads', async () => {
    await repository.publish(packages());
    const machine = repository.machine();
    await machine.lock({ payloads: false, proof: false });
    await repository.publish(resigned, LATER);
    await expect(machine.installLocked()).rejects.toMatchObject({
      code: 'package-resigned',
      message: expect.stringContaining(OTHER) as string,
    });
  });
});

describe('an index that is older than the lock', () => {
  const renewed = packages(undefined, ({ name }) => (name === OTHER ? { signature: 'second' } : {}));
  /** The server has the new file, and still gives the index of the old one. */
  const stale = (): Promise<void> => repository.publish(packages(), EARLIER, renewed);

  it("does no harm where the lock's proof confirms the file", async () => {
    await repository.publish(renewed);
    const machine = await carried({ proof: true });
    await stale();
    const result = await machine.installLocked();
    expect(states(result)).toEqual(new Set(['index listed', 'proof behind']));
    expect(result.plan.warnings.join()).toMatch(/older than the lock.*cuda-cufft-9-0/);
  });

  it('stops the install without the proof, though the file is that of the lock; --trust-lock takes it', async () => {
    await repository.publish(renewed);
    const machine = await carried({ proof: false });
    await stale();
    await expect(machine.installLocked()).rejects.toMatchObject({
      code: 'index-behind-lock',
      message: expect.stringContaining(OTHER) as string,
      retryable: true,
    });
    const { warnings } = await machine.installLocked({ trusted: true });
    expect(warnings).toEqual([expect.stringMatching(/cuda-cufft-9-0.*is the file that the lock names/)]);
  });

  it('is said where it does not have a version that the lock names', async () => {
    await repository.publish(packages());
    const machine = await carried({ proof: false });
    await repository.publish(packages(isOld), EARLIER, packages());
    await expect(machine.installLocked()).rejects.toMatchObject({
      code: 'index-behind-lock',
      message: expect.stringContaining(NEW_CUBLAS) as string,
    });
  });

  it('is never held against what was seen before: the lock covers it', async () => {
    await repository.publish(packages(isOld), 'Mon, 01 Jun 2026 10:00:00 UTC');
    const machine = await carried({ proof: true });
    await repository.publish(packages(), LATER);
    await machine.install({ name: 'newest' });
    await repository.publish(packages(isOld), 'Mon, 01 Jun 2026 10:00:00 UTC');
    expect(await machine.installLocked({ name: 'pinned' })).toMatchObject({ status: 'installed' });
  });
});

describe('another payload under the same name and version', () => {
  const changed = packages(undefined, ({ name }) => (name === OTHER ? { content: 'something else' } : {}));

  it.each([
    ['signed into the index', LATER, changed],
    ['put in the place of the file', TODAY, packages()],
  ])('stops everything when it was %s, with proof and trust', async (_, date, listed) => {
    await repository.publish(packages());
    const machine = await carried({ proof: true });
    await repository.publish(listed, date, changed);
    for (const trusted of [false, true]) {
      await expect(machine.installLocked({ trusted })).rejects.toMatchObject({
        code: 'payload-mismatch',
        message: expect.stringContaining(OTHER) as string,
      });
      await nothingLeft(machine);
    }
  });

  it('is not confused with bytes that are no package at all', async () => {
    await repository.publish(packages());
    const machine = await carried({ proof: true });
    const version = packages().find(({ name }) => name === OTHER)!.version;
    repository.server.files.set(`/cuda/${OTHER}_${version}_amd64.deb`, 'a login page');
    await expect(machine.installLocked({ trusted: true })).rejects.toMatchObject({
      code: 'package-differs-from-index',
    });
  });
});

describe('an index that cannot be read', () => {
  it.each([
    [
      'is out of step with its Release',
      () => repository.server.files.set('/cuda/Packages.gz', 'of another day'),
    ],
    [
      'is signed by a stranger',
      async () => repository.publish(packages(), LATER, packages(), await makeKey()),
    ],
    ['is gone', () => repository.server.files.delete('/cuda/InRelease')],
  ])('does no harm with the proof where it %s, and stops the install without', async (_, breakIt) => {
    await repository.publish(packages());
    const without = await carried({ proof: false });
    const withProof = await carried({ proof: true });
    repository.server.files.delete('/cuda/Packages');
    await breakIt();
    await expect(without.installLocked()).rejects.toMatchObject({
      code: 'lock-unconfirmed',
      hint: expect.stringMatching(/\.proof[^]*--trust-lock/) as string,
    });
    const result = await withProof.installLocked();
    expect(states(result)).toEqual(new Set(['proof unread']));
  });
});

describe('a proof', () => {
  const tamper = async ({ lockFile }: Machine, change: (proof: ProofText) => void): Promise<void> => {
    const file = `${lockFile}.proof`;
    const proof = JSON.parse(await readFile(file, 'utf8')) as ProofText;
    change(proof);
    await writeFile(file, JSON.stringify(proof));
  };
  interface ProofText {
    suites: {
      signed: { inRelease: string; signature?: string };
      indexes: { path: string; data: string }[];
      key?: string;
    }[];
  }

  describe('where there is no network, and no key', () => {
    const offline = async (): Promise<{ machine: Machine; installThere(): Promise<InstallResult> }> => {
      await repository.publish(packages());
      const machine = await carried({ proof: true });
      const debs = join(machine.dir, 'debs');
      await mkdir(debs);
      for (const { name, version, deb } of packages())
        await writeFile(join(debs, `${name}_${version}.deb`), deb!);
      repository.server.files.clear();
      const lock = { file: machine.lockFile, trusted: false };
      return {
        machine,
        installThere: () => machine.install({ words: [], source: undefined, lock, from: [debs] }),
      };
    };

    it('brings the key that it was signed with', async () => {
      const { installThere } = await offline();
      const result = await installThere();
      expect(result.status).toBe('installed');
      expect(states(result)).toEqual(new Set(['proof unread']));
    });

    it.each([
      ['has none, as those of before', () => undefined],
      ['has the key of a stranger', async () => (await makeKey()).publicKey],
      ['has no key at that place', () => Buffer.from('nonsense').toString('base64')],
    ])('is not believed where it %s', async (_, other) => {
      const { machine, installThere } = await offline();
      const key = await other();
      await tamper(machine, ({ suites }) => {
        for (const suite of suites) {
          if (key === undefined) delete suite.key;
          else suite.key = Buffer.from(key).toString('base64');
        }
      });
      await expect(installThere()).rejects.toMatchObject({ code: 'key-missing' });
      await nothingLeft(machine);
    });
  });

  it('of a stranger is refused, though lock and proof agree', async () => {
    await repository.publish(packages());
    const machine = await carried({ proof: true });
    const stranger = await makeKey();
    await repository.publish(packages(), TODAY, packages(), stranger);
    const forged = String(repository.server.files.get('/cuda/InRelease'));
    await tamper(machine, (proof) => (proof.suites[0]!.signed.inRelease = forged));
    await changeLock(machine, (lock) => (lock.sources[0]!['signed'] = { inRelease: sha256(forged) }));
    await repository.publish(packages());
    await expect(machine.installLocked()).rejects.toMatchObject({
      code: 'key-unknown',
      message: expect.stringContaining('gpu-setup.lock.proof') as string,
    });
  });

  it('of another lock is refused', async () => {
    await repository.publish(packages(isOld), EARLIER);
    const other = await carried({ proof: true });
    await repository.publish(packages());
    const machine = await carried({ proof: true });
    await copyFile(`${other.lockFile}.proof`, `${machine.lockFile}.proof`);
    await expect(machine.installLocked()).rejects.toMatchObject({ code: 'proof-differs' });
  });

  it('is as good with Release and Release.gpg, as the machine-learning repositories have them', async () => {
    await repository.publish(packages(), TODAY, packages(), repository.key, false);
    const machine = await carried({ proof: true });
    const { sources } = parseLock(await machine.lockText(), 'x');
    const signature = String(repository.server.files.get('/cuda/Release.gpg'));
    expect(sources[0]?.signed).toEqual({
      release: sha256(repository.server.files.get('/cuda/Release')!),
      signature: sha256(signature),
    });
    repository.server.files.delete('/cuda/Release');
    expect(states(await machine.installLocked())).toEqual(new Set(['proof unread']));
    const other = await carriedFrom(machine);
    await tamper(other, (proof) => {
      proof.suites[0]!.signed.signature = Buffer.from(`${signature}\n`).toString('base64');
    });
    await expect(other.installLocked()).rejects.toMatchObject({ code: 'proof-differs' });
  });

  it('with an index that was not signed is refused, and one that lacks an index', async () => {
    await repository.publish(packages());
    for (const change of [
      (proof: ProofText) =>
        (proof.suites[0]!.indexes[0]!.data = Buffer.from('Package: x').toString('base64')),
      (proof: ProofText) => (proof.suites[0]!.indexes = []),
    ]) {
      const machine = await carried({ proof: true });
      await tamper(machine, change);
      await expect(machine.installLocked()).rejects.toMatchObject({ code: 'proof-differs' });
    }
  });

  it('is enough on a machine whose cache has the packages, without any network', async () => {
    await repository.publish(packages());
    const machine = repository.machine();
    await machine.lock();
    const all = [...repository.server.files.keys()];
    all.forEach((path) => repository.server.files.delete(path));
    const result = await machine.installLocked();
    expect(states(result)).toEqual(new Set(['proof unread']));
    expect(result.spent?.fetchedBytes).toBe(0);
  });
});

describe('a lock that takes more of the same packages', () => {
  it('differs, and an upgrade to it makes another prefix; to the same again there is nothing to do', async () => {
    await repository.publish(packages());
    const machine = await carried({ proof: true });
    const { prefix } = await machine.installLocked();
    const before = parseLock(await machine.lockText(), 'x');
    await changeLock(machine, ({ request }) => {
      request['components'] = ['compiler', 'libraries', 'static'];
    });
    expect(diffLocks(before, parseLock(await machine.lockText(), 'x'))).toMatchObject({
      same: false,
      pins: [
        {
          kind: 'changed',
          taken: { from: 'compiler, libraries', to: 'compiler, libraries, static' },
          packages: [],
        },
      ],
    });
    const lock = { file: machine.lockFile, trusted: false };
    const again = { name: prefix!.name, lock, allowOlder: false, dryRun: false };
    expect(await upgrade(again, machine.context())).toMatchObject({ status: 'installed', changes: [] });
    expect(await upgrade(again, machine.context())).toMatchObject({ status: 'unchanged' });
  });
});

describe('a lock that lies', () => {
  it.each<[string, string, RegExp, (lock: Mutable) => void]>([
    [
      'the digest of another payload',
      'payload-mismatch',
      /cuda-cufft/,
      ofOther({ payloadSha256: 'a'.repeat(64) }),
    ],
    [
      'a digest that nobody signed, beside the proof',
      'lock-contradicted',
      /digest a{64} for cuda-cufft-9-0/,
      ofOther({ sha256: 'a'.repeat(64) }),
    ],
    [
      'another CUDA than its packages are of',
      'bad-lock',
      /cuda: 9\.0\.333, and cuda-cudart-9-0 is of 9\.0\.176/,
      (lock) => (lock['cuda'] = '9.0.333'),
    ],
    [
      'another CUDA than was asked for',
      'bad-lock',
      /cuda: 9\.0\.176, and the request is for cuda@12\.4/,
      (lock) => (lock.request['specs'] = [{ name: 'cuda', version: '12.4' }]),
    ],
    ['a cuDNN that it does not hold', 'bad-lock', /cudnn: 8\.9/, (lock) => (lock['cudnn'] = '8.9')],
    ['no package', 'bad-lock', /packages: there is none/, (lock) => (lock['packages'] = [])],
    ['another size', 'lock-contradicted', /5 bytes.*cuda-cufft-9-0/, ofOther({ size: 5 })],
    ['another path', 'lock-contradicted', /path pool\/x\.deb/, ofOther({ path: 'pool/x.deb' })],
    ['a path that climbs', 'bad-lock', /out of the repository/, ofOther({ path: '../../x.deb' })],
    ['a path that climbs when decoded', 'bad-lock', /out of the repo/, ofOther({ path: '%252e%252e/x.deb' })],
    ['a path on a host of its own', 'bad-lock', /names a host/, ofOther({ path: 'https://evil.invalid/x' })],
    [
      'an address',
      'bad-lock',
      /no addresses/,
      (lock) => (lock.sources[0]!['uris'] = ['https://evil.invalid/']),
    ],
    ['a source that nobody has', 'lock-source-unknown', /evil-source/, renameSource],
    ['a suite that the source does not have', 'lock-source-unknown', /suite other/, renameSuite],
    [
      'the key of a stranger',
      'lock-key-unknown',
      /F{40}/,
      (lock) => (lock.sources[0]!['signedWith'] = 'F'.repeat(40)),
    ],
    ['packages for another architecture', 'bad-lock', /is for arm64/, ofOther({ architecture: 'arm64' })],
    [
      'only another architecture',
      'lock-architecture',
      /arm64.*amd64/,
      (lock) => {
        lock.request['architecture'] = 'arm64';
        lock.packages.forEach((one) => (one['architecture'] = 'arm64'));
      },
    ],
    ['another format', 'lock-format', /lock@7/, (lock) => (lock['schema'] = 'gpu-setup/lock@7')],
    ['a name that climbs', 'bad-lock', /name of a prefix/, (lock) => (lock.request['name'] = '../../etc')],
    ['text for a terminal', 'bad-lock', /control characters/, ofOther({ version: '1\u001b[2J' })],
    ['a package twice', 'bad-lock', /twice/, (lock) => lock.packages.push(lock.packages[0]!)],
    ['a size beyond all bounds', 'bad-lock', /size/, ofOther({ size: 1e300 })],
    [
      'another date than was signed',
      'lock-contradicted',
      /2030/,
      (lock) => (lock.sources[0]!['date'] = '2030-01-01T00:00:00.000Z'),
    ],
    [
      'another digest for the index',
      'lock-contradicted',
      /Packages\.gz/,
      (lock) => (lock.sources[0]!['indexes'] = [{ path: 'Packages.gz', size: 1, sha256: 'a'.repeat(64) }]),
    ],
  ])('with %s is refused, and says why', async (_, code, why, change) => {
    await repository.publish(packages());
    const machine = await carried({ proof: true });
    await changeLock(machine, change);
    await expect(machine.installLocked({ trusted: true })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(why) as string,
    });
    await nothingLeft(machine);
  });

  it('with the file of another package under this name is refused: the index says whose it is', async () => {
    await repository.publish(packages());
    const machine = await carried({ proof: false });
    await changeLock(machine, (lock) => {
      const [one, other] = [of(lock, OTHER), of(lock, 'cuda-npp-9-0')];
      for (const key of ['path', 'size', 'sha256', 'payloadSha256']) one[key] = other[key];
    });
    await expect(machine.installLocked()).rejects.toMatchObject({ code: 'payload-mismatch' });
    await nothingLeft(machine);
  });

  it.each([
    ['cut short', (text: string) => text.slice(0, 500), /middle/],
    ['empty', () => '', /JSON/i],
    ['in another encoding', (text: string) => Buffer.from(text, 'utf16le'), /UTF-8|JSON/],
    ['binary', () => Buffer.from([0, 255, 254, 1]), /UTF-8/],
    ['larger than any lock', () => Buffer.alloc((16 << 20) + 1, 32), /more than/],
  ])('that is %s is refused', async (_, change, why) => {
    await repository.publish(packages());
    const machine = await carried({ proof: false });
    await writeFile(machine.lockFile, change(await machine.lockText()));
    await expect(machine.installLocked()).rejects.toMatchObject({
      code: 'bad-lock',
      message: expect.stringMatching(why) as string,
    });
  });

  it('cannot have a note in the home believed: a payload counts where the package was unpacked here', async () => {
    await repository.publish(packages());
    const machine = await carried({ proof: true });
    await machine.install({ name: 'first' });
    await rm(join(machine.dir, 'cache/apt/packages'), { recursive: true });
    await changeLock(machine, (lock) => {
      of(lock, OTHER)['payloadSha256'] = of(lock, 'cuda-npp-9-0')['payloadSha256'];
    });
    await expect(machine.installLocked()).rejects.toMatchObject({ code: 'payload-mismatch' });
  });
});

function of(lock: Mutable, name: string): Record<string, unknown> {
  return lock.packages.find((one) => one['name'] === name)!;
}

function ofOther(change: Record<string, unknown>): (lock: Mutable) => void {
  return (lock) => void Object.assign(of(lock, OTHER), change);
}

function renameSource(lock: Mutable): void {
  lock.sources[0]!['id'] = 'evil-source';
  lock.packages.forEach((one) => (one['sourceId'] = 'evil-source'));
}

function renameSuite(lock: Mutable): void {
  lock.sources[0]!['suite'] = 'other';
  lock.packages.forEach((one) => (one['suite'] = 'other'));
}
