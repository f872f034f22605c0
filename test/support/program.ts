/** The whole program, bundled as it ships, for tests of what starts it again as a child. */
import { build } from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
// @ts-expect-error plain JavaScript, shared with the build
import { esbuildFromFolders } from '../../scripts/from-folders-plugin.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface BundledProgram {
  /** Runtime and script. */
  argv: [string, string];
  remove(): void;
}

export async function bundleProgram(): Promise<BundledProgram> {
  const dir = mkdtempSync(join(tmpdir(), 'gpu-setup-program-'));
  await build({
    absWorkingDir: ROOT,
    entryPoints: { main: 'src/main.ts' },
    outdir: dir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    define: { __VERSION__: '"9.9.9"' },
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'silent',
    plugins: [esbuildFromFolders(ROOT)],
  });
  return {
    argv: [process.execPath, join(dir, 'main.mjs')],
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}
