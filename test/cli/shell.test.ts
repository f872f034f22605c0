/** `gpu-setup shell`, in the shells themselves and on a terminal: environment, prompt, exit code, nothing left behind. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasPrograms } from '../support/has-programs.ts';
import { installFake } from '../support/prefix.ts';
import { bundledProgram } from '../support/program.ts';
import { atTerminal, KEYS } from '../support/pseudo-terminal.ts';
import { sharedTempDir, tempDir } from '../support/temp-dir.ts';

const program = bundledProgram();
const home = join(sharedTempDir(), `it's a "home"`);
beforeAll(async () => {
  await installFake(home, 'cuda9');
  await installFake(home, 'cuda10');
});

/** As pyenv's and conda's leave it. */
const HOOK = "PROMPT_COMMAND='hooked=yes;'\n";

/** A user whose start-up files set PATH and the prompt, as those of many do. */
function user() {
  const dir = tempDir();
  const tmp = join(dir, 'tmp');
  mkdirSync(tmp);
  mkdirSync(join(dir, '.config/fish'), { recursive: true });
  writeFileSync(join(dir, '.bashrc'), `PATH=/own/bin:$PATH\nPS1='user> '\n${HOOK}`);
  writeFileSync(join(dir, '.zshrc'), `PATH=/own/bin:$PATH\nPROMPT='user> '\n`);
  writeFileSync(join(dir, '.zshenv'), 'export FROM_ZSHENV=yes\n');
  writeFileSync(join(dir, 'shrc'), `PATH=/own/bin:$PATH\nPS1='user> '\n`);
  writeFileSync(
    join(dir, '.config/fish/config.fish'),
    `set -gx PATH /own/bin $PATH\nfunction fish_prompt; echo -n 'user> '; end\n`,
  );
  const env = (shell: string): Record<string, string> => ({
    PATH: process.env['PATH']!,
    HOME: dir,
    TMPDIR: tmp,
    SHELL: shell,
    ENV: join(dir, 'shrc'),
    GPU_SETUP_HOME: home,
    GPU_SETUP_CONFIG: join(dir, 'config'),
    LD_LIBRARY_PATH: '/before',
  });
  return { dir, tmp, env };
}

describe.each(['bash', 'zsh', 'fish', 'dash'])('%s', (shell) => {
  it.runIf(hasPrograms(shell, 'script'))(
    'has the prefix in front of what start-up files say, its name in the prompt, and its own exit code',
    async () => {
      const { dir, tmp, env } = user();
      const { code, screen } = await atTerminal([...program, 'shell', 'cuda10'], {
        cwd: dir,
        env: env(shell),
        answers: [
          ['(cuda10) user> ', `env > seen${KEYS.enter}`],
          ['(cuda10) user> ', `exit 41${KEYS.enter}`],
        ],
      });
      expect(screen).toContain('(cuda10) user> ');
      expect(screen).not.toContain('(cuda10) (cuda10)');
      expect(screen).not.toContain('syntax error');
      expect(code).toBe(41);
      const seen = spawnSync('cat', [join(dir, 'seen')], { encoding: 'utf8' }).stdout;
      const prefix = join(home, 'prefixes/cuda10');
      expect(seen).toContain(`PATH=${prefix}/bin:/own/bin:`);
      expect(seen).toContain(`CUDA_HOME=${prefix}\n`);
      expect(seen).toContain(`LD_LIBRARY_PATH=${prefix}/lib64:/before\n`);
      expect(seen).not.toMatch(/^ZDOTDIR=/m);
      if (shell === 'zsh') expect(seen).toContain('FROM_ZSHENV=yes');
      expect(readdirSync(tmp).filter((name) => name.startsWith('gpu-setup'))).toEqual([]);
    },
  );
});

describe('shell', () => {
  const call = (
    args: readonly string[],
    options: { env: Record<string, string>; cwd: string; input?: string },
  ) =>
    spawnSync(program[0], [program[1], 'shell', ...args], { encoding: 'utf8', timeout: 30_000, ...options });

  it('takes the prefix of the project file, and reads commands where there is no terminal', () => {
    const { dir, env } = user();
    writeFileSync(join(dir, 'gpu-setup.yaml'), 'prefix: cuda9\n');
    const done = call([], { env: env('/bin/sh'), cwd: dir, input: 'echo "$CUDA_HOME"; exit 7\n' });
    expect(done.stderr).toBe('');
    expect(done.stdout).toBe(`${join(home, 'prefixes/cuda9')}\n`);
    expect(done.status).toBe(7);
  });

  it.each<[number, RegExp, string[], string]>([
    [125, /^error\[unknown-prefix\]/, ['cuda1'], '/bin/sh'],
    [125, /^error\[no-prefix-in-use\]/, [], '/bin/sh'],
    [127, /error\[program-not-found\]/, ['cuda9'], '/no/such/shell'],
    [126, /error\[program-not-executable\]/, ['cuda9'], '/etc/passwd'],
  ])('ends with %i where it fails itself: %s', (status, message, args, shell) => {
    const { dir, tmp, env } = user();
    const done = call(args, { env: env(shell), cwd: dir });
    expect(done.stderr).toMatch(message);
    expect(done.status).toBe(status);
    expect(readdirSync(tmp).filter((name) => name.startsWith('gpu-setup'))).toEqual([]);
  });

  it('says of a kind of shell that it does not know that the prompt stays as it is', () => {
    const { dir, env } = user();
    const done = call(['cuda9'], { env: env('/bin/true'), cwd: dir });
    expect(done.stderr).toContain('/bin/true uses cuda9; its prompt does not say so');
    expect(done.status).toBe(0);
  });
});
