// Installs of CUDA 11.8 from Debian's packages, and what is done with the prefix then, each against who does the same. The cases
// stand in install/cases.mjs.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COLD, installCases } from './install/cases.mjs';
import { ourCalls } from './install/ours.mjs';
import { peersOf } from './install/peers.mjs';
import { compare } from './measure.mjs';

/**
 * @param only names of cases; empty: all
 * @param cache folder that keeps downloads between runs; without it they are thrown away
 */
export async function* benchInstall(root, { runs, cache, only }) {
  if (!existsSync('/usr/bin/apt-get')) {
    yield { what: COLD, goal: '< 1', skipped: 'no apt-get here' };
    return;
  }
  const work = mkdtempSync(join(tmpdir(), 'gpu-setup-bench-'));
  try {
    const ours = ourCalls(root, work, cache);
    const cases = installCases(work, ours, peersOf(work, ours));
    for (const [name, one] of Object.entries(cases)) {
      const { ours: measured, peer, prepare = [], finish = () => {}, times = runs, ...row } = one;
      if (only.length > 0 && !only.includes(name)) continue;
      if (row.skipped !== undefined) {
        yield row;
        continue;
      }
      process.stderr.write(`bench: install, ${name}\n`);
      try {
        for (const step of prepare) await step();
        yield { ...row, ...(await compare(measured, peer, times, times > runs ? 2 : 0)) };
      } finally {
        await finish();
      }
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
