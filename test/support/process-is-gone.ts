/** Whether processes are still there. */
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/** What was ended and nobody asked for yet (a zombie) does not run. */
const alive = (pid: number): boolean => {
  try {
    return !/^\d+ \(.*\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

/** Death takes the kernel a moment. */
export async function gone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 100 && alive(pid); tries++) await setTimeout(20);
  return !alive(pid);
}
