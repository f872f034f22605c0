/** `ls -l` as people paste it. */
import type { FileStat, FileType } from '../../machine.ts';
import { linesOf } from '../recorded.ts';

export interface ListedFile {
  /** As printed: "/dev/nvidia0" or "nvidia0". */
  name: string;
  stat: FileStat;
  /** As printed: "video", "44". */
  group: string;
  /** True where a "+" after the mode says that an access control list widens or narrows it. */
  hasAcl: boolean;
}

const TYPES: Readonly<Record<string, FileType>> = {
  '-': 'file',
  d: 'dir',
  l: 'link',
  c: 'char',
  b: 'block',
  p: 'fifo',
  s: 'socket',
};

const LINE =
  /^([-dlcbps])([-rwxsStT]{9})([.+@]?)\s+\d+\s+(\S+)\s+(\S+)\s+(?:(\d+),\s*(\d+)|(\d[\d.,]*[KMGT]?))\s+(.+)$/;

/** "Jun 25 11:05", "Jan  5  2024", "2024-01-05 10:00", "2024-01-05 10:00:00.123456789 +0100", "25. Jun 11:05", then the name. */
const DATED =
  /^(?:\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}(?::[\d.]+)?(?: [+-]\d{4})?)?|\p{L}{2,5}\.? +\d{1,2} +(?:\d{1,2}:\d{2}|\d{4})|\d{1,2}\.? +\p{L}{2,5}\.? +(?:\d{1,2}:\d{2}|\d{4}))\s+(\S.*)$/u;

/**
 *     crw-rw-rw- 1 root root  195,   0 Jun 25 11:05 /dev/nvidia0
 *     c-w--wx-wT 1 root video 195, 254 Jun 25 11:05 /dev/nvidia-modeset
 *     crw-rw----+ 1 root video 195, 255 2024-01-05 10:00:00.000000000 +0100 /dev/nvidiactl
 */
export function parseLs(text: string): ListedFile[] {
  return linesOf(text).flatMap((line) => {
    const match = LINE.exec(line.trim());
    if (!match) return [];
    const [, type, bits, mark, owner, group, major, minor, size, rest] = match;
    const name = DATED.exec(rest!)?.[1];
    if (name === undefined) return [];
    return [
      {
        name: name.replace(/ -> .*$/, ''),
        stat: {
          type: TYPES[type!]!,
          mode: modeOf(bits!),
          uid: idOf(owner!),
          gid: idOf(group!),
          rdev: major === undefined ? null : ([Number(major), Number(minor)] as const),
          size: size !== undefined && /^\d+$/.test(size) ? Number(size) : null,
        },
        group: group!,
        hasAcl: mark === '+',
      },
    ];
  });
}

/** "rw-rw-rwT" as ls prints it: s and t with, S and T without the execute bit beneath. */
export function modeOf(bits: string): number {
  let mode = 0;
  for (let i = 0; i < 9; i++) {
    const letter = bits[i]!;
    if (letter !== '-' && letter !== 'S' && letter !== 'T') mode |= 0o400 >> i;
  }
  if (/[sS]/.test(bits[2]!)) mode |= 0o4000;
  if (/[sS]/.test(bits[5]!)) mode |= 0o2000;
  if (/[tT]/.test(bits[8]!)) mode |= 0o1000;
  return mode;
}

/** Names have no number that is the same everywhere, except root's. */
function idOf(owner: string): number | null {
  if (owner === 'root') return 0;
  return /^\d+$/.test(owner) ? Number(owner) : null;
}
