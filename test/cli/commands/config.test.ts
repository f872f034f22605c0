import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { command as config } from '../../../src/cli/commands/config.ts';
import type { Outcome } from '../../../src/cli/command.ts';
import { readConfiguration } from '../../../src/config/read-configuration.ts';
import { commandContext } from '../../support/context.ts';
import { validatorFor } from '../../support/schema.ts';
import { tempDir } from '../../support/temp-dir.ts';

const validate = validatorFor('config');

let dir: string;
let file: string;
beforeEach(() => {
  dir = tempDir();
  mkdirSync(join(dir, 'config'));
  file = join(dir, 'config', 'config.yaml');
});

async function call(args: readonly string[], more: Record<string, string> = {}): Promise<Outcome> {
  const env = { HOME: dir, GPU_SETUP_CONFIG: join(dir, 'config'), ...more };
  const configuration = await readConfiguration(env, 1000);
  const outcome = await config.run(args, {}, commandContext(dir, { env, configuration }));
  expect(validate(outcome.json), JSON.stringify(validate.errors)).toBe(true);
  return outcome;
}

const shown = ({ text }: Outcome): string => text!(commandContext(dir).stdout);

describe('config', () => {
  it('sets, gets and takes away, and says what the file says now', async () => {
    const set = await call(['set', 'home', '/data/gpu-setup']);
    expect(set).toMatchObject({ exitCode: 0, json: { path: file, changed: true } });
    expect(shown(set)).toBe(`home: /data/gpu-setup (changed, in ${file})\n`);
    expect((await call(['set', 'home', '/data/gpu-setup'])).json).toMatchObject({ changed: false });
    expect(shown(await call(['get', 'home']))).toBe('/data/gpu-setup\n');
    expect(shown(await call(['unset', 'home']))).toBe(`home is not set (changed, in ${file})\n`);
    expect((await call(['unset', 'home'])).json).toMatchObject({ changed: false });
  });

  it('takes several values with commas or as words, and prints them one a line', async () => {
    await call(['set', 'components', 'compiler,libraries', 'cudnn']);
    expect(shown(await call(['get', 'components']))).toBe('compiler\nlibraries\ncudnn\n');
  });

  it('knows the sources that a mirror can be given for', async () => {
    await call(['set', 'mirrors.debian-bookworm', 'https://mirror.example.com/debian/']);
    expect(shown(await call(['list']))).toMatch(/^mirrors.debian-bookworm +file +https:/m);
    await expect(
      call(['set', 'mirrors.debian-bookwurm', 'https://mirror.example.com/']),
    ).rejects.toMatchObject({
      code: 'unknown-setting',
      exitCode: 2,
      hint: expect.stringMatching(/mirrors.debian-bookworm/) as string,
    });
  });

  it('says which variable of the environment wins over the file', async () => {
    const variable = { GPU_SETUP_HOME: '/elsewhere' };
    const set = await call(['set', 'home', '/data/gpu-setup'], variable);
    expect(set.hints).toEqual(['GPU_SETUP_HOME is set in the environment, and wins over the file']);
    // What was written is in the file all the same.
    expect(shown(set)).toMatch(/^home: \/data\/gpu-setup \(changed, /);
    expect(shown(await call(['unset', 'home'], variable))).toMatch(/^home is not set \(changed, /);
    await call(['set', 'home', '/data/gpu-setup'], variable);
    expect(shown(await call(['get', 'home'], variable))).toBe('/elsewhere\n');
    expect(shown(await call(['list'], variable))).toMatch(/^home +GPU_SETUP_HOME +\/elsewhere$/m);
  });

  it.each<[readonly string[], string, RegExp]>([
    [['set', 'hom', '/x'], 'unknown-setting', /did you mean home/],
    [['set', 'home', 'relative'], 'bad-setting', /absolute path/],
    [['set', 'colour', 'alwys'], 'bad-setting', /did you mean always/],
    [['set', 'licences', 'nvidia-cud'], 'bad-setting', /did you mean nvidia-cuda/],
    [['set', 'home', '/a', '/b'], 'unexpected-argument', /no argument "\/b"/],
    [['set', 'home'], 'missing-argument', /needs a value/],
    [['get'], 'missing-argument', /needs a key/],
    [['list', 'home'], 'unexpected-argument', /no argument "home"/],
  ])('%j is a usage error, and nothing is written', async (args, code, said) => {
    const thrown = (await call(args).catch((error: unknown) => error)) as Error & { hint?: string };
    expect(thrown).toMatchObject({ code, exitCode: 2 });
    expect(`${thrown.message} ${thrown.hint}`).toMatch(said);
    expect(() => readFileSync(file)).toThrow('ENOENT');
  });

  it('lists what is wrong with a bad file, refuses to get from it, and can take away what is wrong', async () => {
    writeFileSync(file, 'colour: never\nhoem: /data\n');
    const list = await call(['list']);
    expect(list).toMatchObject({ exitCode: 1, json: { problem: { code: 'bad-config' } } });
    expect(shown(list)).toContain(
      `cannot be used: ${file}:2: hoem: there is no such setting; did you mean home?`,
    );
    await expect(call(['get', 'colour'])).rejects.toMatchObject({ code: 'bad-config' });
    await call(['unset', 'hoem']);
    expect(shown(await call(['get', 'colour']))).toBe('never\n');
  });

  it('names the file where there is none yet', async () => {
    expect(shown(await call(['path']))).toBe(`${file}\n`);
    await expect(call(['get', 'components'])).rejects.toMatchObject({ code: 'setting-not-set', exitCode: 1 });
  });
});
