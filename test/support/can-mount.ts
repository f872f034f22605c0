/** Whether a program can be run with mounts of its own, which nobody else sees. */
import { spawnSync } from 'node:child_process';

export const canMountApart =
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['--mount', 'mount', '--bind', '/opt', '/opt'], { timeout: 10_000 }).status === 0;
