import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { installSelf, uninstallSelf } from '../../src/self/install-self.ts';
import { COMPANIONS, places as placesOf, type Places } from '../../src/self/places.ts';
import type { RunningProgram } from '../../src/self/running-program.ts';
import { walkTree } from '../../src/base/files/tree.ts';
import { tempDir } from '../support/temp-dir.ts';

let dir: string;
let places: Places;
let program: RunningProgram;
beforeEach(() => {
  dir = tempDir();
  mkdirSync(join(dir, 'home'));
  places = placesOf({ HOME: join(dir, 'home') }, 1000);
  program = { kind: 'executable', path: join(dir, 'downloaded') };
  writeFileSync(program.path, 'program 1');
});

const companions = { bash: 'for bash', zsh: 'for zsh', fish: 'for fish', man: '.TH' };
const install = (more: Partial<Parameters<typeof installSelf>[0]> = {}) =>
  installSelf({ program, version: '0.1.0', companions, places, dryRun: false, ...more });

const files = async (): Promise<string[]> =>
  (await walkTree(join(dir, 'home'))).filter(({ type }) => type !== 'dir').map(({ path }) => path);

const ALL = [
  '.config/fish/completions/gpu-setup.fish',
  '.local/bin/gpu-setup',
  '.local/share/bash-completion/completions/gpu-setup',
  '.local/share/man/man1/gpu-setup.1',
  '.local/share/zsh/site-functions/_gpu-setup',
  '.local/state/gpu-setup/self.json',
];

describe('self install', () => {
  it.each([0o000, 0o022, 0o077])(
    'puts program, completions and manual page in their places (umask %o)',
    async (mask) => {
      const before = process.umask(mask);
      onTestFinished(() => void process.umask(before));
      const written = await install();
      expect(written.map(({ path, changed }) => [path, changed])).toEqual([
        [places.program, true],
        ...COMPANIONS.map((name) => [places.companions[name], true]),
      ]);
      expect(await files()).toEqual(ALL);
      expect(readFileSync(places.program, 'utf8')).toBe('program 1');
      expect(statSync(places.program).mode & 0o7777).toBe(0o755);
      expect(statSync(places.companions.man).mode & 0o7777).toBe(0o644);
      expect(statSync(join(dir, 'home/.local')).mode & 0o7777).toBe(0o700);
      expect(statSync(places.record).mode & 0o7777).toBe(0o600);
    },
  );

  it('makes folders of the system that all can enter', async () => {
    await install({ places: { ...places, folderMode: 0o755 } });
    expect(statSync(join(dir, 'home/.local/share/man/man1')).mode & 0o7777).toBe(0o755);
    expect(statSync(places.record).mode & 0o7777).toBe(0o644);
  });

  it('changes nothing the second time, and only what is another the next', async () => {
    await install();
    expect((await install()).some(({ changed }) => changed)).toBe(false);
    writeFileSync(program.path, 'program 2');
    const again = await install({ version: '0.2.0' });
    expect(again.filter(({ changed }) => changed).map(({ path }) => path)).toEqual([places.program]);
    expect(readFileSync(places.program, 'utf8')).toBe('program 2');
  });

  it('says with dryRun what it would write, and writes nothing', async () => {
    expect((await install({ dryRun: true })).every(({ changed }) => changed)).toBe(true);
    expect(await files()).toEqual([]);
  });

  it('links to the launcher of a clone, and gives way to an executable and back', async () => {
    mkdirSync(join(dir, 'clone'));
    writeFileSync(join(dir, 'clone/gpu-setup'), '');
    const clone: RunningProgram = { kind: 'clone', path: join(dir, 'clone/gpu-setup') };
    expect((await install({ program: clone }))[0]).toMatchObject({ target: clone.path });
    expect(readlinkSync(places.program)).toBe(clone.path);
    await install();
    expect(lstatSync(places.program).isFile()).toBe(true);
    await install({ program: clone });
    expect(lstatSync(places.program).isSymbolicLink()).toBe(true);
  });

  it('links to no clone that others can change', async () => {
    mkdirSync(join(dir, 'clone'));
    writeFileSync(join(dir, 'clone/gpu-setup'), '');
    chmodSync(join(dir, 'clone'), 0o777);
    const clone: RunningProgram = { kind: 'clone', path: join(dir, 'clone/gpu-setup') };
    await expect(install({ program: clone })).rejects.toMatchObject({ code: 'self-folder-unsafe' });
    expect(await files()).toEqual([]);
  });

  it('leaves to a package manager what that has put somewhere', async () => {
    await expect(install({ program: { kind: 'package', path: '/x' } })).rejects.toMatchObject({
      code: 'self-not-possible',
    });
  });

  it.each<[string, (path: string) => void]>([
    ['a file', (path) => writeFileSync(path, 'of another')],
    ['a link', (path) => symlinkSync('/bin/true', path)],
    ['a link that leads nowhere', (path) => symlinkSync('/nowhere', path)],
    ['a folder', (path) => mkdirSync(path)],
  ])('replaces nothing that is not its own: %s', async (_, make) => {
    mkdirSync(join(dir, 'home/.local/share/man/man1'), { recursive: true });
    make(places.companions.man);
    await expect(install()).rejects.toMatchObject({
      code: 'foreign-file',
      message: expect.stringContaining(places.companions.man) as string,
    });
    expect(existsSync(places.program)).toBe(false);
    expect(existsSync(places.record)).toBe(false);
  });

  it('replaces nothing that was changed since', async () => {
    await install();
    writeFileSync(places.companions.bash, 'mine now');
    await expect(install({ companions: { ...companions, bash: 'newer' } })).rejects.toMatchObject({
      code: 'foreign-file',
    });
    expect(readFileSync(places.companions.bash, 'utf8')).toBe('mine now');
  });

  it('takes for its own what is the same, whoever put it there', async () => {
    mkdirSync(join(dir, 'home/.local/bin'), { recursive: true });
    writeFileSync(places.program, 'program 1');
    expect((await install())[0]).toMatchObject({ changed: false });
  });

  it.each<[string, (path: string) => void]>([
    ['a link that leads nowhere', (path) => symlinkSync('/nowhere/at/all', path)],
    ['a file', (path) => writeFileSync(path, '')],
    ['a link to itself', (path) => symlinkSync('.local', path)],
  ])('says what is in the way where a folder should be: %s', async (_, make) => {
    make(join(dir, 'home/.local'));
    const thrown = (await install().catch((error: unknown) => error)) as { code: string; hint: string };
    expect(['self-not-written', 'self-folder-unsafe']).toContain(thrown.code);
    expect(thrown.hint).toMatch(/./);
  });

  it('writes into no folder that others may write to', async () => {
    mkdirSync(join(dir, 'home/.local/bin'), { recursive: true });
    chmodSync(join(dir, 'home/.local/bin'), 0o777);
    await expect(install()).rejects.toMatchObject({
      code: 'self-folder-unsafe',
      message: expect.stringContaining('.local/bin may be written to by everybody') as string,
    });
    expect(await files()).toEqual([]);
  });
});

