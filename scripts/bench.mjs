// npm run bench [-- PART[:CASE,...]... --runs=N]: ratios against peers, measured in one run on this machine, written to
// docs/bench.md. Parts: start, install (cases cold, serial, decode, wanted, second, use, env), prepare. Needs the executable's tools (Bun's package), and for `install` Debian's mirror.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchStart } from './bench/start.mjs';
import { benchInstall } from './bench/install.mjs';
import { benchPrepare } from './bench/prepare.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const runs = Number(
  /^--runs=(\d+)$/.exec(process.argv.find((arg) => arg.startsWith('--runs=')) ?? '')?.[1] ?? 3,
);
const wanted = new Map(
  process.argv
    .slice(2)
    .filter((arg) => !arg.startsWith('--'))
    .map((arg) => arg.split(':'))
    .map(([part, cases]) => [part, cases?.split(',') ?? []]),
);
const parts = { start: benchStart, install: benchInstall, prepare: benchPrepare };

execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' });
execFileSync(process.execPath, [join(root, 'scripts/build-binary.mjs')], { stdio: 'inherit' });

const rows = [];
for (const [name, part] of Object.entries(parts)) {
  if (wanted.size > 0 && !wanted.has(name)) continue;
  process.stderr.write(`bench: ${name}\n`);
  rows.push(...(await part(root, { runs, only: wanted.get(name) ?? [] })));
}

const seconds = (value) => (value < 0.1 ? `${(value * 1000).toFixed(1)} ms` : `${value.toFixed(2)} s`);
const megabytes = (bytes) => (bytes ? `${Math.round(bytes / 1e6)} MB` : '');
const table = [
  '| What | gpu-setup | Peer | Ratio | Goal | Peak memory |',
  '|---|---|---|---|---|---|',
  ...rows.map((row) =>
    row.skipped
      ? `| ${row.what} | not measured: ${row.skipped} | | | ${row.goal} | |`
      : `| ${row.what} | ${seconds(row.ours)} | ${row.peerName}: ${seconds(row.peer)} | ${row.ratio.toFixed(2)} | ${row.goal} | ${megabytes(row.peakBytes)} |`,
  ),
].join('\n');
const os = /^PRETTY_NAME="?([^"\n]*)/m.exec(
  existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '',
)?.[1];
const text = `# Speed and memory

Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${os ?? 'Linux'}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown CPU'},
${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}. Medians (of ${runs} for installs); ours and the peer run in turn. A ratio below 1 means gpu-setup is faster.
Peak memory is that of all processes together (proportional set size, sampled every 50 ms).

${table}
`;
process.stdout.write(`${table}\n`);
writeFileSync(join(root, 'docs/bench.md'), text);
