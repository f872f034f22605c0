// Timing of whole commands: wall time, and the peak of the memory of all processes that a command starts (proportional
// set size, sampled), so that a decoder in a child process counts too.
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

/** What takes longer has gone wrong; a run is over in any case. */
const LONGEST_MS = 15 * 60_000;

/** Clock ticks of children that have ended, and of theirs: user and system (proc(5), fields 16 and 17 of stat). */
function childrenTicks() {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[13]) + Number(fields[14]);
}
const TICKS_PER_SECOND = 100;

/** The environment of whoever called: `npm run` puts folders before PATH and dozens of variables, in which programs look around, too. */
const ENVIRONMENT = Object.fromEntries(
  Object.entries({
    ...process.env,
    PATH: process.env.PATH?.split(':')
      .filter((folder) => !folder.includes('/node_modules/'))
      .join(':'),
  }).filter(([name]) => !name.startsWith('npm_')),
);

/** Takes the time in a small process: what Node needs to start a program and to hear of its end is milliseconds, and not the program's. */
const TIMED = 'from=$EPOCHREALTIME; "$@"; status=$?; echo "$from $EPOCHREALTIME" >&3; exit $status';

/**
 * Runs a command; resolves to { seconds, cpuSeconds, peakBytes, status }; one at a time. Output is thrown away, the end of stderr kept.
 *
 * @param short it takes milliseconds, which bash 5 takes the time of
 */
export function measure(argv, { env = ENVIRONMENT, cwd, memory = false, short = false, allow = [0] } = {}) {
  return new Promise((resolve, reject) => {
    const ticks = childrenTicks();
    const start = process.hrtime.bigint();
    const [program, ...args] = short ? ['bash', '-c', TIMED, 'bash', ...argv] : argv;
    const child = spawn(program, args, {
      env,
      cwd,
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      timeout: LONGEST_MS,
      killSignal: 'SIGKILL',
    });
    let tail = '';
    child.stderr.on('data', (chunk) => (tail = (tail + chunk).slice(-2000)));
    let times = '';
    child.stdio[3].on('data', (chunk) => (times += chunk));
    const sampler = memory ? startSampler(child.pid) : null;
    child.on('error', reject);
    child.on('close', (status) => {
      const peakBytes = sampler?.stop() ?? 0;
      // Some languages write a comma.
      const [from, until] = times.trim().replaceAll(',', '.').split(' ').map(Number);
      const seconds = short ? until - from : Number(process.hrtime.bigint() - start) / 1e9;
      if (!allow.includes(status)) reject(new Error(`${argv.join(' ')} ended with ${status}\n${tail}`));
      else {
        const cpuSeconds = (childrenTicks() - ticks) / TICKS_PER_SECOND;
        resolve({ seconds, cpuSeconds, peakBytes, status });
      }
    });
  });
}

const SAMPLED_EVERY_MS = 50;
/** Of one core: to look takes as long as a process has pages, and what looks takes it from who is measured. */
const SHARE_OF_SAMPLER = 0.02;

function startSampler(pid) {
  let peakBytes = 0;
  let timer;
  const sample = () => {
    const start = performance.now();
    peakBytes = Math.max(peakBytes, memoryOfTree(pid));
    timer = setTimeout(sample, Math.max(SAMPLED_EVERY_MS, (performance.now() - start) / SHARE_OF_SAMPLER));
  };
  timer = setTimeout(sample, SAMPLED_EVERY_MS);
  return {
    stop() {
      clearTimeout(timer);
      return peakBytes;
    },
  };
}

function memoryOfTree(rootPid) {
  const children = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // gone meanwhile
    }
  }
  let sum = 0;
  const visit = (pid) => {
    try {
      const pss = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
      sum += Number(pss?.[1] ?? 0) * 1024;
    } catch {
      // gone meanwhile
    }
    for (const child of children.get(pid) ?? []) visit(child);
  };
  visit(rootPid);
  return sum;
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** What the one before left to write is not the next one's to wait for. */
const settle = () => execFileSync('sync');

/** Runs two things in turn, so that a drift of the machine's speed meets both; medians and the median of the ratios. */
export async function compare(ours, peer, runs, warmups = 1) {
  const results = { ours: [], peer: [], ratio: [], cpu: [], peakBytes: 0 };
  for (let i = -warmups; i < runs; i++) {
    settle();
    const a = await ours();
    settle();
    const b = await peer();
    if (i < 0) continue;
    results.ours.push(a.seconds);
    results.peer.push(b.seconds);
    results.ratio.push(a.seconds / b.seconds);
    results.cpu.push([a.cpuSeconds, b.cpuSeconds]);
    results.peakBytes = Math.max(results.peakBytes, a.peakBytes);
  }
  const [cpu, peerCpu] = [0, 1].map((at) => median(results.cpu.map((pair) => pair[at])));
  // On a machine that does other work too, this is what still says something.
  if (peerCpu > 0)
    process.stderr.write(
      `bench: CPU ${cpu.toFixed(2)} s of ${peerCpu.toFixed(2)} s (${(cpu / peerCpu).toFixed(2)})\n`,
    );
  return {
    ours: median(results.ours),
    peer: median(results.peer),
    ratio: median(results.ratio),
    peakBytes: results.peakBytes,
  };
}
