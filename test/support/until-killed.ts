/** Programs that kill themselves before one of their changes to the disk, for tests of what they leave behind. */
import { spawn } from 'node:child_process';
import { expect } from 'vitest';

/** @returns what it printed: how many changes it made; null where it was killed */
export async function untilKilled(program: string, args: readonly string[]): Promise<number | null> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (more) => (said += String(more)));
  const signal = await new Promise((resolve) => child.once('close', (_, by) => resolve(by)));
  if (signal === 'SIGKILL') return null;
  expect(said).toMatch(/^\d+\n$/);
  return Number(said);
}
