/**
 * nvidia-smi topo -m: between any two GPUs the way that data take.
 *
 *             GPU0    GPU1    NIC0    CPU Affinity    NUMA Affinity
 *     GPU0     X      NV12    SYS     0-31            0
 *     GPU1    NV12     X      NODE    0-31            0
 */
import type { Reading } from './reading.ts';

const HEAD = /^\s{0,40}GPU0\s/;
const ROW = /^\s{0,40}GPU(\d{1,3})\s+(\S.*)$/;
const PATH = /^(?:X|NV\d{1,2}|SYS|NODE|PHB|PXB|PIX|PSB)$/;
const MOST_GPUS = 64;

export function readTopology(lines: readonly string[]): Reading[] {
  const readings: Reading[] = [];
  let heads: readonly string[] | null = null;
  for (const raw of lines) {
    // The head is underlined where it went to a terminal.

    const line = raw.replace(/\u001b\[\d{0,2}m/g, '');
    const words = line.trim().split(/\s+/, MOST_GPUS + 64);
    if (HEAD.test(line) && /^GPU\d|^NIC|^mlx|^CPU$/.test(words[1] ?? '')) heads = words;
    else if (heads !== null) {
      const [, index, rest] = ROW.exec(line) ?? [];
      if (index === undefined) continue;
      const cells = rest!.split(/\s+/, heads.length);
      if (!PATH.test(cells[0]!)) continue;
      const peers = heads.flatMap((head, at) => {
        const other = /^GPU(\d{1,3})$/.exec(head)?.[1];
        const path = cells[at];
        return other === undefined || path === undefined || path === 'X' || !PATH.test(path)
          ? []
          : [{ index: Number(other), path }];
      });
      readings.push({ busId: null, index: Number(index), values: new Map(), peers });
    }
  }
  return readings;
}
