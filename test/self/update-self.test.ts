import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createMessage, generateKey, readPrivateKey, sign } from 'openpgp';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { WorkEvent } from '../../src/base/events.ts';
import { installSelf, uninstallSelf } from '../../src/self/install-self.ts';
import { places as placesOf, type Places } from '../../src/self/places.ts';
import { RELEASE_KEYS } from '../../src/self/release-keys.ts';
import { releasePlace } from '../../src/self/release.ts';
import { updateSelf, type UpdateSelf } from '../../src/self/update-self.ts';
import { validatorFor } from '../support/schema.ts';
import { hasPrograms } from '../support/has-programs.ts';
import { tempDir } from '../support/temp-dir.ts';

const PLATFORM = 'linux-x64';
const { signal } = new AbortController();

interface SigningKey {
  public: string;
  private: string;
}
let ours: SigningKey;
let others: SigningKey;
beforeAll(async () => {
  const make = async (): Promise<SigningKey> => {
    const made = await generateKey({ type: 'ecc', userIDs: [{ name: 'releases' }], format: 'armored' });
    return { public: made.publicKey, private: made.privateKey };
  };
  [ours, others] = [await make(), await make()];
});

let dir: string;
let release: string;
let places: Places;
beforeEach(async () => {
  dir = tempDir();
  release = join(dir, 'release');
  mkdirSync(release);
  mkdirSync(join(dir, 'home'));
  places = placesOf({ HOME: join(dir, 'home') }, 1000);
  writeFileSync(join(dir, 'first'), programOf('1.0.0'));
  await installSelf({
    program: { kind: 'executable', path: join(dir, 'first') },
    version: '1.0.0',
    companions: { bash: '', zsh: '', fish: '', man: '' },
    places,
    dryRun: false,
  });
});

/** Says its version; of any other call it writes down what it was asked for. */
const programOf = (version: string): string =>
  `#!/bin/sh\n[ "$1" = --version ] && { echo ${version}; exit; }\nprintf '%s ' "$@" > '${dir}/asked'\n`;

const sha256 = (bytes: string): string => createHash('sha256').update(bytes).digest('hex');

const listing = (version: string, program: string, more: object = {}): object => ({
  schema: 'gpu-setup/release@1',
  version,
  files: {
    [PLATFORM]: {
      name: 'gpu-setup-linux-x64',
      size: Buffer.byteLength(program),
      sha256: sha256(program),
      ...more,
    },
  },
});

async function publish(text: string, program: string, key: SigningKey = ours): Promise<void> {
  writeFileSync(join(release, 'release.json'), text);
  const signingKeys = await readPrivateKey({ armoredKey: key.private });
  const message = await createMessage({ binary: Buffer.from(text) });
  const signature = await sign({ message, signingKeys, detached: true, format: 'armored' });
  writeFileSync(join(release, 'release.json.asc'), signature as string);
  writeFileSync(join(release, 'gpu-setup-linux-x64'), program);
}

const publishVersion = (version: string, more: object = {}, program = programOf(version)): Promise<void> =>
  publish(JSON.stringify(listing(version, program, more)), program);

const update = (more: Partial<UpdateSelf> = {}) =>
  updateSelf({
    place: releasePlace(release, '/', signal),
    keys: [ours.public],
    platform: PLATFORM,
    places,
    allowDowngrade: false,
    dryRun: false,
    emit: () => {},
    signal,
    ...more,
  });

/** Everything below the home, with what it holds. */
const state = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(dir, 'home'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name), 'utf8')]),
  );

