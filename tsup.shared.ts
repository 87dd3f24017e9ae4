import { defineConfig, type Options } from 'tsup';

export type TsupConfig = ReturnType<typeof defineConfig>;

/**
 * The one bundler configuration: ESM for Node 20, with types and source maps.
 * @param entry file stems below `src/` (without `.ts`) that become files of `dist/`
 */
export function createTsupConfig(entry: readonly string[] = ['index'], overrides: Options = {}): TsupConfig {
  return defineConfig({
    entry: Object.fromEntries(entry.map((stem) => [stem, `src/${stem}.ts`])),
    format: 'esm',
    target: 'node20',
    platform: 'node',
    dts: true,
    sourcemap: true,
    clean: true,
    splitting: true,
    ...overrides,
  });
}
