/** `env NAME` and `env --off` as people use them: in the shells themselves, which quote and export each in their way. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasPrograms } from '../support/has-programs.ts';
import { installFake } from '../support/prefix.ts';
import { bundledProgram } from '../support/program.ts';
import { sharedTempDir, tempDir } from '../support/temp-dir.ts';

const [node, script] = bundledProgram();
const home = join(sharedTempDir(), `it's a "home"`);
beforeAll(async () => {
  await installFake(home, 'cuda9');
  await installFake(home, 'cuda10');
});

interface Shell {
  name: string;
  /** Before anything else. */
  strict: string;
  /** Runs what a call of gpu-setup prints. */
  evaluate(args: string): string;
}

const posix = (format: string) => (args: string) =>
  `eval "$("$NODE" "$SCRIPT" env ${args} --format ${format})"`;
const SHELLS: readonly Shell[] = [
  { name: 'dash', strict: 'set -eu', evaluate: posix('sh') },
  { name: 'bash', strict: 'set -eu -o pipefail', evaluate: posix('bash') },
  { name: 'zsh', strict: 'setopt err_exit no_unset', evaluate: posix('zsh') },
  { name: 'fish', strict: '', evaluate: (args) => `$NODE $SCRIPT env ${args} --format fish | source` },
];

/** @param calls arguments of `env`, one after the other. @returns the environment before the first and after each */
function environments(
  { name, strict, evaluate }: Shell,
  env: Readonly<Record<string, string>>,
  calls: readonly string[],
): Record<string, string>[] {
  const folder = tempDir();
  const lines = [strict, `env -0 > 0`];
  for (const [at, call] of calls.entries()) lines.push(evaluate(call), `env -0 > ${at + 1}`);
  const done = spawnSync(name, ['-c', lines.join('\n')], {
    cwd: folder,
    env: {
      HOME: folder,
      NODE: node,
      SCRIPT: script,
      GPU_SETUP_HOME: home,
      ...env,
    },
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect(done.stderr.replaceAll(/^hint: this shell uses no prefix.*\n/gm, '')).toBe('');
  expect(done.status).toBe(0);
  expect(existsSync(join(folder, 'pwned'))).toBe(false);
  return [...calls.keys(), calls.length].map((at) =>
    variables(readFileSync(join(folder, String(at)), 'utf8')),
  );
}

/** Of `env -0`, without what shells count for themselves. */
function variables(text: string): Record<string, string> {
  const pairs = text.split('\0').filter((pair) => pair !== '' && !/^(_|SHLVL|OLDPWD|PWD)=/.test(pair));
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
}

/** Spaces, quotes and commands; set and empty; not set at all (LD_LIBRARY_PATH and others); another toolkit's. */
const ENV = {
  PATH: `/a b/it's "c":${process.env['PATH']!}`,
  CUDA_HOME: `it's "$(touch pwned)" \`touch pwned\` \\ \\' $x`,
  CMAKE_PREFIX_PATH: '/i n/c',
  CPATH: '',
  CUDACXX: '/usr/local/cuda/bin/nvcc',
};

describe.each(SHELLS)('$name', (shell) => {
  it.runIf(hasPrograms(shell.name))(`leaves two prefixes, and then none, for what was there before`, () => {
    const [before, , inside, after, again] = environments(shell, ENV, ['cuda9', 'cuda10', '--off', '--off']);
    const prefix = join(home, 'prefixes/cuda10');
    expect(before).toMatchObject(ENV);
    expect(inside).toMatchObject({ CUDA_HOME: prefix, CUDACXX: `${prefix}/bin/nvcc` });
    expect(inside!['PATH']).toBe(`${prefix}/bin:${before!['PATH']!}`);
    expect(JSON.stringify({ ...inside, GPU_SETUP_ENV_UNDO: '' })).not.toContain('cuda9');
    expect(after).toEqual(before);
    expect(again).toEqual(before);
  });
});
