import { defineConfig } from 'vitest/config';

// For what never ends and never comes, not for what takes its time: on a loaded machine everything takes many times as long.
const patience = { testTimeout: 600_000, hookTimeout: 600_000, expect: { poll: { timeout: 120_000, interval: 10 } } };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...patience,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/package/**', 'test/fuzz/**'],
        },
      },
      { test: { ...patience, name: 'fuzz', include: ['test/fuzz/**/*.test.ts'] } },
      // What is published, and where pipelines find it.
      {
        test: { ...patience, name: 'package', include: ['test/package/**/*.test.ts'], fileParallelism: false },
      },
      {
        test: {
          ...patience,
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          // One control plane at a time: two cores do not carry more.
          fileParallelism: false,
        },
      },
    ],
  },
});
