import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { colourVariables, folderVariables, proxyVariables } from '../../src/config/configured-environment.ts';
import { changeSetting } from '../../src/config/edit-configuration.ts';
import { effectiveSettings, masked } from '../../src/config/effective-settings.ts';
import { readConfiguration } from '../../src/config/read-configuration.ts';
import { settingAt } from '../../src/config/settings.ts';
import { tempDir } from '../support/temp-dir.ts';

let dir: string;
let file: string;
beforeEach(() => {
  dir = tempDir();
  file = join(dir, 'config.yaml');
});
const read = () => readConfiguration({ GPU_SETUP_CONFIG: dir }, 1000);

describe('reading the file', () => {
  it('takes none for no settings, also where no folder can be named', async () => {
    expect(await read()).toMatchObject({ path: file, settings: {}, problem: null });
    expect(await readConfiguration({}, 1000)).toMatchObject({ path: null, problem: null });
    expect(await readConfiguration({ GPU_SETUP_CONFIG: 'here' }, 1000)).toMatchObject({ path: null });
    writeFileSync(join(dir, 'plain'), '');
    expect(await readConfiguration({ GPU_SETUP_CONFIG: join(dir, 'plain') }, 1000)).toMatchObject({
      problem: null,
    });
  });

  it('is read through a link, as keepers of such files have it', async () => {
    mkdirSync(join(dir, 'kept'));
    writeFileSync(join(dir, 'kept', 'mine.yaml'), 'colour: never\n');
    symlinkSync(join('kept', 'mine.yaml'), file);
    expect((await read()).settings).toMatchObject({ colour: 'never' });
    await changeSetting(file, settingAt('colour', []), 'always');
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(dir, 'kept', 'mine.yaml'), 'utf8')).toBe('colour: always\n');
  });

  it.each<[string, () => void, string, RegExp]>([
    ['a wrong type', () => writeFileSync(file, 'home: 3\n'), 'bad-config', /:1: home: expected an absolute/],
    ['a folder', () => mkdirSync(file), 'bad-config', /no ordinary file/],
    ['a fifo', () => void execFileSync('mkfifo', [file]), 'bad-config', /no ordinary file/],
    ['a device', () => symlinkSync('/dev/zero', file), 'bad-config', /no ordinary file/],
    [
      'binary',
      () => writeFileSync(file, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1])),
      'bad-config',
      /not text/,
    ],
    ['no UTF-8', () => writeFileSync(file, Buffer.from([0xff, 0xfe])), 'bad-config', /not text/],
    ['too much', () => writeFileSync(file, '#'.repeat(300_000)), 'bad-config', /KiB/],
    ['a link in a circle', () => symlinkSync(file, file), 'config-unreadable', /cannot read/],
    [
      'one that everybody may write',
      () => (writeFileSync(file, 'colour: never\n'), chmodSync(file, 0o666)),
      'config-unsafe',
      /may be written to by everybody/,
    ],
    [
      'one in a folder that everybody may write',
      () => (writeFileSync(file, 'colour: never\n'), chmodSync(dir, 0o777)),
      'config-unsafe',
      /may be written to by everybody/,
    ],
  ])('says what is wrong with %s', async (_, make, code, message) => {
    make();
    const { problem, settings } = await read();
    expect(settings).toEqual({});
    expect(problem).toMatchObject({ code, message: expect.stringMatching(message) as string });
    expect(problem!.hint).toBeDefined();
  });
});

describe('changing the file', () => {
  it('makes it for its owner alone, in one step, and says whether anything changed', async () => {
    const inner = join(dir, 'new', 'config.yaml');
    const before = process.umask(0);
    try {
      expect(await changeSetting(inner, settingAt('colour', []), 'never')).toBe(true);
    } finally {
      process.umask(before);
    }
    expect(statSync(inner).mode & 0o777).toBe(0o600);
    expect(statSync(join(dir, 'new')).mode & 0o022).toBe(0);
    expect(await changeSetting(inner, settingAt('colour', []), 'never')).toBe(false);
    expect(readdirSync(join(dir, 'new'))).toEqual(['config.yaml']);
  });

  it('makes none to take something away', async () => {
    expect(await changeSetting(file, settingAt('colour', []), null)).toBe(false);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('refuses a folder that others may write to', async () => {
    chmodSync(dir, 0o777);
    await expect(changeSetting(file, settingAt('colour', []), 'never')).rejects.toMatchObject({
      code: 'config-unsafe',
    });
    expect(readdirSync(dir)).toEqual([]);
  });
});

describe('what the environment says', () => {
  const settings = {
    home: '/h',
    cache: '/c',
    colour: 'never' as const,
    proxy: { http: 'http://p:1', no_proxy: ['a', '.b'] },
  };

  it('wins over the file; what it does not say comes from there', () => {
    expect(folderVariables(settings, { GPU_SETUP_HOME: '/mine', GPU_SETUP_CACHE: '' })).toEqual({
      GPU_SETUP_CACHE: '/c',
    });
    expect(proxyVariables(settings, {})).toEqual({ http_proxy: 'http://p:1', no_proxy: 'a,.b' });
    expect(proxyVariables(settings, { HTTP_PROXY: 'http://q:2', no_proxy: '' })).toEqual({});
    expect(colourVariables(settings, {})).toEqual({ NO_COLOR: '1' });
    expect(colourVariables(settings, { FORCE_COLOR: '1' })).toEqual({});
    expect(colourVariables({ colour: 'always' }, {})).toEqual({ FORCE_COLOR: '1' });
    expect(colourVariables({ colour: 'auto' }, {})).toEqual({});
  });

  it('is told apart from what the file says and what holds otherwise', () => {
    const rows = effectiveSettings(settings, { HOME: '/me', http_proxy: '', GPU_SETUP_CACHE: '/e' }, 1000);
    const row = (key: string) => rows.find((one) => one.key === key);
    expect(row('home')).toMatchObject({ value: '/h', from: 'file', variable: null });
    expect(row('cache')).toMatchObject({ value: '/e', from: 'environment', variable: 'GPU_SETUP_CACHE' });
    expect(row('proxy.http')).toMatchObject({ value: '', from: 'environment' });
    expect(row('proxy.https')).toMatchObject({ value: null, from: 'default' });
    expect(effectiveSettings({}, { HOME: '/me' }, 1000)[0]).toMatchObject({
      value: '/me/.local/share/gpu-setup',
      from: 'default',
    });
  });
});

it.each([
  ['http://user:word@host:3128/', 'http://***@host:3128/'],
  ['http://user:w@rd@host/', 'http://***@host/'],
  ['user:word@host:3128', '***@host:3128'],
  ['http://user:wo/rd@host', 'http://***@host'],
  ['https://host/x?token=abc', 'https://host/x?***'],
  ['http://host:1', 'http://host:1'],
  ['/a/folder?with@signs', '/a/folder?with@signs'],
])('no login is shown: %s', (text, shown) => {
  expect(masked(text)).toBe(shown);
});
