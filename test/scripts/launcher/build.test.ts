/** ./gpu-setup installs and builds: signals end it at once, and what a run leaves behind does not stop the next. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { launch, program, programsWithoutNode, unbuiltClone } from '../../support/fake-clone.ts';
import { tempDir } from '../../support/temp-dir.ts';

const bare = programsWithoutNode();

function kit(): { clone: string; npm: string; folder: string; env: Record<string, string> } {
  const folder = tempDir();
  const { clone, path, home, cache } = unbuiltClone(folder);
  mkdirSync(join(folder, 'tmp'));
  const env = { PATH: `${path}:${bare}`, HOME: home, GPU_SETUP_CACHE: cache, TMPDIR: join(folder, 'tmp') };
  return { clone, npm: join(path, 'npm'), folder, env };
}

async function until(what: () => boolean): Promise<void> {
  for (let waited = 0; !what() && waited < 20_000; waited += 20) await sleep(20);
  expect(what()).toBe(true);
}

const isAlive = (pid: number): boolean => {
  try {
    // A process that has ended and that nobody has asked about yet is still there by its number.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

describe('the launcher’s build', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('ends at %s while npm works, npm with it, and leaves nothing', async (signal, code) => {
    const { clone, npm, folder, env } = kit();
    const mark = join(folder, 'npm-pid');
    program(npm, `echo $$ >'${mark}.new'; mv '${mark}.new' '${mark}'; exec sleep 60`);
    const child = spawn(join(clone, 'gpu-setup'), ['list'], { env, stdio: 'ignore' });
    const ended = new Promise<number | null>((resolve) => child.on('exit', (status) => resolve(status)));
    await until(() => existsSync(mark));
    child.kill(signal);
    expect(await Promise.race([ended, sleep(10_000, 'still there')])).toBe(code);
    await until(() => !isAlive(Number(readFileSync(mark, 'utf8'))));
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
    expect(readdirSync(clone)).not.toContain('.launcher.lock');
  });

  it('goes on where a build that was killed left its lock', () => {
    const { clone, env } = kit();
    mkdirSync(join(clone, '.launcher.lock'));
    writeFileSync(join(clone, '.launcher.lock/pid'), '4194305\n');
    expect(launch(clone, { env })).toMatchObject({ status: 0, stdout: 'built' });
    expect(readdirSync(clone)).not.toContain('.launcher.lock');
  });

  it('says what npm said, without the password of a registry and without its control characters', () => {
    const { clone, npm, env } = kit();
    program(npm, String.raw`printf 'npm error \033[31m404 https://user:p@ss@registry.example/x\n'; exit 1`);
    const done = launch(clone, { env });
    expect(done.status).toBe(1);
    expect(done.stderr).toContain(
      '  | npm error ?[31m404 https://***@registry.example/x\nerror[launcher]: the dep',
    );
    expect(done.stderr).toContain('\nhint: ');
    const json = launch(clone, { env, args: ['list', '--json'] });
    expect(JSON.parse(json.stdout)).toMatchObject({ schema: 'gpu-setup/error@1', code: 'launcher' });
  });
});
