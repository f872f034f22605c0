/** The whole program, bundled as it ships, for tests of what starts it again as a child. */
import { build } from 'esbuild';
import { beforeAll } from 'vitest';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
// @ts-expect-error plain JavaScript, shared with the build
import { esbuildFromFolders } from '../../scripts/from-folders-plugin.mjs';
import { sharedTempDir } from './temp-dir.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** For the tests of the file that calls it, before any of them runs. @returns runtime and script */
export function bundledProgram(): [string, string] {
  const dir = sharedTempDir();
  const bundle = (): Promise<unknown> =>
    build({
      absWorkingDir: ROOT,
      entryPoints: { main: 'src/main.ts' },
      outdir: dir,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20.19',
      define: { __VERSION__: '"9.9.9"', __COMMIT__: JSON.stringify('c'.repeat(40)) },
      banner: {
        js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
      },
      logLevel: 'silent',
      plugins: [esbuildFromFolders(ROOT)],
    });
  beforeAll(bundle, 120_000);
  return [process.execPath, join(dir, 'main.mjs')];
}
