/** `env --format modulefile` in the module systems themselves, and `env` in direnv's .envrc as the guide has it. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasPrograms } from '../support/has-programs.ts';
import { installFake } from '../support/prefix.ts';
import { bundledProgram } from '../support/program.ts';
import { sharedTempDir, tempDir } from '../support/temp-dir.ts';

const [node, script] = bundledProgram();
const home = join(sharedTempDir(), `it's a $HOME [x] {y`);
beforeAll(async () => {
  await installFake(home, 'cuda9');
  await installFake(home, 'cuda10');
});

/** Debian's packages of the two exclude each other: on one machine, one of them is tested. */
const SYSTEMS = [
  { name: 'Lmod', file: '/usr/share/lmod/lmod/libexec/lmod' },
  {
    name: 'Environment Modules',

    file: '/usr/lib/x86_64-linux-gnu/modulecmd.tcl',
  },
].map((one) => ({ ...one, there: existsSync(one.file) }));

function inShell(lines: readonly string[], env: Record<string, string>, cwd: string): string {
  const done = spawnSync('bash', ['-c', lines.join('\n')], {
    cwd,
    env: { PATH: '/usr/bin:/bin', HOME: cwd, GPU_SETUP_HOME: home, NODE: node, SCRIPT: script, ...env },
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect(done.status, done.stderr).toBe(0);
  return done.stdout;
}

describe.each(SYSTEMS)('$name', ({ file, there }) => {
  it.runIf(there)('loads, never two at once, and unloads without a trace', () => {
    const dir = tempDir();
    mkdirSync(join(dir, 'modules/cuda'), { recursive: true });
    mkdirSync(join(dir, 'modules/other'));
    const call = file.endsWith('.tcl') ? `tclsh ${file}` : file;
    const out = inShell(
      [
        'for to in cuda/9 cuda/10 other/9; do "$NODE" "$SCRIPT" env cuda${to#*/} --format modulefile > modules/$to; done',
        `ml() { eval "$(${call} bash "$@" 2>> complaints)" || :; }`,
        'seen() { echo "$1 CUDA_HOME=$CUDA_HOME LD=$LD_LIBRARY_PATH PATH=$PATH"; }',
        'seen before; ml load cuda/10; seen loaded',
        'ml load cuda/9; seen second; ml load other/9; seen third',
        'ml unload other/9; ml unload cuda/9; ml unload cuda/10; seen after',
      ],
      { MODULEPATH: join(dir, 'modules'), LD_LIBRARY_PATH: '/before' },
      dir,
    );
    const lines = Object.fromEntries(
      out
        .trim()
        .split('\n')
        .map((line) => [line.split(' ', 1)[0]!, line.slice(line.indexOf(' '))]),
    );
    const ten = join(home, 'prefixes/cuda10');
    expect(lines['loaded']).toBe(` CUDA_HOME=${ten} LD=${ten}/lib64:/before PATH=${ten}/bin:/usr/bin:/bin`);
    for (const when of ['second', 'third']) {
      const names = ['cuda9', 'cuda10'].filter((name) => lines[when]!.includes(`prefixes/${name}/`));
      expect(names, when).toHaveLength(1);
      expect(readFileSync(join(dir, 'complaints'), 'utf8')).toMatch(/conflict|reloaded|replacing/);
    }
    expect(lines['after']).toBe(lines['before']);
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
    expect(inShell(['direnv allow . && direnv exec . printenv CUDA_HOME'], env, dir)).toBe(`${home10}\n`);
    writeFileSync(join(dir, 'gpu-setup.yaml'), 'prefix: nothing\n');
    expect(inShell(['direnv exec . true && echo went on || echo stopped'], env, dir)).toBe('stopped\n');
  });
});
