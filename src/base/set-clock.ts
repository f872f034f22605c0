/** How the clock of this system is set. */
import { existsSync, readFileSync } from 'node:fs';

/** Where the answer is read; tests have folders of their own. */
export interface ClockSurroundings {
  root: string;
  isRoot: boolean;
}

const HERE: ClockSurroundings = { root: '/', isRoot: process.getuid?.() === 0 };

/**
 * One instruction, with the command that this system has.
 *
 * @param atLeast a time that is certainly past; null where none is known
 */
export function clockHint(atLeast: Date | null, { root, isRoot }: ClockSurroundings = HERE): string {
  const sudo = isRoot ? '' : 'sudo ';
  const has = (path: string): boolean => existsSync(`${root}${path}`);
  if (has('.dockerenv') || has('run/.containerenv')) {
    return "set the clock of the machine that runs this container: a container has its host's";
  }
  if (/microsoft/i.test(kernelRelease(root))) return `set the clock: ${sudo}hwclock -s`;
  if (has('run/systemd/system')) return `set the clock: ${sudo}timedatectl set-ntp true`;
  const time = atLeast === null ? 'YYYY-MM-DD hh:mm' : atLeast.toISOString().slice(0, 16).replace('T', ' ');
  const later = atLeast === null ? '' : ' (or later)';
  return `set the clock: ${sudo}date -u -s '${time}'${later}`;
}

function kernelRelease(root: string): string {
  try {
    return readFileSync(`${root}proc/sys/kernel/osrelease`, 'utf8');
  } catch {
    return '';
  }
}
