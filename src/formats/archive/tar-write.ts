/** Writing a plain tar archive of files (POSIX ustar, with a pax header where a name or a size is too long for it). */
import { TAR_BLOCK } from './tar-header.ts';

const NAME_BYTES = 100;
/** What eleven octal digits hold. */
const MOST_OCTAL = 8 ** 11;

/**
 * What stands before the bytes of a file. No owner, no time: the same files are the same archive.
 *
 * @param path relative, with slashes
 */
export function tarFileHeader(path: string, size: number): Buffer {
  const records = [
    ...(Buffer.byteLength(path) > NAME_BYTES ? [`path=${path}`] : []),
    ...(size >= MOST_OCTAL ? [`size=${size}`] : []),
  ];
  if (records.length === 0) return header(path, size, '0');
  const pax = Buffer.from(records.map(paxRecord).join(''));
  return Buffer.concat([
    header('pax', pax.length, 'x'),
    pax,
    tarPadding(pax.length),
    header(Buffer.from(path).subarray(0, NAME_BYTES), Math.min(size, MOST_OCTAL - 1), '0'),
  ]);
}

/** What stands behind them. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc((TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK);
}

/** What ends an archive. */
export const TAR_END = Buffer.alloc(2 * TAR_BLOCK);

function header(name: string | Buffer, size: number, type: string): Buffer {
  const block = Buffer.alloc(TAR_BLOCK);
  block.set(Buffer.from(name), 0);
  const octal = (value: number, at: number, digits: number): void => {
    block.write(value.toString(8).padStart(digits, '0'), at, 'latin1');
  };
  octal(0o644, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(size, 124, 11);
  octal(0, 136, 11);
  block.write(type, 156, 'latin1');
  block.write('ustar\u000000', 257, 'latin1');
  block.fill(' ', 148, 156);
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    6,
  );
  block[154] = 0;
  return block;
}

/** "LENGTH KEY=VALUE\n", LENGTH counting itself. */
function paxRecord(record: string): string {
  const rest = Buffer.byteLength(record) + 2;
  let length = rest + 1;
  while (length !== rest + String(length).length) length = rest + String(length).length;
  return `${length} ${record}\n`;
}
