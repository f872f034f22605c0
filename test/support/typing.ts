/** Keys typed into a real bash or zsh on a terminal of its own, as util-linux's `script` makes one. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';

/** What every wait comes to at most; a busy machine is slow to start a shell. */
const LIMIT_MS = 20_000;

export interface Typing {
  /** Of the test: start-up files, what is called, and what comes of it lie there. */
  dir: string;
  shell: 'bash' | 'zsh';
  /** What the shell reads first. */
  startup: string;
  env: Record<string, string>;
}

const COMMANDS = { bash: 'bash --noprofile --rcfile start -i', zsh: 'zsh -d -i' };

/**
 * Each line is typed and ended by Enter. In it, `<TAB>` is the key and `<ALL>` the one that inserts every candidate.
 *
 * @returns the arguments that the program `gpu-setup` on PATH was called with, line by line: it is to write them, each
 *   behind its own line break, into $TYPED, and an empty line behind the last
 */
export async function typed(
  lines: readonly string[],
  { dir, shell, startup, env }: Typing,
): Promise<string[][]> {
  const [out, ready] = [join(dir, 'typed'), join(dir, 'ready')];
  writeFileSync(out, '');
  // Keys that come before the shell is ready for them are not all taken for what they are.
  const last =
    shell === 'bash'
      ? `\nPROMPT_COMMAND=': > ${ready}'\n`
      : `\nzle-line-init() { : > ${ready}; }\nzle -N zle-line-init\n`;
  writeFileSync(join(dir, shell === 'bash' ? 'start' : '.zshrc'), startup + last);
  const terminal = spawn('script', ['-qefc', COMMANDS[shell], '/dev/null'], {
    cwd: dir,
    env: {
      PATH: process.env['PATH'],
      TERM: 'dumb',
      HOME: dir,
      ZDOTDIR: dir,
      TYPED: out,
      LC_ALL: 'C.UTF-8',
      ...env,
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let screen = '';
  terminal.stdout.on('data', (text: Buffer) => (screen += text.toString()));
  const ended = new Promise<void>((resolve) => terminal.once('close', () => resolve()));
  const calls = (): string[] => readFileSync(out, 'utf8').split('\n\n').slice(0, -1);
  try {
    for (const [at, line] of lines.entries()) {
      await until(
        () => existsSync(ready),
        () => `${shell} does not ask for line ${at + 1}:\n${screen}`,
      );
      rmSync(ready);
      terminal.stdin.write(
        `${line.replaceAll('<TAB>', '\t').replaceAll('<ALL>', shell === 'bash' ? '\u001b*' : '\u0018a')}\r`,
      );
      await until(
        () => calls().length > at,
        () => `nothing was called for ${line}:\n${screen}`,
      );
    }
  } finally {
    terminal.kill('SIGKILL');
    await ended;
  }
  return calls().map((call) => call.split('\n'));
}

async function until(done: () => boolean, otherwise: () => string): Promise<void> {
  for (const end = Date.now() + LIMIT_MS; !done(); await sleep(20)) {
    if (Date.now() > end) throw new Error(otherwise());
  }
}
