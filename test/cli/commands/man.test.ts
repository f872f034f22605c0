import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../src/cli/all-commands.ts';
import { command as man } from '../../../src/cli/commands/man.ts';
import { SETTINGS } from '../../../src/config/settings.ts';
import { commandContext } from '../../support/context.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import { validatorFor } from '../../support/schema.ts';
import { sharedTempDir } from '../../support/temp-dir.ts';

const dir = sharedTempDir();
const file = join(dir, 'gpu-setup.1');
let page: string;
beforeAll(async () => {
  const context = commandContext(dir);
  const { json, text } = await man.run([], {}, context);
  const validate = validatorFor('man');
  expect(validate(json), JSON.stringify(validate.errors)).toBe(true);
  page = text!(context.stdout);
  writeFileSync(file, page);
}, 60_000);

/** What man shows, and what it complains of. */
function shown(columns: number): { stdout: string; stderr: string } {
  const { stdout, stderr, status } = spawnSync('man', ['--warnings=w', '-l', file], {
    encoding: 'utf8',
    timeout: 60_000,
    env: {
      PATH: process.env['PATH'],
      HOME: dir,
      LC_ALL: 'C.UTF-8',
      MANWIDTH: String(columns),
      MANPAGER: 'cat',
      MAN_KEEP_FORMATTING: '',
    },
  });
  expect(status).toBe(0);
  return { stdout: stdout.replace(/.\u0008/g, ''), stderr };
}

describe('the manual page', () => {
  it('has every command with its flags, every setting, and nothing that was left to be filled in', async () => {
    for (const { name, load } of COMMANDS) {
      expect(page).toContain(`.SS "${name}"`);
      for (const { flags } of (await load()).options ?? []) {
        const long = /--[a-z-]+/.exec(flags)![0];
        expect(page).toContain(`\\fB${long.replaceAll('-', '\\-')}\\fR`);
      }
    }
    for (const { key } of SETTINGS) expect(page).toContain(`\\fB${key}\\fR`);
    expect(page).not.toMatch(/undefined|\[object/);
  });

  it('is plain ASCII, and its lines begin no request that is not of the man macros', () => {
    expect(page).toMatch(/^[\x20-\x7e\n]*$/);
    const requests = new Set([...page.matchAll(/^[.'](\S+)/gm)].map(([, name]) => name));
    expect([...requests].sort()).toEqual([
      'PP',
      'RE',
      'RS',
      'SH',
      'SS',
      'TH',
      'TP',
      '\\"',
      'ad',
      'fi',
      'nf',
      'nh',
    ]);
  });

  it.runIf(hasPrograms('man'))(
    'is shown by man at 40 and 80 columns, without a warning',
    () => {
      for (const columns of [40, 80]) {
        const { stdout, stderr } = shown(columns);
        expect(stderr).toBe('');
        expect(stdout).toMatch(/gpu-setup - makes a Linux\s+machine/);
        expect(stdout).toMatch(/^ +gpu-setup install cuda10 --dry-run$/m);
        expect(stdout).toMatch(/--accept-license/);
      }
      // Commands are to be copied, and never broken.
      const long = shown(80)
        .stdout.split('\n')
        .filter((line) => line.length > 80 && !/^ +gpu-setup /.test(line));
      expect(long).toEqual([]);
    },
    120_000,
  );

  it.runIf(hasPrograms('groff'))('is without reproach for groff', () => {
    execFileSync('groff', ['-man', '-Tutf8', '-ww', '-z', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    expect(spawnSync('groff', ['-man', '-Tutf8', '-ww', '-z', file], { encoding: 'utf8' }).stderr).toBe('');
  });
});
