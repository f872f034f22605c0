// docs/bench.md: rows of what was measured, each with its day. A run of some parts keeps the rows of the others.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const HEAD = ['What', 'gpu-setup', 'Peer', 'Ratio', 'Goal', 'Peak memory', 'Day'];

const seconds = (value) => (value < 0.1 ? `${(value * 1000).toFixed(1)} ms` : `${value.toFixed(2)} s`);
const megabytes = (bytes) => (bytes ? `${Math.round(bytes / 1e6)} MB` : '');

/** One row as the page has it. */
export function cellsOf(row, day) {
  return row.skipped
    ? [row.what, `not measured: ${row.skipped}`, '', '', row.goal, '', day]
    : [
        row.what,
        seconds(row.ours),
        `${row.peerName}: ${seconds(row.peer)}`,
        row.ratio.toFixed(2),
        row.goal,
        megabytes(row.peakBytes),
        day,
      ];
}

/** What was measured anew takes the place of the same row, in its place; the rest follows. */
export function mergeRows(before, measured) {
  const left = new Map(measured.map((cells) => [keyOf(cells), cells]));
  const kept = before.map((cells) => {
    const anew = left.get(keyOf(cells)) ?? cells;
    left.delete(keyOf(cells));
    return anew;
  });
  return [...kept, ...left.values()];
}

const keyOf = ([what, , peer]) => `${what} ${peer.replace(/: [\d.]+ m?s$/, '')}`;

export function readRows(path) {
  if (!existsSync(path)) return [];
  return [...readFileSync(path, 'utf8').matchAll(/^\| (?!What |-)(.+) \|$/gm)].map(([, line]) =>
    line.split(' | ').map((cell) => cell.trim()),
  );
}

/** @param machine "Debian GNU/Linux 12 (bookworm), 2 x AMD EPYC, 24 GiB, Node 20.20.2" */
export function writePage(path, rows, { day, machine, runs }) {
  writeFileSync(
    path,
    `# Speed and memory

Written by \`npm run bench\` on ${day}: ${machine}. Medians (of ${runs} for installs); ours and the peer run in turn.
A ratio below 1 means gpu-setup is faster. Peak memory is that of all processes together (proportional set size, sampled
every 50 ms or more seldom: sampling takes 2 % of a core).

${tableOf(rows)}
`,
  );
}

export const tableOf = (rows) =>
  [HEAD, HEAD.map(() => '-'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
