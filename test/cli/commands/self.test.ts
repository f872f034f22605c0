import { existsSync, mkdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Context, Outcome } from '../../../src/cli/command.ts';
import { command as self } from '../../../src/cli/commands/self.ts';
import { runningProgram } from '../../../src/self/running-program.ts';
import { commandContext } from '../../support/context.ts';
import { validatorFor } from '../../support/schema.ts';
import { tempDir } from '../../support/temp-dir.ts';

const validate = validatorFor('self');

let dir: string;
let launcher: string;
beforeEach(() => {
  dir = tempDir();
  launcher = join(dir, 'clone/gpu-setup');
  mkdirSync(join(dir, 'clone/src'), { recursive: true });
  for (const name of ['gpu-setup', 'package.json', 'src/main.ts'])
    writeFileSync(join(dir, 'clone', name), '');
});

async function call(
  args: readonly string[],
  options: Record<string, boolean> = {},
  env: Record<string, string> = {},
  more: Partial<Context> = {},
): Promise<{ outcome: Outcome; text: string }> {
  const context = commandContext(dir, {
    env: { HOME: dir, GPU_SETUP_LAUNCHER: launcher, PATH: '/usr/bin', ...env },
    ...more,
  });
  const outcome = await self.run(args, options, context);
  expect(validate(outcome.json), JSON.stringify(validate.errors)).toBe(true);
  return { outcome, text: outcome.text!(context.stdout) };
}

describe('self', () => {
  it('installs, says each file, and how PATH comes to know it', async () => {
    const { outcome, text } = await call(['install']);
    const bin = join(dir, '.local/bin');
    expect(readlinkSync(join(bin, 'gpu-setup'))).toBe(launcher);
    expect(text).toContain(`is installed: ${bin}/gpu-setup\n`);
    expect(text.match(/^wrote +\//gm)).toHaveLength(5);
    expect(outcome.hints).toEqual([
      expect.stringContaining(`${bin} is not on PATH`),
      `export PATH="${bin}:$PATH"`,
    ]);
    const again = await call(['install'], {}, { PATH: `/usr/bin:${bin}`, SHELL: '/usr/bin/zsh' });
    expect(again.text.match(/^as before +\//gm)).toHaveLength(5);
    expect(again.outcome.hints).toEqual([
      expect.stringContaining(`fpath+=("${dir}/.local/share/zsh/site-functions")`),
    ]);
  }, 60_000);

  it('says which other one PATH finds first', async () => {
    mkdirSync(join(dir, 'other'));
    writeFileSync(join(dir, 'other/gpu-setup'), '', { mode: 0o755 });
    const { outcome } = await call(['install'], {}, { PATH: `${dir}/other:${dir}/.local/bin` });
    expect(outcome.hints).toEqual([`PATH finds another one first: ${dir}/other/gpu-setup`]);
  }, 60_000);

  it('uninstalls what it wrote; shows it with --dry-run', async () => {
    await call(['install']);
    const shown = await call(['uninstall'], { dryRun: true });
    expect(shown.text).toMatch(/^Nothing was removed\.\nwould remove +\//);
    expect(existsSync(launcher)).toBe(true);
    const { outcome, text } = await call(['uninstall']);
    expect(outcome).toMatchObject({ exitCode: 0, json: { changed: true } });
    expect(text.match(/^removed +\//gm)).toHaveLength(5);
    expect(existsSync(join(dir, '.local'))).toBe(false);
    expect(existsSync(launcher)).toBe(true);
  }, 60_000);

  it('says that it can check no release yet', async () => {
    await call(['install']);
    await expect(call(['update', dir])).rejects.toMatchObject({ code: 'self-is-a-link' });
  }, 60_000);

  it.each<[readonly string[], Record<string, boolean>, string]>([
    [['update'], {}, 'missing-argument'],
    [['install', 'x'], {}, 'unexpected-argument'],
    [['uninstall'], { allowDowngrade: true }, 'option-without-effect'],
  ])('%j is a usage error', async (args, options, code) => {
    await expect(call(args, options)).rejects.toMatchObject({ code, exitCode: 2 });
  });
});

describe('what is running', () => {
  it('is a clone where its launcher says so, or where its build lies in it', () => {
    const main = join(dir, 'clone/dist/main.js');
    expect(runningProgram({}, ['node', main])).toEqual({ kind: 'clone', path: launcher });
    expect(
      runningProgram({ GPU_SETUP_LAUNCHER: launcher }, ['node', '/cache/launcher/1/dist/main.js']),
    ).toEqual({
      kind: 'clone',
      path: launcher,
    });
  });

  it('is a package of npm’s where there are no sources, whatever a variable says', () => {
    const script = join(dir, 'lib/node_modules/gpu-setup/dist/main.js');
    mkdirSync(dirname(script), { recursive: true });
    for (const variable of [undefined, '/nowhere/gpu-setup', 'gpu-setup', script]) {
      expect(runningProgram({ GPU_SETUP_LAUNCHER: variable }, ['node', script])).toMatchObject({
        kind: 'package',
      });
    }
  });

  it('is the executable where it runs itself', () => {
    expect(runningProgram({ GPU_SETUP_LAUNCHER: launcher }, ['/opt/gpu-setup-linux-x64'])).toEqual({
      kind: 'executable',
      path: '/opt/gpu-setup-linux-x64',
    });
  });
});
