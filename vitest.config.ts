import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Node gives everyone one copy of graphql; the bundler would give our own files a second one, whose schemas the first refuses.
  resolve: { alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }] },
  test: {
    include: ['{packages,subgraphs}/*/test/**/*.test.ts', 'gateway/test/**/*.test.ts', 'rules/test/**/*.test.ts'],
    globalSetup: ['packages/test-kit/src/global-setup.ts'],
    setupFiles: ['packages/test-kit/src/test-seed.ts', 'packages/test-kit/src/refuse-nesting.ts'],
    // A limit ends a test that hangs; how fast the machine is, no test judges.
    testTimeout: 1_200_000,
    hookTimeout: 1_200_000,
    expect: { poll: { timeout: 300_000 } },
    maxWorkers: 2,
    // Files share their worker's modules: loading them and compiling the rules anew for each file cost two fifths of all CPU.
    isolate: false,
  },
});
