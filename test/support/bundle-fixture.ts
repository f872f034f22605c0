/** A fixture as a program of its own, for tests that end it at a chosen moment. */
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';
// @ts-expect-error plain JavaScript, shared with the build
import { esbuildFromFolders } from '../../scripts/from-folders-plugin.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export async function bundleFixture(source: URL, outfile: string): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: [fileURLToPath(source)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    define: { __VERSION__: '"9.9.9"', __COMMIT__: 'null' },
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'silent',
    plugins: [esbuildFromFolders(ROOT)],
  });
}
