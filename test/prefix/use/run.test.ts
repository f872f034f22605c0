import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../../../src/prefix/use/run.ts';
import { tempDir } from '../../support/temp-dir.ts';

const PATH = '/usr/bin:/bin';

function run(argv: readonly string[], env: Record<string, string> = { PATH }, cwd = '/'): Promise<number> {
  return runProgram({ argv, env, cwd });
}

describe('runProgram', () => {
  it.each([0, 1, 42, 125, 255])("passes the child's exit code %i through", async (code) => {
    expect(await run(['sh', '-c', `exit ${code}`])).toBe(code);
  });

  it('says by which signal the child ended, as shells do', async () => {
    expect(await run(['sh', '-c', 'kill -9 $$'])).toBe(137);
  });

  it('finds programs on the PATH of the new environment, and those with a slash from the working directory', async () => {
    const folder = tempDir();
    writeFileSync(join(folder, 'tool'), '#!/bin/sh\nexit 7\n', { mode: 0o755 });
    expect(await run(['tool'], { PATH: `${folder}:${PATH}` })).toBe(7);
    expect(await run(['./tool'], { PATH }, folder)).toBe(7);
  });

  it('passes over a file on PATH that may not be executed when there is one behind it that may', async () => {
    const folder = tempDir();
    for (const name of ['first', 'second']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'first/tool'), '');
    writeFileSync(join(folder, 'second/tool'), '#!/bin/sh\nexit 5\n', { mode: 0o755 });
    expect(await run(['tool'], { PATH: `${folder}/first:${folder}/second` })).toBe(5);
  });

  it('fails with 127 for what is not there and 126 for what cannot be executed', async () => {
    const folder = tempDir();
    writeFileSync(join(folder, 'data'), 'x');
    writeFileSync(join(folder, 'lost'), '#!/no/such/interpreter\n', { mode: 0o755 });
    mkdirSync(join(folder, 'folder'));
    await expect(run(['nvc'])).rejects.toMatchObject({ exitCode: 127, hint: 'did you mean nvcc?' });
    await expect(run(['./nothing'], { PATH }, folder)).rejects.toMatchObject({ exitCode: 127 });
    for (const name of ['data', 'lost', 'folder']) {
      await expect(run([`./${name}`], { PATH }, folder)).rejects.toMatchObject({ exitCode: 126 });
    }
  });

  it('gives a script without a first line for its shell to sh', async () => {
    const folder = tempDir();
    writeFileSync(join(folder, 'script'), 'exit $(($1 + 1))\n', { mode: 0o755 });
    expect(await run(['./script', '4'], { PATH }, folder)).toBe(5);
  });

  it('gives the child no variable of our own runtime', async () => {
    expect(
      await run(['sh', '-c', '[ -z "$BUN_INSTALL$GPU_SETUP_LAUNCH_CWD" ] && [ "$A" = b ]'], {
        PATH,
        A: 'b',
        BUN_INSTALL: '/x',
        GPU_SETUP_LAUNCH_CWD: '/y',
      }),
    ).toBe(0);
  });

  it('passes signals on to the child', async () => {
    const ready = join(tempDir(), 'ready');
    const ended = run(['sh', '-c', 'trap "exit 3" USR2; : > "$0"; while :; do sleep 0.05; done', ready]);
    while (!existsSync(ready)) await sleep(10);
    process.emit('SIGUSR2', 'SIGUSR2');
    expect(await ended).toBe(3);
  });
});
