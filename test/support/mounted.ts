/** File systems on loop files, where they can be made and mounted here: what no folder of a test can be made to do. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { hasPrograms } from './has-programs.ts';

/** The program that makes it, with its options; none: the kernel makes it. */
const MAKING = {
  btrfs: ['mkfs.btrfs', '-q'],
  xfs: ['mkfs.xfs', '-q', '-m', 'reflink=1'],
  'xfs without reflinks': ['mkfs.xfs', '-q', '-m', 'reflink=0'],
  tmpfs: [],
} as const;
export type FileSystem = keyof typeof MAKING;

/** For the names of tests that are skipped. */
export const needsOf = (kind: FileSystem): string => `needs root, mount and ${MAKING[kind][0] ?? 'tmpfs'}`;

export const mayMount = (kind: FileSystem): boolean =>
  process.getuid?.() === 0 && hasPrograms('mount', ...MAKING[kind].slice(0, 1));

/**
 * @param image a path for what it lies in
 * @returns how to take it away again; null: it cannot be mounted here
 */
export function mounted(kind: FileSystem, image: string, at: string): (() => void) | null {
  mkdirSync(at, { recursive: true });
  const [program, ...options] = MAKING[kind];
  const mounting = ['-t', 'tmpfs', '-o', 'size=64m,mode=755', 'tmpfs'];
  if (program !== undefined) {
    writeFileSync(image, '');
    truncateSync(image, 320 << 20);
    const made = spawnSync(program, [...options, image], { encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`${program}: ${made.stderr}`);
    mounting.splice(0, mounting.length, '-o', 'loop', image);
  }
  return spawnSync('mount', [...mounting, at]).status === 0
    ? () => void spawnSync('umount', ['-l', at])
    : null;
}
