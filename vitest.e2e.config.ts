// What needs root, a network or minutes: real Debian packages, the executable in an old root file system, the launcher.
import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

const config = mergeConfig(
  base,
  defineConfig({
    test: { testTimeout: 600_000, hookTimeout: 600_000, fileParallelism: false, maxWorkers: 1 },
  }),
);
config.test!.include = ['test/e2e/**/*.test.ts'];
config.test!.exclude = [];
export default config;
