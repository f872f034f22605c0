import { defineConfig } from 'vitest/config';
import { fileURLToPath } from 'node:url';
// @ts-expect-error plain JavaScript, shared with the build
import { viteFromFolders } from './scripts/from-folders-plugin.mjs';

export default defineConfig({
  plugins: [viteFromFolders(fileURLToPath(new URL('.', import.meta.url)))],
  define: { __VERSION__: JSON.stringify('0.0.0-test'), __COMMIT__: 'null' },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**'],
    setupFiles: ['test/support/without-home-of-root.ts'],
    testTimeout: 30_000,
    reporters: ['default', './scripts/vitest-reporter.mjs'],
  },
});
