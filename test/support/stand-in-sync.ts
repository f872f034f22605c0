/** A program in the place of `sync`, which writes down how it was called; for what no disk can be made to do. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { tempDir } from './temp-dir.ts';

export interface StandIn {
  /** Each call's arguments. */
  calls(): readonly string[];
  /** Process ids that it has written down: they are ended with the test. */
  pids(): readonly number[];
}

/** @param body of a shell script, after it wrote down its call; `noting PID` writes down another process */
export function standInSync(body: string): StandIn {
  const folder = tempDir();
  const calls = join(folder, 'calls');
  const pids = join(folder, 'pids');
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(
    join(bin, 'sync'),
    `#!/bin/sh\nnoting() { echo "$1" >> '${pids}'; }\nnoting $$\necho "$*" >> '${calls}'\n${body}\n`,
    { mode: 0o755 },
  );
  vi.stubEnv('PATH', `${bin}:${process.env['PATH'] ?? ''}`);
  const lines = (file: string): string[] =>
    existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  const noted = (): number[] => lines(pids).map(Number);
  onTestFinished(() => noted().forEach(end));
  return { calls: () => lines(calls), pids: noted };
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