describe('self uninstall', () => {
  it('removes what self install has written and the folders it made, and nothing else', async () => {
    mkdirSync(join(dir, 'home/.local/share/gpu-setup/prefixes'), { recursive: true });
    mkdirSync(join(dir, 'home/.config'));
    await install();
    writeFileSync(join(dir, 'home/.local/bin/other'), '');
    const { removed, kept } = await uninstallSelf(places, false);
    expect(removed.sort()).toEqual([places.program, ...Object.values(places.companions)].sort());
    expect(kept).toEqual([]);
    expect((await walkTree(join(dir, 'home'))).map(({ path }) => path)).toEqual([
      '.config',
      '.local',
      '.local/bin',
      '.local/bin/other',
      '.local/share',
      '.local/share/gpu-setup',
      '.local/share/gpu-setup/prefixes',
    ]);
  });

  it('keeps what was changed since, and passes over what is gone', async () => {
    await install();
    writeFileSync(places.companions.bash, 'mine now');
    rmSync(places.companions.man);
    expect(await uninstallSelf(places, true)).toMatchObject({ kept: [places.companions.bash] });
    const { removed, kept } = await uninstallSelf(places, false);
    expect(removed).not.toContain(places.companions.man);
    expect(kept).toEqual([places.companions.bash]);
    expect(readFileSync(places.companions.bash, 'utf8')).toBe('mine now');
    expect(existsSync(places.record)).toBe(false);
  });

  it('finds everything again where an install was stopped half-way', async () => {
    await install();
    // The record is written before the files: what it holds then, and the files of before.
    const record = JSON.parse(readFileSync(places.record, 'utf8')) as { files: object[] };
    record.files.push({ path: places.program, sha256: '0'.repeat(64) });
    writeFileSync(places.record, JSON.stringify(record));
    expect((await uninstallSelf(places, false)).kept).toEqual([]);
    expect(await files()).toEqual([]);
  });

  it('says that there is nothing where nothing was installed', async () => {
    await expect(uninstallSelf(places, false)).rejects.toMatchObject({
      code: 'self-not-installed',
      exitCode: 1,
    });
  });

  it.each([['nonsense'], ['{"format":"gpu-setup/self-record@1"}'], ['null'], ['']])(
    'removes nothing by a record that is damaged: %j',
    async (text) => {
      await install();
      writeFileSync(places.record, text);
      await expect(uninstallSelf(places, false)).rejects.toMatchObject({ code: 'self-record-damaged' });
      await expect(install()).rejects.toMatchObject({ code: 'self-record-damaged' });
      expect(existsSync(places.program)).toBe(true);
    },
  );

  it('removes nothing by a record that others could have written', async () => {
    await install();
    chmodSync(join(dir, 'home/.local/state/gpu-setup'), 0o777);
    await expect(uninstallSelf(places, false)).rejects.toMatchObject({ code: 'self-folder-unsafe' });
  });
});

describe('the places', () => {
  it('are the system’s for root, whatever HOME says', () => {
    expect(placesOf({ HOME: '/home/me' }, 0)).toMatchObject({
      program: '/usr/local/bin/gpu-setup',
      folderMode: 0o755,
    });
  });

  it('follow XDG, relative paths aside', () => {
    const env = {
      HOME: '/me',
      XDG_DATA_HOME: '/data',
      XDG_CONFIG_HOME: 'relative',
      XDG_STATE_HOME: '/state',
    };
    expect(placesOf(env, 1000)).toMatchObject({
      program: '/me/.local/bin/gpu-setup',
      record: '/state/gpu-setup/self.json',
      companions: {
        zsh: '/data/zsh/site-functions/_gpu-setup',
        fish: '/me/.config/fish/completions/gpu-setup.fish',
      },
    });
    expect(() => placesOf({}, 1000)).toThrow('HOME names no absolute folder');
  });
});