describe('self update', () => {
  it('replaces the executable by that of a signed release, and lets it put its own completions', async () => {
    await publishVersion('1.1.0');
    const events: WorkEvent[] = [];
    const done = await update({ emit: (event) => events.push(event) });
    expect(done).toMatchObject({ before: '1.0.0', after: '1.1.0', changed: true, companions: null });
    expect(done.signedWith).toMatch(/^[0-9A-F]{40}$/);
    expect(execFileSync(places.program, ['--version'], { encoding: 'utf8' })).toBe('1.1.0\n');
    expect(readFileSync(join(dir, 'asked'), 'utf8')).toBe('self install --quiet ');
    expect(events.at(-1)).toMatchObject({ type: 'end', outcome: 'done' });
    expect(readdirSync(join(dir, 'home/.local/bin'))).toEqual(['gpu-setup']);
    expect(await update()).toMatchObject({ changed: false });
    expect((await uninstallSelf(places, false)).kept).toEqual([]);
  });

  it('does nothing to what is up to date, and with dryRun', async () => {
    await publishVersion('1.0.0');
    expect(await update()).toMatchObject({ changed: false });
    await publishVersion('1.1.0');
    const before = state();
    expect(await update({ dryRun: true })).toMatchObject({ changed: true, after: '1.1.0' });
    expect(state()).toEqual(before);
  });

  it('goes to an older release only where it is told to', async () => {
    await publishVersion('0.9.0');
    await expect(update()).rejects.toMatchObject({ code: 'older-release', exitCode: 1 });
    expect(await update({ allowDowngrade: true })).toMatchObject({ after: '0.9.0', changed: true });
  });

  it('is updated also where the new program cannot put its completions, and that is said', async () => {
    await publishVersion(
      '1.1.0',
      {},
      '#!/bin/sh\n[ "$1" = --version ] && { echo 1.1.0; exit; }\necho no >&2; exit 1\n',
    );
    expect(await update()).toMatchObject({ changed: true, companions: 'no' });
  });

  it('reads a release by HTTP, also behind a user and password, which it does not print', async () => {
    await publishVersion('1.1.0');
    const server = await serving(release);
    const place = releasePlace(`http://me:secret@127.0.0.1:${server.port}/r/?key=1`, '/', signal);
    expect(place.title).not.toMatch(/secret|key=1/);
    expect(await update({ place })).toMatchObject({ after: '1.1.0' });
    expect(server.asked).toEqual(['/r/release.json', '/r/release.json.asc', '/r/gpu-setup-linux-x64']);
  });

  const WRONG: Record<string, [string, () => Promise<void> | void]> = {
    'no release': ['release-not-found', () => rmSync(join(release, 'release.json'))],
    'no signature': ['release-not-found', () => rmSync(join(release, 'release.json.asc'))],
    'a fifo': [
      'release-not-found',
      () => {
        rmSync(join(release, 'release.json'));
        execFileSync('mkfifo', [join(release, 'release.json')]);
      },
    ],
    'an endless file': [
      'release-not-found',
      () => {
        rmSync(join(release, 'gpu-setup-linux-x64'));
        symlinkSync('/dev/zero', join(release, 'gpu-setup-linux-x64'));
      },
    ],
    'a signature of another key': [
      'release-not-signed',
      () => publish(JSON.stringify(listing('1.1.0', programOf('1.1.0'))), programOf('1.1.0'), others),
    ],
    'a signature that is none': [
      'release-not-signed',
      () => writeFileSync(join(release, 'release.json.asc'), 'x'),
    ],
    'an empty signature': ['release-not-signed', () => writeFileSync(join(release, 'release.json.asc'), '')],
    'a text that was changed after it was signed': [
      'release-not-signed',
      () => {
        const text = readFileSync(join(release, 'release.json'), 'utf8');
        writeFileSync(join(release, 'release.json'), text.replace('1.1.0', '1.1.1'));
      },
    ],
    'a huge text': [
      'release-differs',
      () => writeFileSync(join(release, 'release.json'), ' '.repeat(70_000)),
    ],
    'no JSON': ['release-malformed', () => publish('{', '')],
    'another version than a version': ['release-malformed', () => publishVersion('1.1')],
    'a name that leads elsewhere': [
      'release-malformed',
      () => publishVersion('1.1.0', { name: '../../bin/sh' }),
    ],
    'a size of nothing': ['release-malformed', () => publishVersion('1.1.0', { size: 0 })],
    'nothing for this system': [
      'release-malformed',
      () => publish(JSON.stringify({ ...listing('1.1.0', ''), files: {} }), ''),
    ],
    'an executable that was changed': [
      'release-differs',
      () => writeFileSync(join(release, 'gpu-setup-linux-x64'), programOf('1.1.0').replace('echo', 'eCho')),
    ],
    'an executable that was cut': [
      'release-differs',
      () => writeFileSync(join(release, 'gpu-setup-linux-x64'), programOf('1.1.0').slice(0, -1)),
    ],
    'an executable that goes on': [
      'release-differs',
      () => writeFileSync(join(release, 'gpu-setup-linux-x64'), `${programOf('1.1.0')} `),
    ],
    'no executable': ['release-not-found', () => rmSync(join(release, 'gpu-setup-linux-x64'))],
    'an executable that does not run': [
      'release-malformed',
      () => publishVersion('1.1.0', {}, '#!/bin/sh\necho no glibc >&2; exit 1\n'),
    ],
    'an executable of another version': [
      'release-malformed',
      () => publishVersion('1.1.0', {}, programOf('1.0.5')),
    ],
  };

  it.each(Object.keys(WRONG))('changes nothing for %s', async (name) => {
    const [code, spoil] = WRONG[name]!;
    await publishVersion('1.1.0');
    const before = state();
    await spoil();
    await expect(update()).rejects.toMatchObject({ code, exitCode: 1, hint: expect.any(String) as string });
    expect(state()).toEqual(before);
  });

  it('stops where it is told to, and changes nothing', async () => {
    await publishVersion('1.1.0');
    const before = state();
    const stopped = new AbortController();
    const emit = ({ type }: WorkEvent): void =>
      void (type === 'start' && stopped.abort(new Error('stopped')));
    await expect(update({ signal: stopped.signal, emit })).rejects.toMatchObject({
      cause: { message: 'stopped' },
    });
    expect(state()).toEqual(before);
  });

  it('clears away what a killed update left, and nothing else', async () => {
    await publishVersion('1.1.0');
    for (const name of ['gpu-setup.0123456789ab.new', 'gpu-setup.new', 'other.0123456789ab.new']) {
      writeFileSync(join(dir, 'home/.local/bin', name), 'half');
    }
    await update();
    expect(readdirSync(join(dir, 'home/.local/bin')).sort()).toEqual([
      'gpu-setup',
      'gpu-setup.new',
      'other.0123456789ab.new',
    ]);
  });

  it.runIf(hasPrograms('gpg', 'gpgconf'))('takes what gpg has signed', async () => {
    const gpg = (...args: string[]): string =>
      execFileSync(
        'gpg',
        ['--homedir', join(dir, 'gnupg'), '--batch', '--yes', '--passphrase', '', ...args],
        {
          encoding: 'utf8',
          timeout: 60_000,
          stdio: ['ignore', 'pipe', 'ignore'],
        },
      );
    mkdirSync(join(dir, 'gnupg'), { mode: 0o700 });
    onTestFinished(() => void execFileSync('gpgconf', ['--homedir', join(dir, 'gnupg'), '--kill', 'all']));
    gpg('--quick-generate-key', 'releases', 'ed25519', 'sign', '1y');
    await publishVersion('1.1.0');
    gpg(
      '--armor',
      '--detach-sign',
      '--output',
      join(release, 'release.json.asc'),
      join(release, 'release.json'),
    );
    expect(await update({ keys: [gpg('--armor', '--export', 'releases')] })).toMatchObject({
      after: '1.1.0',
    });
  });

  it('has no key for releases yet, says so, and takes none unchecked', async () => {
    expect(RELEASE_KEYS).toEqual([]);
    await publishVersion('1.1.0');
    await expect(update({ keys: RELEASE_KEYS })).rejects.toMatchObject({ code: 'no-release-key' });
  });

  it('replaces nothing but what self install has written', async () => {
    await publishVersion('1.1.0');
    writeFileSync(places.program, 'of another');
    await expect(update()).rejects.toMatchObject({ code: 'foreign-file' });
    expect(readFileSync(places.program, 'utf8')).toBe('of another');
    rmSync(places.record);
    await expect(update()).rejects.toMatchObject({ code: 'self-not-installed' });
  });

  it('leaves the link to a clone to git', async () => {
    await publishVersion('1.1.0');
    mkdirSync(join(dir, 'clone'));
    writeFileSync(join(dir, 'clone/gpu-setup'), '');
    const program = { kind: 'clone', path: join(dir, 'clone/gpu-setup') } as const;
    await installSelf({
      program,
      version: '1.0.0',
      companions: { bash: '', zsh: '', fish: '', man: '' },
      places,
      dryRun: false,
    });
    await expect(update()).rejects.toMatchObject({ code: 'self-is-a-link' });
  });

  it('writes into no folder that others may write to', async () => {
    await publishVersion('1.1.0');
    chmodSync(join(dir, 'home/.local/bin'), 0o777);
    await expect(update()).rejects.toMatchObject({ code: 'self-folder-unsafe' });
  });

  it('holds a release against the published schema', async () => {
    await publishVersion('1.1.0');
    const validate = validatorFor('release');
    expect(
      validate(JSON.parse(readFileSync(join(release, 'release.json'), 'utf8'))),
      JSON.stringify(validate.errors),
    ).toBe(true);
    expect(existsSync(places.program)).toBe(true);
  });
});

async function serving(folder: string): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const server: Server = createServer(({ url, headers }, answer) => {
    const { pathname } = new URL(url!, 'http://x');
    asked.push(pathname);
    if (headers.authorization === undefined) answer.writeHead(401).end();
    else answer.end(readFileSync(join(folder, pathname.replace('/r/', ''))));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, asked };
}
