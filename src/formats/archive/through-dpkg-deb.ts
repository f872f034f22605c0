/**
 * xz by way of dpkg-deb, which every Debian and Ubuntu has, minimal images too: it decompresses with liblzma what lies in
 * a package, and writes it out as it is. So the stream is put into a package made for it, which goes through a pipe.
 *
 *     !<arch>\n | debian-binary: "2.0\n" | control.tar, empty | data.tar.xz
 */
import type { InputPart } from './decoder-input.ts';

/** "-" is standard input, in every version that knows xz. One thread: more would hold whole blocks in memory. */
export const DPKG_DEB = {
  args: ['--fsys-tarfile', '-'],
  env: { DPKG_DEB_THREADS_MAX: '1' },
} as const;

/** What dpkg-deb is given on standard input to decompress the parts. */
export function asPackage(parts: readonly InputPart[]): InputPart[] {
  const size = parts.reduce((sum, part) => sum + ('file' in part ? part.size : part.length), 0);
  const head = ['!<arch>\n', header('debian-binary', 4), '2.0\n', header('control.tar', 0)];
  return [
    Buffer.from([...head, header('data.tar.xz', size)].join('')),
    ...parts,
    Buffer.from('\n'.repeat(size % 2)),
  ];
}

/** Name, time, owner, group, mode, size: 60 bytes, padded with blanks. */
function header(name: string, size: number): string {
  return `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${String(size).padEnd(10)}\`\n`;
}
