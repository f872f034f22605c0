// npm run pictures: draws what README shows, from what the program prints (docs/pictures/doctor-light.svg, docs/pictures/doctor-dark.svg)
// and from the figures that `npm run bench` wrote (docs/pictures/bench-light.svg, docs/pictures/bench-dark.svg). Needs a build.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chartSvg, readBench } from './pictures/chart-svg.mjs';
import { THEMES } from './pictures/themes.mjs';
import { terminalSvg } from './pictures/terminal-svg.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const COLUMNS = 84;
const COMMAND = ['doctor', '--example', 'fresh-laptop'];

// The sample machine is one on which something is wrong: exit code 1 is the right one.
const { status, stdout: screen } = spawnSync(process.execPath, [join(root, 'dist/main.js'), ...COMMAND], {
  encoding: 'utf8',
  env: { PATH: process.env.PATH, FORCE_COLOR: '1', COLUMNS: String(COLUMNS), LC_ALL: 'C.UTF-8' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
if (status !== 1) throw new Error(`gpu-setup ${COMMAND.join(' ')} ended with ${status}; is there a build?`);
const bench = readBench(readFileSync(join(root, 'docs/bench.md'), 'utf8'));

mkdirSync(join(root, 'docs/pictures'), { recursive: true });
for (const theme of Object.values(THEMES)) {
  const draw = (name, svg) => writeFileSync(join(root, `docs/pictures/${name}-${theme.name}.svg`), svg);
  draw('doctor', terminalSvg(`$ gpu-setup ${COMMAND.join(' ')}\n${screen}`, { columns: COLUMNS, theme }));
  draw('bench', chartSvg(bench, theme));
}
