// npm run bench [-- PART[:CASE,...]... --runs=N --cache=DIR]: ratios against peers, measured in one run on this machine,
// written to docs/bench.md and drawn for README. Parts: start, explain, prefixes, install (its cases stand in bench/install/cases.mjs),
// prepare. Needs the tools of the executable (Bun's package), and for `install` Debian's mirror. --cache keeps what was downloaded
// for the next run; a cold install never uses it.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchExplain } from './bench/explain.mjs';
import { benchStart } from './bench/start.mjs';
import { benchInstall } from './bench/install.mjs';
import { benchPrepare } from './bench/prepare.mjs';
import { benchPrefixes } from './bench/prefixes.mjs';
import { cellsOf, mergeRows, readRows, tableOf, writePage } from './bench/page.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const runs = Number(
  /^--runs=(\d+)$/.exec(process.argv.find((arg) => arg.startsWith('--runs=')) ?? '')?.[1] ?? 3,
);
const cache = /^--cache=(.+)$/.exec(process.argv.find((arg) => arg.startsWith('--cache=')) ?? '')?.[1];
const wanted = new Map(
  process.argv
    .slice(2)
    .filter((arg) => !arg.startsWith('--'))
    .map((arg) => arg.split(':'))
    .map(([part, cases]) => [part, cases?.split(',') ?? []]),
);
const parts = {
  start: benchStart,
  explain: benchExplain,
  prefixes: benchPrefixes,
  install: benchInstall,
  prepare: benchPrepare,
};

execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' });
execFileSync(process.execPath, [join(root, 'scripts/build-binary.mjs')], { stdio: 'inherit' });

const os = /^PRETTY_NAME="?([^"\n]*)/m.exec(
  existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '',
)?.[1];
const page = join(root, 'docs/bench.md');
const day = new Date().toISOString().slice(0, 10);
const machine =
  `${os ?? 'Linux'}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown CPU'}, ` +
  `${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;

const measured = [];
for (const [name, part] of Object.entries(parts)) {
  if (wanted.size > 0 && !wanted.has(name)) continue;
  process.stderr.write(`bench: ${name}\n`);
  for await (const row of part(root, { runs, cache, only: wanted.get(name) ?? [] })) {
    measured.push(cellsOf(row, day));
    process.stdout.write(`${tableOf(measured.slice(-1)).split('\n').at(-1)}\n`);
    // After each row: what was measured is not lost where a later one fails.
    writePage(page, mergeRows(readRows(page), measured), { day, machine, runs });
  }
}
// A whole run says all that the page says: rows of cases that are no more do not stay.
if (wanted.size === 0) writePage(page, measured, { day, machine, runs });
// README's chart shows these figures.
execFileSync(process.execPath, [join(root, 'scripts/pictures.mjs')], { stdio: 'inherit' });
