// `explain` of a log of 200 MB, with its cause at the very begin, against grep counting the lines that speak of an error in it.
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare, measure } from './measure.mjs';

const BYTES = 200e6;
const RUNS = 5;
const CAUSE = 'ImportError: libcublas.so.9.0: cannot open shared object file: No such file or directory\n';
const WORDS =
  'step epoch loss accuracy batch worker rank INFO WARNING gpu tensor layer kernel time memory'.split(' ');

export async function* benchExplain(root) {
  const work = mkdtempSync(join(tmpdir(), 'gpu-setup-bench-'));
  try {
    const log = join(work, 'training.log');
    writeLog(log);
    const ours = () =>
      measure([join(root, 'dist/gpu-setup-linux-x64'), 'explain', '--file', log], { memory: true });
    // Through a pipe: where its output goes to /dev/null, grep ends at the first line that fits.
    const peer = () => measure(['sh', '-c', 'grep -ciE "error|fatal|cuda|nvidia" "$1" | cat', 'sh', log]);
    yield {
      what: '`explain` of a log of 200 MB',
      peerName: "`grep -ciE 'error|fatal|cuda|nvidia'`",
      goal: '2 s, 300 MB',
      ...(await compare(ours, peer, RUNS)),
    };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The same bytes on every machine: what is drawn comes from a generator of its own. */
function writeLog(path) {
  const file = openSync(path, 'w');
  let seed = 1;
  const draw = (most) => (seed = (seed * 48271) % 0x7fffffff) % most;
  let length = writeSync(file, CAUSE);
  while (length < BYTES) {
    const lines = Array.from(
      { length: 1000 },
      () =>
        `[${draw(1e8)}] ${Array.from({ length: 5 + draw(20) }, () => WORDS[draw(WORDS.length)]).join(' ')}\n`,
    );
    length += writeSync(file, lines.join(''));
  }
  closeSync(file);
}
