/** Signals to the whole program, where it waits for others. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { bundledProgram } from '../support/program.ts';
import { installFake } from '../support/prefix.ts';
import { tempDir } from '../support/temp-dir.ts';

const [runtime, script] = bundledProgram();

interface Started {
  child: ChildProcess;
  stderr(): string;
  /** Exit code, or the signal that ended it; and how long that took from now. */
  end(): Promise<{ how: number | string | null; ms: number }>;
}

function start(args: readonly string[], folder: string): Started {
  const child = spawn(runtime, [script, ...args], {
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      GPU_SETUP_HOME: join(folder, 'home'),
      GPU_SETUP_CACHE: join(folder, 'cache'),
      GPU_SETUP_CONFIG: join(folder, 'config'),
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
  return {
    child,
    stderr: () => stderr,
    end: async () => {
      const begun = Date.now();
      const [code, signal] = await ended;
      return { how: code ?? signal, ms: Date.now() - begun };
    },
  };
}

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s', (signal, exit) => {
  it('ends explain while its standard input stays open', async () => {
    const { child, stderr, end } = start(['explain', '-'], tempDir());
    await vi.waitFor(() => expect(stderr()).toMatch(/^waiting for standard input/), 10_000);
    child.kill(signal);
    const { how, ms } = await end();
    expect(how).toBe(exit);
    expect(ms).toBeLessThan(2000);
  });

  it('ends explain while nobody writes into the FIFO that it was given', async () => {
    const folder = tempDir();
    const fifo = join(folder, 'fifo');
    spawnSync('mkfifo', [fifo]);
    const { child, stderr, end } = start(['explain', '--file', fifo], folder);
    await vi.waitFor(() => expect(stderr()).toContain(`waiting for ${fifo}`), 10_000);
    child.kill(signal);
    const { how, ms } = await end();
    expect(how).toBe(exit);
    expect(ms).toBeLessThan(2000);
  });

  it('is passed on by run, whose exit code is that of the child', async () => {
    const folder = tempDir();
    await installFake(join(folder, 'home'), 'cuda10');
    const caught = join(folder, 'caught');
    const child = 'trap "touch $0; exit 42" INT TERM HUP; touch $0.up; while :; do sleep 0.05; done';
    const program = start(['run', 'cuda10', '--', 'sh', '-c', child, caught], folder);
    await vi.waitFor(() => expect(existsSync(`${caught}.up`)).toBe(true), 10_000);
    program.child.kill(signal);
    expect((await program.end()).how).toBe(42);
    expect(existsSync(caught)).toBe(true);
  });

  it('ends the child of run that does not catch it, and is its exit code', async () => {
    const folder = tempDir();
    await installFake(join(folder, 'home'), 'cuda10');
    const up = join(folder, 'up');
    const program = start(['run', 'cuda10', '--', 'sh', '-c', 'touch $0; exec sleep 60', up], folder);
    await vi.waitFor(() => expect(existsSync(up)).toBe(true), 10_000);
    program.child.kill(signal);
    expect((await program.end()).how).toBe(exit);
  });
});
