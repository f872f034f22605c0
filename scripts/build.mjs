// Bundles src/main.ts and everything it needs into DIR (default: dist). Chunks are split at every lazy import, so that
// a command loads only what it uses.
import { build } from 'esbuild';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commitOf } from './commit.mjs';
import { esbuildFromFolders } from './from-folders-plugin.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const outdir = resolve(process.argv[2] ?? join(root, 'dist'));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

rmSync(join(outdir, 'chunks'), { recursive: true, force: true });
// CommonJS dependencies inside an ES module bundle still call require() for node's own modules.
const REQUIRE =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);\n";

const beside = new Set();
const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: { main: 'src/main.ts' },
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  chunkNames: 'chunks/[name]-[hash]',
  define: { __VERSION__: JSON.stringify(version), __COMMIT__: JSON.stringify(commitOf(root)) },
  banner: { js: REQUIRE },
  write: false,
  legalComments: 'none',
  logLevel: 'warning',
  plugins: [esbuildFromFolders(root, beside)],
});

// A doctor loads seventy chunks, and few of them hold such a dependency: the others do without.
for (const { path, text } of outputFiles) {
  const needless = text.split(/\brequire\b/).length === 2;
  mkdirSync(dirname(path), { recursive: true });
  const mode = text.startsWith('#!') ? 0o755 : 0o644;
  writeFileSync(path, needless ? text.replace(REQUIRE, '') : text, { mode });
}
for (const file of beside) copyFileSync(file, join(outdir, 'chunks', basename(file)));
