/** A shell that works with the modulefiles of two prefixes, whichever module system it has. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { bundledProgram } from './program.ts';

const [node, script] = bundledProgram();

export interface Places {
  /** Home of gpu-setup, with the prefixes cuda9 and cuda10. */
  home: string;
  /** The shell's own folder. */
  dir: string;
}

/** What a script in bash prints; $NODE "$SCRIPT" is the program. */
export function inShell(
  lines: readonly string[],
  env: Record<string, string>,
  { home, dir }: Places,
): string {
  const done = spawnSync('bash', ['-c', lines.join('\n')], {
    cwd: dir,
    env: { PATH: '/usr/bin:/bin', HOME: dir, GPU_SETUP_HOME: home, NODE: node, SCRIPT: script, ...env },
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect(done.status, done.stderr).toBe(0);
  return done.stdout;
}

/**
 * Loads one, sees that a second and a third never join it, unloads, and finds everything as it was.
 *
 * @param call command line that prints what the shell is to carry out, without its arguments
 * @param before variables that were there before
 */
export function expectModulesToWork(call: string, places: Places, before: Record<string, string> = {}): void {
  const { home, dir } = places;
  mkdirSync(join(dir, 'modules/cuda'), { recursive: true });
  mkdirSync(join(dir, 'modules/other'));
  const out = inShell(
    [
      'for to in cuda/9 cuda/10 other/9; do "$NODE" "$SCRIPT" env cuda${to#*/} --format modulefile > modules/$to; done',
      `ml() { eval "$(${call} bash "$@" 2>> complaints)" || :; }`,
      'seen() { echo "$1 CUDA_HOME=$CUDA_HOME LD=$LD_LIBRARY_PATH PATH=$PATH"; }',
      'seen before; ml load cuda/10; seen loaded',
      'ml load cuda/9; seen second; ml load other/9; seen third',
      'ml unload other/9; ml unload cuda/9; ml unload cuda/10; seen after',
    ],
    { MODULEPATH: join(dir, 'modules'), LD_LIBRARY_PATH: '/before', ...before },
    places,
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
}
