import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const conditions = ['@polyhead/source', 'node', 'import', 'module', 'default'];

/** The one test configuration: tests run on the sources of every package and fail on console output. */
export function createVitestConfig(test: ViteUserConfig['test'] = {}): ViteUserConfig {
  return defineConfig({
    resolve: { conditions },
    ssr: { resolve: { conditions, externalConditions: ['node', 'import', 'module', 'default'] } },
    test: {
      include: ['src/**/*.test.ts'],
      testTimeout: 120_000,
      hookTimeout: 120_000,
      maxWorkers: 2,
      reporters: ['default', ['json', { outputFile: 'test-results.json' }]],
      setupFiles: [fileURLToPath(new URL('scripts/fail-on-console.ts', import.meta.url))],
      ...test,
    },
  });
}
