/** `df` as people paste it: -h, -k, -m, -BG, -T, -P, -i. */
import { linesOf } from '../recorded.ts';

export interface MountedSpace {
  mount: string;
  /** Undefined in a listing of the other kind. */
  freeBytes?: number;
  freeInodes?: number | null;
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  K: 1 << 10,
  M: 1 << 20,
  G: 1 << 30,
  T: 2 ** 40,
  P: 2 ** 50,
};

/**
 *     Filesystem      Size  Used Avail Use% Mounted on            Filesystem     Inodes IUsed  IFree IUse% Mounted on
 *     overlay          32G   30G     0 100% /                     /dev/sda2        6.1M  6.1M      0  100% /
 *     Filesystem     Type  1K-blocks     Used Available Use% Mounted on
 */
export function parseDf(text: string): MountedSpace[] {
  const mounts: MountedSpace[] = [];
  let unit: number | undefined;
  let kind: 'bytes' | 'inodes' = 'bytes';
  let carried = '';
  for (const line of linesOf(text)) {
    if (/\bUse%|\bIUse%|\bCapacity\b/.test(line) && /Mounted/.test(line)) {
      kind = /IUse%|IFree/.test(line) ? 'inodes' : 'bytes';
      unit = unitOfHeader(line);
      carried = '';
      continue;
    }
    // Old versions broke the line behind a long device name.
    if (/^\S+$/.test(line.trim()) && carried === '') {
      carried = line.trim();
      continue;
    }
    const row = /\s(\S+)\s+(\S+)\s+(\S+)\s+(\d{1,3}%|-)\s+(\/\S*(?: \S+)*)\s*$/.exec(`${carried} ${line}`);
    carried = '';
    if (!row || unit === undefined) continue;
    const free = row[3]!;
    if (kind === 'inodes') {
      // btrfs has no fixed number: "0 0 0 -"
      mounts.push({ mount: row[5]!, freeInodes: row[4] === '-' ? null : amount(free, 1, 1000) });
    } else {
      const bytes = amount(free, unit, 1024);
      if (bytes !== null) mounts.push({ mount: row[5]!, freeBytes: bytes });
    }
  }
  return mounts;
}

/** "1K-blocks", "1M-blocks", "1024-blocks", "512-blocks", "1G-blocks"; human-readable sizes carry their own letters. */
function unitOfHeader(header: string): number {
  const block = /\b(\d+)([KMGT]?)B?-blocks/.exec(header);
  return block ? Number(block[1]) * UNITS[block[2]!]! : 1;
}

/** "161G", "7.8G", "64M", "0", "33554432" */
function amount(text: string, unit: number, thousand: 1000 | 1024): number | null {
  const match = /^(\d+(?:[.,]\d+)?)([KMGTP]?)i?B?$/i.exec(text);
  if (!match) return null;
  const value = Number(match[1]!.replace(',', '.'));
  const letter = match[2]!.toUpperCase();
  if (letter === '') return Math.round(value * unit);
  return Math.round(thousand === 1000 ? value * 1000 ** ' KMGTP'.indexOf(letter) : value * UNITS[letter]!);
}
