/** `env --format modulefile` in the module systems themselves, and `env` in direnv's .envrc as the guide has it. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasPrograms } from '../support/has-programs.ts';
import { installFake } from '../support/prefix.ts';
import { expectModulesToWork, inShell } from '../support/module-shell.ts';
import { sharedTempDir, tempDir } from '../support/temp-dir.ts';

const home = join(sharedTempDir(), `it's a $HOME [x] {y`);
beforeAll(async () => {
  await installFake(home, 'cuda9');
  await installFake(home, 'cuda10');
});

const LMOD = '/usr/share/lmod/lmod/libexec/lmod';

// Environment Modules: test/e2e/environment-modules.test.ts, since Debian's packages of the two exclude each other.
describe('Lmod', () => {
  it.runIf(existsSync(LMOD))('loads, never two at once, and unloads without a trace', () => {
    expectModulesToWork(LMOD, { home, dir: tempDir() });
  });
});

describe('direnv', () => {
  it.runIf(hasPrograms('direnv'))('takes the lines of the guide, and fails where env fails', () => {
    const dir = tempDir();
    const guide = readFileSync(join(import.meta.dirname, '../../docs/guide/use.md'), 'utf8');
    const lines = /^    watch_file[^]*?\n\n/m.exec(guide)![0].replaceAll(/^ {4}/gm, '');
    writeFileSync(join(dir, '.envrc'), lines);
    writeFileSync(join(dir, 'gpu-setup.yaml'), 'prefix: cuda10\n');
    mkdirSync(join(dir, 'bin'));
    writeFileSync(join(dir, 'bin/gpu-setup'), '#!/bin/sh\nexec "$NODE" "$SCRIPT" "$@"\n', { mode: 0o755 });
    const env = { PATH: `${dir}/bin:/usr/bin:/bin`, XDG_DATA_HOME: `${dir}/data` };
    const home10 = join(home, 'prefixes/cuda10');
    expect(inShell(['direnv allow . && direnv exec . printenv CUDA_HOME'], env, { home, dir })).toBe(
      `${home10}\n`,
    );
    writeFileSync(join(dir, 'gpu-setup.yaml'), 'prefix: nothing\n');
    expect(inShell(['direnv exec . true && echo went on || echo stopped'], env, { home, dir })).toBe(
      'stopped\n',
    );
  });
});
