// Start-up of the executable against an empty one, and doctor against inxi -G.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare, measure } from './measure.mjs';

/** Yields rows of the page as they are measured, as all parts do. */
export async function* benchStart(root) {
  const binary = join(root, 'dist/gpu-setup-linux-x64');
  const work = mkdtempSync(join(tmpdir(), 'gpu-setup-bench-'));
  try {
    writeFileSync(join(work, 'empty.js'), '');
    const bun = join(root, 'node_modules/@oven/bun-linux-x64-baseline/bin/bun');
    execFileSync(bun, ['build', '--compile', '--outfile=empty', './empty.js'], {
      cwd: work,
      stdio: 'ignore',
    });
    const version = await compare(
      () => measure([binary, '--version'], { cwd: work, short: true }),
      () => measure([join(work, 'empty')], { cwd: work, short: true }),
      30,
      3,
    );
    yield { what: 'executable, `--version`', peerName: 'empty Bun executable', goal: '<= 3', ...version };
    const assumed = [
      '--assume-gpu',
      'GTX 1660 Ti',
      '--assume-driver',
      '440.64',
      '--assume-os',
      'ubuntu-18.04',
    ];
    const plan = await compare(
      () => measure([binary, 'plan', 'tensorflow@1.9', ...assumed], { cwd: work, short: true }),
      () => measure([binary, '--version'], { cwd: work, short: true }),
      30,
      3,
    );
    yield { what: '`plan`, all assumed', peerName: '`--version`', goal: '<= 3', ...plan };
    // For people, as its peer's.
    const doctor = [binary, 'doctor'];
    const ours = { cwd: work, allow: [0, 1, 3] };
    if (has('inxi')) {
      const figures = await compare(
        () => measure(doctor, { ...ours, short: true }),
        () => measure(['inxi', '-G'], { cwd: work, short: true }),
        31,
        2,
      );
      const memory = await measure(doctor, { ...ours, memory: true });
      yield {
        what: '`doctor`, no GPU',
        peerName: '`inxi -G`',
        goal: '<= 0.15',
        ...figures,
        peakBytes: memory.peakBytes,
      };
    } else {
      yield { what: '`doctor`, no GPU', goal: '<= 0.15', skipped: 'inxi is not installed' };
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

export function has(program) {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
