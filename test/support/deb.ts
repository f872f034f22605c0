/**
 * Writes tar and .deb bytes, well-formed or hostile: nothing given here is checked, so a test can build what no honest
 * tool would. Deterministic: the same call gives the same bytes.
 */
import { spawnSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';

export interface TarEntry {
  /** As it is to stand in the archive: "./usr/bin/nvcc". */
  path: string;
  /** ustar type flag; default '0' (file), '5' where the path ends in "/", '2' where `link` is given. */
  type?: string;
  content?: string | Uint8Array;
  mode?: number;
  /** Seconds since 1970; default 1,500,000,000. */
  mtime?: number;
  link?: string;
  /** Size to claim instead of the content's. */
  claimSize?: number;
  /** Stands in the checksum field instead of the right one. */
  checksum?: number;
  /** Carries path and link in a pax header instead of GNU's @LongLink when they are long. */
  pax?: boolean;
}

export interface TarOptions {
  /** False leaves out the two zero blocks at the end. */
  end?: boolean;
}

const BLOCK = 512;

export function buildTar(entries: readonly TarEntry[], options: TarOptions = {}): Buffer {
  const parts: Buffer[] = [];
  for (const entry of entries) {
    const content = Buffer.from(entry.content ?? '');
    const type = entry.type ?? (entry.link !== undefined ? '2' : entry.path.endsWith('/') ? '5' : '0');
    const link = entry.link ?? '';
    if (entry.pax) {
      const records = paxRecord('path', entry.path) + (link === '' ? '' : paxRecord('linkpath', link));
      parts.push(
        header({ name: 'PaxHeaders/x', type: 'x', size: Buffer.byteLength(records) }),
        padded(records),
      );
    } else {
      if (Buffer.byteLength(entry.path) > 100) parts.push(...gnuLong('L', entry.path));
      if (Buffer.byteLength(link) > 100) parts.push(...gnuLong('K', link));
    }
    parts.push(
      header({
        name: entry.path,
        link,
        type,
        size: entry.claimSize ?? content.length,
        ...(entry.mode === undefined ? {} : { mode: entry.mode }),
        ...(entry.mtime === undefined ? {} : { mtime: entry.mtime }),
        ...(entry.checksum === undefined ? {} : { checksum: entry.checksum }),
      }),
      padded(content),
    );
  }
  if (options.end !== false) parts.push(Buffer.alloc(2 * BLOCK));
  return Buffer.concat(parts);
}

interface Header {
  name: string;
  type: string;
  size: number;
  link?: string;
  mode?: number;
  mtime?: number;
  checksum?: number;
}

function header(h: Header): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, length: number): void => {
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, length, 'latin1');
  };
  block.write(h.name.slice(0, 100), 0, 100);
  octal(h.mode ?? (h.type === '5' ? 0o755 : h.type === '2' ? 0o777 : 0o644), 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  if (h.size < 0o77777777777) octal(h.size, 124, 12);
  else {
    // GNU's base-256: the first byte's high bit is set, the rest is big-endian.
    block[124] = 0x80;
    block.writeBigUInt64BE(BigInt(h.size), 128);
  }
  octal(h.mtime ?? 1_500_000_000, 136, 12);
  block.write(h.type, 156, 1, 'latin1');
  block.write((h.link ?? '').slice(0, 100), 157, 100);
  block.write('ustar\u000000', 257, 8, 'latin1');
  block.write('root', 265, 4, 'latin1');
  block.write('root', 297, 4, 'latin1');
  block.fill(0x20, 148, 156);
  const sum = h.checksum ?? block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 8, 'latin1');
  return block;
}

function gnuLong(type: 'L' | 'K', text: string): Buffer[] {
  return [header({ name: '././@LongLink', type, size: Buffer.byteLength(text) + 1 }), padded(`${text}\0`)];
}

function paxRecord(key: string, value: string): string {
  const body = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(body);
  length += String(length + String(length).length).length;
  return `${length}${body}`;
}

function padded(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)]);
}

export type Compression = 'xz' | 'gz' | 'zst' | 'bz2' | 'none';

/** `blockSize` (bytes of input) makes a multi-block .xz file. */
export function compress(bytes: Uint8Array, compression: Compression, blockSize?: number): Buffer {
  switch (compression) {
    case 'none':
      return Buffer.from(bytes);
    case 'gz':
      return gzipSync(bytes);
    case 'xz':
      return pipe('xz', ['-c', '-T1', '-1', ...(blockSize ? [`--block-size=${blockSize}`] : [])], bytes);
    case 'zst':
      return pipe('zstd', ['-q', '-c', '-1'], bytes);
    case 'bz2':
      return pipe('bzip2', ['-c'], bytes);
  }
}

function pipe(program: string, args: string[], input: Uint8Array): Buffer {
  const result = spawnSync(program, args, { input, maxBuffer: 2 ** 30 });
  if (result.status !== 0)
    throw new Error(`${program} failed: ${String(result.stderr)}`, { cause: result.error });
  return result.stdout;
}

export interface ArEntry {
  name: string;
  content: string | Uint8Array;
  claimSize?: number;
}

export function buildAr(entries: readonly ArEntry[]): Buffer {
  const parts: Buffer[] = [Buffer.from('!<arch>\n')];
  for (const entry of entries) {
    const content = Buffer.from(entry.content);
    const fields = `${entry.name.padEnd(16)}${'1500000000'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}`;
    parts.push(
      Buffer.from(
        `${fields}${'100644'.padEnd(8)}${String(entry.claimSize ?? content.length).padEnd(10)}\`\n`,
      ),
    );
    parts.push(content, Buffer.from(content.length % 2 === 1 ? '\n' : ''));
  }
  return Buffer.concat(parts);
}

export interface DebSpec {
  /** Fields of the control file: { Package: "cuda-cudart-9-0", ... }. */
  control: Readonly<Record<string, string>>;
  /** Of data.tar, in this order; parent directories are added by nobody. */
  members: readonly TarEntry[];
  /** Of both members; default xz, as NVIDIA's and Debian's are. */
  compression?: Compression;
  /** Bytes of tar per xz block in data.tar.xz; default: one block. */
  blockSize?: number;
  /** Stand between debian-binary and control.tar or behind data.tar: NVIDIA's `_gpgbuilder`. */
  extraArMembers?: readonly ArEntry[];
  /** Maintainer scripts by name: { postinst: "#!/bin/sh\n..." }. */
  scripts?: Readonly<Record<string, string>>;
  /** Paths listed in the conffiles member. */
  conffiles?: readonly string[];
}

export function buildDeb(spec: DebSpec): Buffer {
  const compression = spec.compression ?? 'xz';
  const suffix = compression === 'none' ? '' : `.${compression}`;
  const control = Object.entries(spec.control)
    .map(([field, value]) => `${field}: ${value}\n`)
    .join('');
  const controlTar = buildTar([
    { path: './' },
    { path: './control', content: control },
    ...(spec.conffiles
      ? [{ path: './conffiles', content: spec.conffiles.map((path) => `${path}\n`).join('') }]
      : []),
    ...Object.entries(spec.scripts ?? {}).map(([name, content]) => ({
      path: `./${name}`,
      content,
      mode: 0o755,
    })),
  ]);
  return buildAr([
    { name: 'debian-binary', content: '2.0\n' },
    { name: `control.tar${suffix}`, content: compress(controlTar, compression) },
    { name: `data.tar${suffix}`, content: compress(buildTar(spec.members), compression, spec.blockSize) },
    ...(spec.extraArMembers ?? []),
  ]);
}
